import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Storage } from '../../src/storage/contract/storage.ts'
import { SEED } from '../support/records.ts'
import type { OpenEngine } from './engine.ts'

/** Describes migrations, identity and revision of a database. */
export function describeStorageContract(open: OpenEngine): void {
  describe('storage', () => {
    const now = new Date('2026-01-01T00:00:00.000Z')
    let storages: Storage[]

    beforeEach(async () => {
      storages = [await open(() => now), await open(() => now)]
    })
    afterEach(() => Promise.all(storages.map((storage) => storage.close())))

    test('migrates once', async () => {
      for (const storage of storages) expect(await storage.migrate()).toEqual([])
    })

    test('has a unique id and a unique secret', async () => {
      const ids = await Promise.all(storages.map(async (storage) => (await storage.revision()).databaseId))
      const secrets = await Promise.all(storages.map((storage) => storage.cursorSecret()))
      expect(new Set([...ids, ...secrets]).size).toBe(4)
      expect(await storages[0]?.cursorSecret()).toBe(secrets[0])
    })

    test('has an identity, and responds to a probe as long as it is there', async () => {
      expect(new Set(storages.map(({ identity }) => identity)).size).toBe(2)
      for (const storage of storages) await storage.probe()
      await storages[0]?.load(SEED)
      storages[0]?.requireIntact()
      await storages[0]?.probe()
    })

    test('reports how many queries wait for their turn, and none once they are done', async () => {
      const [storage] = storages as [Storage]
      const waiting = () => Object.values(storage.queuedQueries()).reduce((sum, queued) => sum + queued, 0)
      const queries = [1, 2, 3].map((min) =>
        storage.incidents.total({ deaths: { basis: 'best', min } }, 'exact'),
      )
      expect(waiting()).toBeLessThanOrEqual(queries.length)
      await Promise.all(queries)
      expect(waiting()).toBe(0)
    })

    test('counts the changes of the data, with the time of the last one', async () => {
      const [storage] = storages as [Storage]
      const { number } = await storage.revision()
      await storage.load(SEED)
      expect(await storage.revision()).toMatchObject({ number: number + 1, at: now })
      await storage.load(SEED)
      expect((await storage.revision()).number).toBe(number + 1)
    })
  })
}
