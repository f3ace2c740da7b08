import { describe, expect, test } from 'vitest'
import { planVanished, toChanges } from '../../../src/storage/records/load-plan.ts'
import { buildBatch, sampleIncidents } from '../../support/records.ts'

const given = [{ record: { id: 'seed:1' } }]
const users = () => new Map([['seed:2', 'gtd']])

describe('stored records that a batch lacks', () => {
  test('are removed, except places that other data sets use', () => {
    const stored = ['seed:1', 'seed:2', 'seed:3']
    expect(planVanished('places', given, stored, users)).toEqual({
      removed: ['seed:3'],
      left: [{ id: 'seed:2', dataset: 'gtd' }],
    })
    expect(planVanished('actors', given, stored, users)).toEqual({
      removed: ['seed:2', 'seed:3'],
      left: [],
    })
  })

  test('are none if it has all, and users of places are not looked up', () => {
    const never = () => {
      throw new Error('looked up')
    }
    expect(planVanished('places', given, ['seed:1'], never)).toEqual({ removed: [], left: [] })
  })
})

test('a batch with a repeated id is rejected', () => {
  const [record] = sampleIncidents(1)
  if (!record) throw new Error('There is a sample')
  expect(() => toChanges(buildBatch([record, record]))).toThrow('An id occurs twice among incidents')
})
