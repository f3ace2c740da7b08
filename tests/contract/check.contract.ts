import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Storage } from '../../src/storage/contract/storage.ts'
import { buildBatch, SEED, sampleIncidents } from '../support/records.ts'
import type { OpenEngine } from './engine.ts'

const SIZE = 700

/** Describes `Storage.check` and `Storage.rebuild` on a sound database. */
export function describeCheckContract(open: OpenEngine): void {
  describe('check and rebuild', () => {
    let storage: Storage
    let now: Date

    beforeEach(async () => {
      now = new Date('2026-01-01T00:00:00.000Z')
      storage = await open(() => now)
    })
    afterEach(() => storage.close())

    test('an empty database is sound', async () => {
      expect(await storage.check()).toEqual([])
      expect(await storage.rebuild(() => {})).toBe(0)
      expect(await storage.check()).toEqual([])
    })

    test('a rebuild keeps every record and sum, raises the revision and reports its progress', async () => {
      const batch = buildBatch(sampleIncidents(SIZE))
      await storage.load(batch)
      const [before, { number }] = [await readContent(storage), await storage.revision()]
      now = new Date('2027-01-01T00:00:00.000Z')
      const steps: [number, number][] = []
      const records = await storage.rebuild((done, total) => steps.push([done, total]))
      const size = SIZE + SEED.sources.length + SEED.actors.length + SEED.places.length
      expect(records).toBe(size)
      expect(steps.at(-1)).toEqual([size, size])
      expect(steps).toEqual([...steps].sort(([a], [b]) => a - b))
      expect(await readContent(storage)).toEqual(before)
      expect((await storage.revision()).number).toBe(number + 1)
      expect(await storage.check()).toEqual([])
      expect(await storage.load(batch)).toMatchObject({ added: 0, updated: 0, unchanged: size })
    })

    test('a rebuild that fails changes nothing', async () => {
      await storage.load(SEED)
      const revision = await storage.revision()
      const failing = storage.rebuild(() => {
        throw new Error('stopped')
      })
      await expect(failing).rejects.toThrow('stopped')
      expect(await storage.revision()).toEqual(revision)
      expect(await storage.check()).toEqual([])
    })
  })
}

/** Reads records in two orders, by search term and by name, and counts of values. */
async function readContent(storage: Storage): Promise<unknown> {
  const slice = { limit: 1000, after: null }
  const expandClaims = false
  return [
    await storage.incidents.list({ filter: {}, sort: 'date', expandClaims }, slice),
    await storage.incidents.list({ filter: { words: ['bomb'] }, sort: '-deaths', expandClaims }, slice),
    (await storage.actors.list({ q: 'islamic state' }, slice)).records.toSorted(),
    (await storage.places.list({ q: 'baghdad' }, slice)).records.toSorted(),
    await storage.sources.list({}, slice),
    await storage.stats.facets({ filter: {}, fields: ['country', 'actor'], limit: 100 }),
  ]
}
