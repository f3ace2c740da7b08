import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GAZETTEER, PLACE_KINDS } from '../../src/places/place.schema.ts'
import { parse } from '../../src/records.ts'
import { readSeed } from '../../src/seed/seed.ts'
import type { Storage } from '../../src/storage/contract/storage.ts'
import { type OpenEngine, readPages } from './engine.ts'

/** Describes how every storage engine must store the gazetteer. */
export function describePlaceStoreContract(open: OpenEngine): void {
  describe('place store', () => {
    const { places } = readSeed()
    let storage: Storage

    beforeAll(async () => {
      storage = await open()
      await storage.load(readSeed())
    })
    afterAll(() => storage.close())

    test.each([1, 7, 100])('pages of %i have every place once, by id', async (limit) => {
      const records = await readPages((slice) => storage.places.list({}, slice), limit)
      const ids = records.map((record) => parse(record).id)
      expect(ids).toEqual(places.map(({ id }) => id).sort())
    })

    test('lists are limited by kind and country', async () => {
      for (const kind of PLACE_KINDS) {
        const records = await readPages((slice) => storage.places.list({ kind: [kind] }, slice), 50)
        expect(records.map((record) => parse(record).kind)).toEqual(
          places.filter((place) => place.kind === kind).map(() => kind),
        )
      }
      const iraq = [{ kind: 'country' as const, id: 'iso3166:IQ' }]
      const found = await readPages((slice) => storage.places.list({ country: iraq }, slice), 50)
      expect(found.length).toBe(places.filter((place) => place.country_code === 'IQ').length)
    })

    test.each(['Samarra', 'sāmarrāʾ', 'سامراء', 'SAMARRA'])('%s is one place in any script', async (name) => {
      expect(await storage.places.findByName(name, ['city'])).toEqual([
        { kind: 'city', id: 'geonames:91597' },
      ])
      expect(await storage.places.findByName(name, ['country'])).toEqual([])
    })

    test('a search ranks whole names first, and can be paged', async () => {
      const found = await readPages((slice) => storage.places.list({ q: 'ba' }, slice), 3)
      const whole = await storage.places.list({ q: 'ba' }, { limit: 1000, after: null })
      expect(found).toEqual(whole.records)
      const [first] = (await storage.places.list({ q: 'Baghdad', kind: ['city'] }, { limit: 1, after: null }))
        .records
      expect(first && parse(first).name).toBe('Baghdad')
    })

    test('a similar name is suggested, with whether it has records', async () => {
      expect(await storage.places.findSimilar('Samara', ['city'])).toContainEqual({
        name: 'Samarra',
        isRecorded: true,
      })
      expect(await storage.places.isRecorded([{ kind: 'city', id: 'geonames:91597' }])).toBe(true)
      expect(await storage.places.isRecorded([{ kind: 'country', id: 'iso3166:FR' }])).toBe(false)
    })

    test('get and scope return null for an unknown id', async () => {
      expect(await storage.places.get('geonames:0')).toBeNull()
      expect(await storage.places.scope('geonames:0')).toBeNull()
      expect(await storage.places.scope('geonames:91597')).toEqual({ kind: 'city', id: 'geonames:91597' })
      const samarra = await storage.places.get('geonames:91597')
      expect(samarra && parse(samarra)).toMatchObject({ name: 'Samarra', incidents: 1 })
    })

    test('the gazetteer of a country has its places in the order of loading, including the country', async () => {
      const found = await storage.places.gazetteer('iso3166:IQ')
      const expected = places.filter(
        (place) => place.country_code === 'IQ' && (GAZETTEER as readonly string[]).includes(place.dataset),
      )
      expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
    })
  })
}
