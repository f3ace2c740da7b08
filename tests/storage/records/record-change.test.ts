import { describe, expect, test } from 'vitest'
import { compareRecord, type RecordChange } from '../../../src/storage/records/record-change.ts'
import { SEED } from '../../support/records.ts'

const [actor] = SEED.actors as [(typeof SEED.actors)[number]]
const context = { now: '2026-01-01T00:00:00.000Z', sameAs: [], headerKey: () => 7 }
const put = (change: Partial<RecordChange<'actors'>> = {}, now = context.now, stored = undefined as never) =>
  compareRecord('actors', { record: actor, ...change }, stored, { ...context, now })
const later = '2027-01-01T00:00:00.000Z'

describe('a change of a record', () => {
  test('adds a record that is not stored, with its properties in the order of the schema', () => {
    const { outcome, document } = put()
    expect(outcome).toBe('added')
    expect(put({ record: Object.fromEntries(Object.entries(actor).reverse()) as never }).document).toBe(
      document,
    )
    expect(document).toMatch(/,"updated_at":"2026-01-01T00:00:00.000Z"}$/)
  })

  test('ignores a record that is stored already, at any time', () => {
    expect(put({}, later, put() as never).outcome).toBe('unchanged')
  })

  test('updates a record whose document, claims or original row differ', () => {
    const changes: Partial<RecordChange<'actors'>>[] = [
      { record: { ...actor, name: 'Renamed' } },
      { record: { ...actor, updated_at: later } },
      { claims: [] },
      { original: { columns: ['a'], cells: ['1'] } },
    ]
    for (const change of changes) expect(put(change, later, put() as never).outcome).toBe('updated')
  })

  test('keeps stored claims and original rows unless it has its own', () => {
    const before = put({ claims: [], original: { columns: ['a'], cells: ['1'] } })
    expect(put({}, later, before as never)).toMatchObject({
      outcome: 'unchanged',
      claims: '[]',
      header_key: 7,
      cells: '["1"]',
    })
  })

  test('is merged with what is stored', () => {
    const change = {
      mergeWith: (stored: { aliases: string[] }) => ({ ...actor, aliases: [...stored.aliases, 'New'] }),
    }
    expect(put(change, later, put() as never).record.aliases).toEqual([...actor.aliases, 'New'])
  })
})
