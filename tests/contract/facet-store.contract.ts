import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FACET_FIELDS, type FacetField } from '../../src/facets/facet.schema.ts'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import { parse } from '../../src/records.ts'
import type { Storage } from '../../src/storage/contract/storage.ts'
import { sparseFilter } from '../support/filters.ts'
import { buildBatch, findIdentity, sampleIncidents } from '../support/records.ts'
import { matches } from '../support/reference.ts'
import type { OpenEngine } from './engine.ts'

/** The values that a record has of a field, places by name. */
const VALUES: Record<FacetField, (record: Incident) => (string | null)[]> = {
  dataset: ({ dataset }) => [dataset],
  kind: ({ kind }) => [kind],
  event_type: ({ event_type }) => [event_type],
  sub_event_type: ({ sub_event_type }) => [sub_event_type],
  violence_type: ({ violence_type }) => [violence_type],
  conflict: ({ conflict }) => [conflict?.id ?? null],
  dyad: ({ dyad }) => [dyad?.id ?? null],
  date_precision: ({ date_precision }) => [date_precision],
  geo_precision: ({ geo_precision }) => [geo_precision],
  country: ({ place }) => [place.country],
  admin1: ({ place }) => [place.admin1],
  city: ({ place }) => [place.city],
  actor: ({ actors }) =>
    actors.length > 0 ? [...new Set(actors.map(({ id }) => findIdentity(id)))] : [null],
}

/** Describes how every storage engine must count facets. */
export function describeFacetStoreContract(open: OpenEngine): void {
  describe('facet store', () => {
    let storage: Storage
    let all: Incident[]

    beforeAll(async () => {
      storage = await open()
      await storage.load(buildBatch(sampleIncidents(300)))
      const { records } = await storage.incidents.list(
        { filter: {}, sort: 'date', expandClaims: false },
        { limit: 1000, after: null },
      )
      all = records.map(parse)
    })
    afterAll(() => storage.close())

    test('counts what the reference counts, most frequent first', async () => {
      await fc.assert(
        fc.asyncProperty(sparseFilter, fc.integer({ min: 1, max: 20 }), async (filter, limit) => {
          const matching = all.filter((record) => matches(record, filter))
          const { facets, records } = await storage.stats.facets({ filter, fields: FACET_FIELDS, limit })
          expect(records).toBe(matching.length)
          for (const { field, values, distinct, unknown } of facets) {
            const counts = new Map<string | null, number>()
            // Actors in other roles than the requested ones are not counted.
            const counted = field === 'actor' && filter.actor?.roles ? [] : matching
            for (const value of counted.flatMap(VALUES[field]))
              counts.set(value, (counts.get(value) ?? 0) + 1)
            if (counted.length < matching.length) continue
            expect(unknown, field).toBe(counts.get(null) ?? 0)
            counts.delete(null)
            expect(distinct, field).toBe(counts.size)
            const expected = [...counts.values()].sort((a, b) => b - a).slice(0, limit)
            expect(
              values.map((value) => value.records),
              field,
            ).toEqual(expected)
            for (const { value, name, records } of values)
              expect(records, `${field} ${value}`).toBe(counts.get(value) ?? counts.get(name))
          }
        }),
        { numRuns: 100 },
      )
    })
  })
}
