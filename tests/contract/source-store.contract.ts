import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from '../../src/records.ts'
import { readSeed } from '../../src/seed/seed.ts'
import type { Storage } from '../../src/storage/contract/storage.ts'
import { type OpenEngine, readPages } from './engine.ts'

/** Describes how every storage engine must store sources. */
export function describeSourceStoreContract(open: OpenEngine): void {
  describe('source store', () => {
    const { sources, incidents } = readSeed()
    let storage: Storage

    beforeAll(async () => {
      storage = await open()
      await storage.load(readSeed())
    })
    afterAll(() => storage.close())

    test.each([1, 50])(
      'pages of %i have every source once, with the number of its incidents',
      async (limit) => {
        const records = await readPages((slice) => storage.sources.list({}, slice), limit)
        const expected = sources
          .map(({ id }) => ({
            id,
            incidents: incidents.filter(({ record }) => record.source_ids.includes(id)).length,
          }))
          .sort((a, b) => (a.id < b.id ? -1 : 1))
        expect(records.map(parse).map(({ id, incidents }) => ({ id, incidents }))).toEqual(expected)
      },
    )

    test('a source is found by id, its publisher by name in any case', async () => {
      for (const { id, publisher } of sources) {
        expect(await storage.sources.findByName(id)).toEqual([{ id }])
        expect(await storage.sources.findByName(publisher.toUpperCase())).toEqual([{ publisher }])
        const found = await readPages((slice) => storage.sources.list({ q: publisher }, slice), 50)
        expect(found.map((record) => parse(record).id)).toContain(id)
      }
      expect(await storage.sources.findByName('Nobody of this name')).toEqual([])
    })

    test('a similar publisher is suggested', async () => {
      expect(await storage.sources.findSimilar('Reuter', 3)).toContain('Reuters')
    })

    test('get returns null for an unknown id', async () => {
      expect(await storage.sources.get('seed:none')).toBeNull()
    })
  })
}
