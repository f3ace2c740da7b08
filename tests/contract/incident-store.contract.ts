import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROLES } from '../../src/actors/actor.schema.ts'
import { EVENT_TYPES, SUB_EVENT_TYPES } from '../../src/event-types/event-type.schema.ts'
import { BOUNDS, GROUPS } from '../../src/figures/figure.schema.ts'
import { flagsOf } from '../../src/incidents/incident.flags.ts'
import { INCIDENT_KINDS, type Incident } from '../../src/incidents/incident.schema.ts'
import { type IncidentFilter, type IncidentQuery, SORTS } from '../../src/incidents/incident.store.ts'
import type { PlaceScope } from '../../src/places/place.store.ts'
import { type Position, parse } from '../../src/records.ts'
import type { SourceScope } from '../../src/sources/source.store.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { batchOf, SEED, sampleIncidents } from '../support/records.ts'
import { matches, rank } from '../support/reference.ts'

const SIZE = 400

const scope = fc.constantFrom<PlaceScope>(
  { kind: 'country', id: 'iso3166:IQ' },
  { kind: 'country', id: 'iso3166:FJ' },
  { kind: 'admin1', id: 'geonames:IQ.07' },
  { kind: 'city', id: 'geonames:98182' },
  { kind: 'city', id: 'geonames:91597' },
  { kind: 'district', id: 'geonames:IQ.07.sadr-city' },
)
const several = <T>(item: fc.Arbitrary<T>) => fc.uniqueArray(item, { maxLength: 3 })
const day = fc
  .integer({ min: 18, max: 42 })
  .map((n) => new Date(Date.UTC(2016, 11, n)).toISOString().slice(0, 10))
const limits = { min: fc.nat(30), max: fc.nat(30) }
/** A limit is a minimum, a maximum or both. */
const limited = ({ min, max }: { min?: number; max?: number }) => min !== undefined || max !== undefined
const degrees = (limit: number) => fc.integer({ min: -limit, max: limit })

