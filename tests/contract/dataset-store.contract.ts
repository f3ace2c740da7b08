import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from '../../src/records.ts'
import { readSeed } from '../../src/seed/seed.ts'
import type { Storage } from '../../src/storage/contract/storage.ts'
import type { OpenEngine } from './engine.ts'

/** Describes how every storage engine must store the registry of data sets and the code book of event types. */
export function describeDatasetStoreContract(open: OpenEngine): void {
  describe('data set store and event type store', () => {
    const seed = readSeed()
    let storage: Storage

    beforeAll(async () => {
      storage = await open()
      await storage.load(seed)
    })
    afterAll(() => storage.close())

    test('every data set is listed by id, with the number of its records', async () => {
      const datasets = (await storage.datasets.list()).map(parse)
      const expected = seed.datasets
        .map(({ id, name, licence }) => ({
          id,
          name,
          licence,
          incidents: seed.incidents.filter(({ record }) => record.dataset === id).length,
          tolls: seed.tolls.filter(({ record }) => record.dataset === id).length,
        }))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
      expect(datasets).toEqual(expected.map((dataset) => expect.objectContaining(dataset)))
      expect(await storage.datasets.ids()).toEqual(expected.map(({ id }) => id))
    })

    test('citations are returned by id, each once; unknown ids are ignored', async () => {
      const citations = await storage.datasets.citations(['seed', 'none', 'seed'])
      const { id, name, version, licence, citation } =
        seed.datasets.find((dataset) => dataset.id === 'seed') ?? {}
      expect(citations).toEqual([{ id, name, version, licence, citation }])
    })

    test('the code book is complete and in order, with the number of incidents of each entry', async () => {
      const types = (await storage.eventTypes.list()).map(parse)
      expect(types.map(({ id }) => id)).toEqual(seed.eventTypes?.map(({ id }) => id))
      for (const { id, incidents } of types)
        expect(incidents, id).toBe(
          seed.incidents.filter(({ record }) => record.event_type === id || record.sub_event_type === id)
            .length,
        )
    })
  })
}
