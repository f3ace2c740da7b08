import { describe, expect, test } from 'vitest'
import type { IncidentDetail } from '../../../src/incidents/incident.schema.ts'
import { parse, type SerializedJson } from '../../../src/records.ts'
import { readSeed } from '../../../src/seed/seed.ts'
import type { RecordBatch, Storage } from '../../../src/storage/contract/storage.ts'
import { Sqlite } from '../../../src/storage/sqlite/database/better-sqlite3.ts'
import {
  DatabaseFiles,
  digestContent,
  findProblems,
  SEED_SIZE,
  snapshotFile,
  withStorage,
} from '../../support/database.ts'

const FILES = new DatabaseFiles()

describe('loading', () => {
  const LATER = new Date('2099-01-01T00:00:00.000Z')
  const SAMARRA = 'seed:samarra-2017-01-02'
  const TOLL = 'seed:baghdad-bombings-2016-12-31'

  const NOTHING = { added: 0, updated: 0, unchanged: SEED_SIZE, removed: 0, kept: 0 }

  const getIncident = async (storage: Storage, id: string) =>
    parse((await storage.incidents.get(id)) as SerializedJson<IncidentDetail>)

  test('the same batch again changes nothing, not even the revision', async () => {
    const path = FILES.copy()
    const before = { content: digestContent(path), bytes: snapshotFile(path) }
    await withStorage(
      path,
      async (storage) => {
        const revision = await storage.revision()
        const report = await storage.load(readSeed())
        expect(report).toEqual(NOTHING)
        expect(await storage.revision()).toEqual(revision)
      },
      LATER,
    )
    expect({ content: digestContent(path), bytes: snapshotFile(path) }).toEqual(before)
  })

  test.each<[string, (batch: RecordBatch) => void]>([
    [
      'an incident in an unknown place',
      ({ incidents }) => {
        for (const { record } of incidents) record.place = { ...record.place, id: 'geonames:nowhere' }
      },
    ],
    [
      'an incident by an unknown actor',
      ({ incidents }) => {
        for (const { record } of incidents)
          record.actors = record.actors.map((actor) => ({ ...actor, id: 'seed:unknown' }))
      },
    ],
    ['an id given twice', ({ tolls }) => tolls.push(...tolls.map((toll) => ({ ...toll, claims: [] })))],
    [
      'a removed source that is still referred to',
      (batch) => {
        batch.sources = []
      },
    ],
  ])('%s fails and changes nothing', async (_, damageBatch) => {
    const path = FILES.copy()
    const before = digestContent(path)
    const batch = structuredClone(readSeed())
    // Changes that succeed before the one that fails.
    for (const actor of batch.actors) actor.name = `${actor.name} (renamed)`
    for (const { record } of batch.incidents) record.title = 'Renamed'
    damageBatch(batch)
    await withStorage(path, async (storage) => {
      await expect(storage.load(batch)).rejects.toThrow()
      expect(await findProblems(storage)).toEqual([])
      expect((await getIncident(storage, SAMARRA)).title).not.toBe('Renamed')
      expect(await storage.tolls.get(TOLL)).not.toBeNull()
    })
    expect(digestContent(path)).toBe(before)
  })
})

describe('a batch that was loaded under a digest', () => {
  test('is recognised until the data change, and again once it is reloaded', async () => {
    await withStorage(FILES.copy(), async (storage) => {
      expect(await storage.isLoaded('a')).toBe(false)
      await storage.load(readSeed(), 'a')
      expect(await storage.isLoaded('a')).toBe(true)
      expect(await storage.isLoaded('b')).toBe(false)
      const batch = readSeed()
      await storage.load({ ...batch, incidents: batch.incidents.slice(1), tolls: [] })
      expect(await storage.isLoaded('a'), 'a record was removed').toBe(false)
      expect(await storage.load(batch, 'a')).toMatchObject({ added: 2 })
      expect(await storage.isLoaded('a')).toBe(true)
    })
  })

  test('is not marked while another process writes, without waiting', async () => {
    const path = FILES.copy()
    const other = new Sqlite(path)
    other.exec('BEGIN IMMEDIATE')
    await withStorage(path, async (storage) => {
      const began = performance.now()
      expect(await storage.load(readSeed(), 'a')).toMatchObject({ added: 0, updated: 0, removed: 0 })
      expect(performance.now() - began).toBeLessThan(4000)
      expect(await storage.isLoaded('a')).toBe(false)
    })
    other.exec('ROLLBACK')
    other.close()
  })
})
