import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findFlags } from '../../src/figures/flags.ts'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import { type IncidentQuery, SORTS, TOTALS } from '../../src/incidents/incident.store.ts'
import { type Position, parse, splitNdjson } from '../../src/records.ts'
import type { Storage } from '../../src/storage/contract/storage.ts'
import { LATER, sparseFilter } from '../support/filters.ts'
import { buildBatch, sampleIncidents } from '../support/records.ts'
import { matches, rank } from '../support/reference.ts'

const SIZE = 400

/** Limits that no figure is within. */
const NOTHING: IncidentQuery['filter'] = { deaths: { min: 1, max: 0, basis: 'best' } }

const query: fc.Arbitrary<IncidentQuery> = fc.record({
  filter: sparseFilter,
  sort: fc.constantFrom(...SORTS),
  expandClaims: fc.boolean(),
})

/** Describes how every storage engine must store incidents. */
export function describeIncidentStoreContract(open: (now: () => Date) => Promise<Storage>): void {
  describe('incident store', () => {
    let storage: Storage
    let all: Incident[]

    beforeAll(async () => {
      let now = new Date('2026-01-01T00:00:00Z')
      storage = await open(() => now)
      await storage.load(buildBatch(sampleIncidents(SIZE / 2)))
      now = new Date(LATER)
      await storage.load(buildBatch(sampleIncidents(SIZE)))
      const { records } = await storage.incidents.list(
        { filter: {}, sort: 'date', expandClaims: false },
        { limit: 1000, after: null },
      )
      all = records.map(parse)
    })
    afterAll(() => storage.close())

    test('stores every record unchanged', () => {
      const given = sampleIncidents(SIZE).map((record) => ({
        ...record,
        same_as: [],
        flags: findFlags(record),
        updated_at: all.find(({ id }) => id === record.id)?.updated_at,
      }))
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
      // JSON has no negative zero.
      expect([...all].sort(byId)).toEqual(JSON.parse(JSON.stringify(given.sort(byId))))
    })

    test('any filter finds and counts what the reference finds', async () => {
      await fc.assert(
        fc.asyncProperty(query, async ({ filter, sort }) => {
          const expected = all.filter((incident) => matches(incident, filter)).map(({ id }) => id)
          const { records } = await storage.incidents.list(
            { filter, sort, expandClaims: false },
            { limit: 1000, after: null },
          )
          expect(records.map((record) => parse(record).id).sort()).toEqual(expected.sort())
          expect(await storage.incidents.count(filter)).toBe(expected.length)
          for (const kind of TOTALS)
            expect(await storage.incidents.total(filter, kind)).toEqual({
              total: expected.length,
              total_is: 'exact',
            })
        }),
        { numRuns: 400, examples: [[{ filter: NOTHING, sort: '-deaths', expandClaims: false }]] },
      )
    })

    test('pages of any size return every record once and in order, as does a stream', async () => {
      await fc.assert(
        fc.asyncProperty(query, fc.integer({ min: 1, max: 60 }), async (incidentQuery, limit) => {
          const whole = await storage.incidents.list(incidentQuery, { limit: 1000, after: null })
          const paged: string[] = []
          let after: Position | null = null
          do {
            const page = await storage.incidents.list(incidentQuery, { limit, after })
            paged.push(...page.records)
            after = page.next
            if (after) expect(page.records).toHaveLength(limit)
          } while (after)
          expect(paged).toEqual(whole.records)
          for (const after of [
            null,
            whole.next ?? (await storage.incidents.list(incidentQuery, { limit, after: null })).next,
          ]) {
            const { json, ...rendered } = await storage.incidents.listSerialized(incidentQuery, {
              limit,
              after,
            })
            const { records, ...rest } = await storage.incidents.list(
              { ...incidentQuery, expandClaims: false },
              { limit, after },
            )
            expect(json.toString()).toBe(records.join(','))
            expect({ ...rendered, datasets: rendered.datasets.sort() }).toEqual({
              ...rest,
              datasets: rest.datasets.sort(),
            })
          }
          const streamed: string[] = []
          for await (const { bytes, records } of storage.incidents.stream(incidentQuery, {
            format: 'ndjson',
          })) {
            const lines = splitNdjson({ json: bytes, records })
            expect(lines).toHaveLength(records)
            streamed.push(...lines)
          }
          expect(streamed).toEqual(whole.records)
          const ranks = whole.records.map((record) => rank(parse(record), incidentQuery.sort))
          const ordered = [...ranks].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
          expect(ranks).toEqual(incidentQuery.sort.startsWith('-') ? ordered.reverse() : ordered)
        }),
        { numRuns: 100, examples: [[{ filter: NOTHING, sort: 'deaths', expandClaims: false }, 1]] },
      )
    })

    test('a stream reads the state in which it started to the end', async () => {
      const stream = storage.incidents
        .stream({ filter: {}, sort: 'date', expandClaims: false }, { format: 'ndjson' })
        [Symbol.asyncIterator]()
      const first = await stream.next()
      await storage.load(buildBatch(sampleIncidents(SIZE).slice(0, 3)))
      let count = first.value?.records ?? 0
      for (let next = await stream.next(); !next.done; next = await stream.next()) count += next.value.records
      await storage.load(buildBatch(sampleIncidents(SIZE)))
      expect(count).toBe(SIZE)
    })

    test('an unknown id returns null and the nearest ids', async () => {
      expect(await storage.incidents.get('seed:made-4O')).toBeNull()
      expect(await storage.incidents.nearestIds('seed:made-4O')).toContain('seed:made-4')
    })
  })
}
