import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACTOR_KINDS } from '../../src/actors/actor.schema.ts'
import { parse } from '../../src/records.ts'
import { readSeed } from '../../src/seed/seed.ts'
import type { Storage } from '../../src/storage/contract/storage.ts'
import { type OpenEngine, readPages } from './engine.ts'

/** Describes how every storage engine must store actors. */
export function describeActorStoreContract(open: OpenEngine): void {
  describe('actor store', () => {
    const { actors, incidents } = readSeed()
    let storage: Storage

    beforeAll(async () => {
      storage = await open()
      await storage.load(readSeed())
    })
    afterAll(() => storage.close())

    test.each([1, 2, 50])(
      'pages of %i have every actor once, with the number of its incidents',
      async (limit) => {
        const records = await readPages((slice) => storage.actors.list({}, slice), limit)
        const expected = actors
          .map(({ id }) => ({
            id,
            incidents: incidents.filter(({ record }) => record.actors.some((actor) => actor.id === id))
              .length,
          }))
          .sort((a, b) => (a.id < b.id ? -1 : 1))
        expect(records.map(parse).map(({ id, incidents }) => ({ id, incidents }))).toEqual(expected)
      },
    )

    test.each(ACTOR_KINDS)('lists are limited to the kind %s', async (kind) => {
      const records = await readPages((slice) => storage.actors.list({ kind: [kind] }, slice), 50)
      expect(records.length).toBe(actors.filter((actor) => actor.kind === kind).length)
    })

    test('an actor is found by id, and by every name in any case', async () => {
      for (const { id, name, aliases } of actors) {
        expect(await storage.actors.findByName(id)).toEqual([id])
        for (const text of [name, ...aliases])
          expect(await storage.actors.findByName(text.toUpperCase()), text).toContain(id)
      }
      expect(await storage.actors.findByName('Nobody of this name')).toEqual([])
    })

    test('a similar name is found next to an unknown one', async () => {
      expect(await storage.actors.resolve('Islamic Stat')).toMatchObject({
        scopes: [],
        alike: [{ dataset: 'seed', name: 'Islamic State', incidents: 3 }],
      })
      expect(await storage.actors.resolve('qqqqqqqq')).toEqual({ scopes: [], alike: [], narrower: [] })
    })

    test('get returns null for an unknown id', async () => {
      expect(await storage.actors.get('seed:none')).toBeNull()
    })
  })
}
