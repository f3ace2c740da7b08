import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Storage } from '../../src/storage/contract/storage.ts'
import { fold } from '../../src/text/fold.ts'
import { buildBatch, CONFLICTS, sampleIncidents, WEAPONS } from '../support/records.ts'
import type { OpenEngine } from './engine.ts'

/** Describes how every storage engine must find conflicts, dyads and weapons. */
export function describeTermStoreContract(open: OpenEngine): void {
  describe('term store', () => {
    let storage: Storage
    const incidents = sampleIncidents(100)

    beforeAll(async () => {
      storage = await open()
      await storage.load(buildBatch(incidents))
    })
    afterAll(() => storage.close())

    test.each(CONFLICTS)('finds conflict $id by id and by name, folded', async ({ id, name }) => {
      for (const text of [id, name, name.toUpperCase()])
        expect(await storage.terms.findByName('conflict', text)).toEqual([id])
      expect(await storage.terms.findByName('dyad', id)).toEqual([])
    })

    test.each(WEAPONS)('finds weapon %s by its name in any case', async (weapon) => {
      expect(await storage.terms.findByName('weapon', weapon.toUpperCase())).toEqual([fold(weapon)])
    })

    test('suggests the id of a bare number and near names', async () => {
      expect(await storage.terms.findSimilar('conflict', '259')).toEqual(['ucdp:259'])
      expect(await storage.terms.findSimilar('conflict', 'Irak: Government')).toEqual(['Iraq: Government'])
      expect(await storage.terms.findSimilar('weapon', 'car bom')).toEqual(['car bomb'])
    })

    test('no longer finds what no incident has', async () => {
      await storage.load(buildBatch(incidents.map((incident) => ({ ...incident, weapons: [] }))))
      expect(await storage.terms.findByName('weapon', 'car bomb')).toEqual([])
      await storage.load(buildBatch(incidents))
      expect(await storage.terms.findByName('weapon', 'car bomb')).toEqual(['car bomb'])
    })
  })
}
