import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { IncidentFilter } from '../../src/incidents/incident.store.ts'
import { parse } from '../../src/records.ts'
import { readSeed } from '../../src/seed/seed.ts'
import type { Storage } from '../../src/storage/contract/storage.ts'
import { type OpenEngine, readPages } from './engine.ts'

const TOLL = 'seed:baghdad-bombings-2016-12-31'

/** Describes how every storage engine must store reported totals. */
export function describeTollStoreContract(open: OpenEngine): void {
  describe('toll store', () => {
    const seed = readSeed()
    const [toll] = seed.tolls as [(typeof seed.tolls)[number]]
    /** The seed's total, and nine more on the days before it. */
    const tolls = Array.from({ length: 10 }, (_, index) => ({
      ...toll,
      record: {
        ...toll.record,
        ...(index > 0 && {
          id: `seed:made-toll-${index}`,
          date_start: `2016-12-0${index}`,
          date_end: `2016-12-0${index}`,
        }),
      },
    }))
    let storage: Storage

    beforeAll(async () => {
      storage = await open()
      await storage.load({ ...seed, tolls })
    })
    afterAll(() => storage.close())

    test.each([1, 3, 50])('pages of %i have every total once', async (limit) => {
      const records = await readPages((slice) => storage.tolls.list({}, slice), limit)
      const whole = await storage.tolls.list({}, { limit: 1000, after: null })
      expect(records).toEqual(whole.records)
      expect(records.map((record) => parse(record).id).sort()).toEqual(
        tolls.map(({ record }) => record.id).sort(),
      )
    })

    test.each<[IncidentFilter, number]>([
      [{ city: [{ kind: 'city', id: 'geonames:98182' }] }, 10],
      [{ city: [{ kind: 'city', id: 'geonames:91597' }] }, 0],
      [{ country: [{ kind: 'country', id: 'iso3166:IQ' }] }, 10],
      [{ place: [] }, 0],
      [{ dataset: ['seed'] }, 10],
      [{ dataset: ['geonames'] }, 0],
      [{ date_from: '2016-12-31' }, 1],
      [{ date_to: '2016-12-03' }, 3],
      [{ date_from: '2016-12-02', date_to: '2016-12-04' }, 3],
    ])('%j finds %i totals', async (filter, count) => {
      const { records } = await storage.tolls.list(filter, { limit: 50, after: null })
      expect(records).toHaveLength(count)
    })

    test('a total is returned with its incidents, the figures that they account for, its claims and sources', async () => {
      const record = await storage.tolls.get(TOLL)
      expect(record && parse(record)).toMatchObject({
        id: TOLL,
        accounted: { low: 33, best: 33, high: 33 },
        remainder: { low: 28, best: 28, high: null },
        claims: [{ measure: 'killed', low: 61 }],
        sources: [{ id: 'seed:reuters-2017-01-03' }],
      })
      expect(
        record &&
          parse(record)
            .incidents.map(({ id }) => id)
            .sort(),
      ).toEqual(['seed:baghdad-other-attacks-2017-01-02', 'seed:sadr-city-2017-01-02'])
    })

    test('an unknown id returns null and the nearest ids', async () => {
      expect(await storage.tolls.get('seed:none')).toBeNull()
      expect(await storage.tolls.nearestIds(`${TOLL}x`)).toContain(TOLL)
    })
  })
}
