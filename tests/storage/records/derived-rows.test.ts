import { expect, test } from 'vitest'
import { COLUMNS, DERIVED, deriveRows, findReferences } from '../../../src/storage/records/derived-rows.ts'
import { stampRecord } from '../../../src/storage/records/tables.ts'
import { sampleIncidents } from '../../support/records.ts'

const NOW = '2026-01-01T00:00:00.000Z'
const [sample] = sampleIncidents(1) as [ReturnType<typeof sampleIncidents>[number]]
const incident = stampRecord('incidents', sample, NOW)
const chain = { country_id: 'iso3166:IQ', admin1_id: 'geonames:IQ.07', city_id: null, district_id: null }
const references = {
  places: { get: () => chain },
  actors: { get: () => ({ key: 5 }) },
  publishers: { get: () => ({ key: 6 }) },
  sources: { find: () => ({ title: 'A headline' }) },
}

test('the rows of an incident have the columns of their tables and its key', () => {
  const rows = deriveRows('incidents', incident, 42, references)
  DERIVED.incidents.forEach((table, index) => {
    for (const row of rows[index] ?? []) {
      expect(row, table).toHaveLength(COLUMNS[table].length)
      expect(row[0], table).toBe(42)
    }
  })
  const [[own = []] = []] = rows
  expect(own[COLUMNS.incidents.indexOf('admin1_id')]).toBe('geonames:IQ.07')
  expect(own[COLUMNS.incidents.indexOf('updated_at')]).toBe(NOW)
})

test('an actor that a record names twice in one role has one row', () => {
  const actor = { id: 'seed:a', name: 'A', role: 'target', attribution: null } as const
  const rows = deriveRows('incidents', { ...incident, actors: [actor, actor] }, 42, references)
  expect(rows[DERIVED.incidents.indexOf('incident_actors')]).toEqual([[42, 5, 'target']])
})

test('findReferences returns everything that is looked up', () => {
  const lookedUp = new Set<string>()
  const recordLookups = <T>(value: T) => ({
    get(id: string) {
      lookedUp.add(id)
      return value
    },
  })
  deriveRows('incidents', incident, 42, {
    places: recordLookups(chain),
    actors: recordLookups({ key: 5 }),
    publishers: recordLookups({ key: 6 }),
    sources: { find: recordLookups({ title: 'A headline' }).get },
  })
  const found = Object.values(findReferences('incidents', incident)).flat()
  expect(new Set(found)).toEqual(lookedUp)
})