/** Any filter, each parameter given or not. */
const filter = fc.record(
  {
    id: several(fc.nat(SIZE).map((n) => `seed:made-${n}`)),
    kind: several(fc.constantFrom(...INCIDENT_KINDS)),
    dataset: several(fc.constantFrom('seed', 'geonames')),
    event_type: several(fc.constantFrom(...EVENT_TYPES)),
    sub_event_type: several(fc.constantFrom(...SUB_EVENT_TYPES)),
    city: several(scope),
    place: several(scope),
    admin1: several(scope),
    country: several(scope),
    source: several(
      fc.constantFrom<SourceScope>(
        ...SEED.sources.flatMap(({ id, publisher }) => [{ id }, { publisher }]),
        { id: 'seed:none' },
        { publisher: 'Nobody' },
      ),
    ),
    actor: fc.record(
      {
        ids: several(fc.constantFrom(...SEED.actors.map(({ id }) => id))),
        roles: several(fc.constantFrom(...ROLES)),
      },
      { requiredKeys: [] },
    ),
    date_from: day,
    date_to: day,
    deaths: fc
      .record(
        { ...limits, basis: fc.constantFrom(...BOUNDS), group: fc.constantFrom(...GROUPS) },
        { requiredKeys: ['basis'] },
      )
      .filter(limited),
    injured: fc
      .record({ ...limits, basis: fc.constant('best' as const) }, { requiredKeys: ['basis'] })
      .filter(limited),
    bbox: fc
      .tuple(degrees(180), degrees(90), degrees(180), degrees(90))
      .map(([west, a, east, b]) => [west, Math.min(a, b), east, Math.max(a, b)] as const),
    near: fc.record({ latitude: degrees(90), longitude: degrees(180), radiusKm: fc.nat(20_000) }),
    words: several(
      fc.constantFrom('bomb', 'samarra', 'bagh', 'قنبله', '1', '爆', 'взрыв', 'near', 'or', 'islamic'),
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<IncidentFilter>

/** One to three parameters at a time find something; all at once hardly ever do. */
const sparseFilter = fc
  .tuple(filter, fc.uniqueArray(fc.nat(17), { maxLength: 3 }))
  .map(([full, kept]) => Object.fromEntries(Object.entries(full).filter((_, index) => kept.includes(index))))

const query: fc.Arbitrary<IncidentQuery> = fc.record({
  filter: sparseFilter as fc.Arbitrary<IncidentFilter>,
  sort: fc.constantFrom(...SORTS),
  expandClaims: fc.boolean(),
})

/** What every storage engine must do with incidents. */
export function describeIncidentStore(open: () => Promise<Storage>): void {
  describe('incident store', () => {
    let storage: Storage
    let all: Incident[]

    beforeAll(async () => {
      storage = await open()
      await storage.load(batchOf(sampleIncidents(SIZE)))
      const { records } = await storage.incidents.list(
        { filter: {}, sort: 'date', expandClaims: false },
        { limit: 1000, after: null },
      )
      all = records.map(parse)
    })
    afterAll(() => storage.close())

    test('keeps every record as it was given', () => {
      const given = sampleIncidents(SIZE).map((record) => ({
        ...record,
        same_as: [],
        flags: flagsOf(record),
        updated_at: all[0]?.updated_at,
      }))
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
      // JSON knows no negative zero.
      expect([...all].sort(byId)).toEqual(JSON.parse(JSON.stringify(given.sort(byId))))
    })

    test('any filter finds what the reference finds, and counts it', async () => {
      await fc.assert(
        fc.asyncProperty(query, async ({ filter, sort }) => {
          const expected = all.filter((incident) => matches(incident, filter)).map(({ id }) => id)
          const { records } = await storage.incidents.list(
            { filter, sort, expandClaims: false },
            { limit: 1000, after: null },
          )
          expect(records.map((record) => parse(record).id).sort()).toEqual(expected.sort())
          expect(await storage.incidents.count(filter)).toBe(expected.length)
        }),
        { numRuns: 400 },
      )
    })

    test('pages of any size bring every record once, in order, as a stream does', async () => {
      await fc.assert(
        fc.asyncProperty(query, fc.integer({ min: 1, max: 60 }), async (asked, limit) => {
          const whole = await storage.incidents.list(asked, { limit: 1000, after: null })
          const paged: string[] = []
          let after: Position | null = null
          do {
            const page = await storage.incidents.list(asked, { limit, after })
            paged.push(...page.records)
            after = page.next
            if (after) expect(page.records).toHaveLength(limit)
          } while (after)
          expect(paged).toEqual(whole.records)
          const streamed: string[] = []
          for await (const batch of storage.incidents.stream(asked)) streamed.push(...batch)
          expect(streamed).toEqual(whole.records)
          const ranks = whole.records.map((record) => rank(parse(record), asked.sort))
          const ordered = [...ranks].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
          expect(ranks).toEqual(asked.sort.startsWith('-') ? ordered.reverse() : ordered)
        }),
        { numRuns: 100 },
      )
    })

    test('a stream goes on reading the state in which it began', async () => {
      const stream = storage.incidents
        .stream({ filter: {}, sort: 'date', expandClaims: false })
        [Symbol.asyncIterator]()
      const first = await stream.next()
      await storage.load(batchOf(sampleIncidents(SIZE).slice(0, 3)))
      let count = first.value?.length ?? 0
      for (let next = await stream.next(); !next.done; next = await stream.next()) count += next.value.length
      await storage.load(batchOf(sampleIncidents(SIZE)))
      expect(count).toBe(SIZE)
    })

    test('an unknown id gives null and the nearest ids', async () => {
      expect(await storage.incidents.get('seed:made-4O')).toBeNull()
      expect(await storage.incidents.nearestIds('seed:made-4O')).toContain('seed:made-4')
    })
  })
}
