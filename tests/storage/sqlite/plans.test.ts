import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type IncidentFilter, type IncidentQuery, SORTS } from '../../../src/incidents/incident.store.ts'
import type { PlaceScope } from '../../../src/places/place.store.ts'
import { Connection } from '../../../src/storage/sqlite/database/connection.ts'
import { QueryClient } from '../../../src/storage/sqlite/database/query-client.ts'
import { StreamClient } from '../../../src/storage/sqlite/database/stream-client.ts'
import { SqliteIncidentStore } from '../../../src/storage/sqlite/incidents/incident-store.ts'
import { DatabaseFiles, targetOf, withStorage } from '../../support/database.ts'
import { buildBatch, SEED, sampleIncidents } from '../../support/records.ts'

const files = new DatabaseFiles()
const path = files.newPath()

const iraq: PlaceScope = { kind: 'country', id: 'iso3166:IQ' }
const fiji: PlaceScope = { kind: 'country', id: 'iso3166:FJ' }
const baghdad: PlaceScope = { kind: 'city', id: 'geonames:98182' }
const samarra: PlaceScope = { kind: 'city', id: 'geonames:91597' }
const province: PlaceScope = { kind: 'admin1', id: 'geonames:IQ.07' }
const sadrCity: PlaceScope = { kind: 'district', id: 'geonames:IQ.07.sadr-city' }
const [one, other] = SEED.actors.map(({ id }) => id) as [string, string]
const [source] = SEED.sources.map(({ id, publisher }) => ({ id, publisher })) as [
  { id: string; publisher: string },
]

/** Filters of each parameter: by one value, and by several. */
const FILTERS: { [K in keyof IncidentFilter]-?: NonNullable<IncidentFilter[K]>[] } = {
  id: [['seed:made-1'], ['seed:made-1', 'seed:made-2', 'seed:made-3']],
  kind: [['group'], ['group', 'incident']],
  dataset: [['seed'], ['seed', 'ucdp-ged']],
  event_type: [['battles'], ['battles', 'riots']],
  sub_event_type: [['armed_clash'], ['armed_clash', 'suicide_bomb']],
  violence_type: [['one_sided'], ['one_sided', 'non_state']],
  conflict: [['ucdp:259'], ['ucdp:259', 'ucdp:506']],
  dyad: [['ucdp:524'], ['ucdp:524', 'ucdp:735']],
  weapon: [['car bomb'], ['car bomb', 'morser']],
  date_precision: [['month'], ['month', 'year']],
  date_known_to: [['day'], ['day', 'week']],
  geo_precision: [['country'], ['exact', 'near']],
  city: [[baghdad], [baghdad, samarra]],
  place: [[sadrCity], [province, baghdad, sadrCity]],
  admin1: [[province], [province, baghdad]],
  country: [[iraq], [iraq, fiji]],
  source: [[{ id: source.id }], [{ publisher: source.publisher }, { id: source.id }]],
  actor: [
    { ids: [one] },
    { ids: [one, other] },
    { ids: [one, other], roles: ['target'] },
    { identities: ['forces-of-iraq'] },
    { ids: [one], identities: ['forces-of-iraq', other], roles: ['target'] },
    { roles: ['target'] },
  ],
  date_from: ['2017-01-05'],
  date_to: ['2016-12-25'],
  deaths: [
    { min: 20, basis: 'best' },
    { max: 5, basis: 'best' },
    { min: 5, basis: 'high', group: 'civilians' },
  ],
  injured: [{ min: 20, basis: 'best' }],
  bbox: [
    [44, 33, 44.2, 33.2],
    [30, 30, 50, 50],
    [170, -20, -170, 20],
    [-180, -90, 180, 90],
  ],
  near: [
    { latitude: 33, longitude: 44, radiusKm: 50 },
    { latitude: -89, longitude: 0, radiusKm: 500 },
  ],
  words: [['bomb'], ['samarra', 'b']],
  updated_since: ['2000-01-01T00:00:00Z', '2100-01-01T00:00:00Z'],
}

const COMBINED: IncidentFilter[] = [
  {},
  { country: [iraq], event_type: ['battles'] },
  { city: [baghdad], deaths: { min: 10, basis: 'best' } },
  { bbox: [30, 30, 50, 50], date_from: '2016-12-25', date_to: '2017-01-05' },
  { words: ['bomb'], country: [iraq] },
  { dataset: ['seed'], kind: ['group'], injured: { max: 30, basis: 'best' } },
  { actor: { ids: [one] }, source: [{ id: source.id }], date_from: '2017-01-01' },
]

describe('every page of incidents', () => {
  beforeAll(() =>
    withStorage(path, async (storage) => {
      await storage.migrate()
      await storage.load(buildBatch(sampleIncidents(400)))
    }),
  )
  const closing: (() => unknown)[] = []
  afterAll(() => Promise.all(closing.map((close) => close())))

  const cases = Object.entries(FILTERS).flatMap(([name, values]) =>
    values.map((value) => ({ [name]: value })),
  )

  test.each([...cases, ...COMBINED])('%j is read in the order of indexes', async (filter) => {
    const connection = new Connection(path, 'read')
    const thread = new QueryClient(targetOf(path), () => 0)
    closing.push(() => connection.close())
    const store = new SqliteIncidentStore(connection, new StreamClient(targetOf(path)), thread)
    for (const sort of SORTS) {
      const query: IncidentQuery = { filter, sort, expandClaims: false }
      // The first page and later ones, shorter than the list.
      const first = await store.list(query, { limit: 2, after: null })
      await store.listSerialized(query, { limit: 2, after: first.next })
      await store.list(query, { limit: 60, after: first.next })
    }
    for (const sql of connection.statements.filter((sql) => sql.startsWith('SELECT'))) {
      const unbound = (sql.match(/\?/g) ?? []).map(() => null)
      const plan = connection.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...unbound)
      const steps = plan.map(({ detail }) => detail)
      expect(
        steps.filter((step) => /TEMP B-TREE|AUTOMATIC/.test(step)),
        sql,
      ).toEqual([])
      // Only the list without filters may scan, up to its limit.
      const scans = steps.filter((step) => /^SCAN incident/.test(step) && !/VIRTUAL TABLE/.test(step))
      if (!/FROM incidents (NOT INDEXED|INDEXED BY \w+) WHERE TRUE\s+ORDER BY [^)]* LIMIT/.test(sql))
        expect(scans, sql).toEqual([])
    }
  })
})
