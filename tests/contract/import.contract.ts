import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import { parse } from '../../src/records.ts'
import type {
  ImportedIncident,
  ImportFinish,
  ImportReport,
  OriginalRows,
  RecordInput,
  Storage,
} from '../../src/storage/contract/storage.ts'
import { findProblems } from '../support/database.ts'
import { SEED, sampleIncidents } from '../support/records.ts'
import type { OpenEngine } from './engine.ts'

/** More records than an engine writes in one batch. */
const SIZE = 1200
const COLUMNS = ['id', 'title']
const NOTHING: ImportReport = { added: 0, updated: 0, unchanged: 0, removed: 0, linked: 0, missing: [] }

/** Describes `Storage.beginImport`. */
export function describeImportContract(open: OpenEngine): void {
  describe('import', () => {
    const [{ files: _, ...registered }] = SEED.datasets as [(typeof SEED.datasets)[number]]
    const dataset = { ...registered, id: 'made' }
    const records: RecordInput<Incident>[] = sampleIncidents(SIZE).map((record, index) => ({
      ...record,
      id: `made:${index}`,
      dataset: 'made',
      part_of: [],
    }))
    const ids = records.map(({ id }) => id)
    const end: ImportFinish = {
      datasets: [{ ...dataset, rows: SIZE }],
      file: { name: 'made.csv', sha256: 'a' },
      ...{ sources: [], actors: [], replace: false, dryRun: false },
    }
    let storage: Storage
    let now: Date

    beforeEach(async () => {
      now = new Date('2026-01-01T00:00:00.000Z')
      storage = await open(() => now)
      await storage.load(SEED)
    })
    afterEach(() => storage.close())

    const toIncident = (record: RecordInput<Incident>): ImportedIncident => ({
      ...{ record, claims: null, places: [], sources: [] },
      original: [record.id, record.title ?? ''],
    })

    async function run(
      given: readonly RecordInput<Incident>[],
      finish: Partial<ImportFinish> = {},
    ): Promise<ImportReport> {
      const session = await storage.beginImport()
      await session.put(given.map(toIncident), COLUMNS)
      return session.finish({ ...end, ...finish })
    }
    const count = () => storage.incidents.count({ dataset: ['made'] })

    test('adds records, and changes nothing when repeated, not even the revision', async () => {
      expect(await run(records)).toEqual({ ...NOTHING, added: SIZE })
      expect(await count()).toBe(SIZE)
      expect(await findProblems(storage)).toEqual([])
      const revision = await storage.revision()
      now = new Date('2027-01-01T00:00:00.000Z')
      expect(await run(records)).toEqual({ ...NOTHING, unchanged: SIZE })
      expect(await storage.revision()).toEqual(revision)
    })

    test('updates changed records, reports missing ones and removes them only on request', async () => {
      await run(records)
      const newer = records
        .slice(100)
        .map((record, index) => (index < 10 ? { ...record, title: 'New' } : record))
      const missing = expect.objectContaining({ added: 0, updated: 10, unchanged: SIZE - 110, removed: 0 })
      const report = await run(newer)
      expect(report).toEqual(missing)
      // Records of countries that the file does not contain are not missing.
      const countries = new Set(newer.map(({ place }) => place.country))
      const expected = records.slice(0, 100).filter(({ place }) => countries.has(place.country))
      expect([...report.missing].sort()).toEqual(expected.map(({ id }) => id).sort())
      expect(await count()).toBe(SIZE)
      expect(await run(newer, { replace: true })).toMatchObject({ removed: expected.length })
      expect(await count()).toBe(SIZE - expected.length)
      expect(await findProblems(storage)).toEqual([])
    })

    test('changes nothing with dryRun or when aborted', async () => {
      const revision = await storage.revision()
      expect(await run(records, { dryRun: true })).toMatchObject({ added: SIZE })
      const session = await storage.beginImport()
      await session.put(records.map(toIncident), COLUMNS)
      await session.abort()
      expect(await count()).toBe(0)
      expect(await storage.revision()).toEqual(revision)
      expect(await storage.datasets.ids()).not.toContain('made')
    })

    test('is not visible before it is finished', async () => {
      const session = await storage.beginImport()
      await session.put(records.map(toIncident), COLUMNS)
      expect(await count()).toBe(0)
      await session.finish(end)
      expect(await count()).toBe(SIZE)
    })

    test('changes nothing when it fails, and can be repeated', async () => {
      const [record] = records as [RecordInput<Incident>]
      const session = await storage.beginImport()
      const lost = { ...record, id: 'made:lost', source_ids: ['made:no-source'] }
      const failing = (async () => {
        await session.put([...records, lost].map(toIncident), COLUMNS)
        await session.finish(end)
      })()
      await expect(failing).rejects.toThrow()
      await session.abort()
      expect(await count()).toBe(0)
      expect(await run(records)).toMatchObject({ added: SIZE })
    })

    test('is stamped later than the last change, wherever the clock is', async () => {
      now = new Date('2026-06-01T00:00:00.500Z')
      await run(records.slice(0, 5))
      const first = await storage.revision()
      const stamps: string[] = []
      for (const [index, clock] of [
        first.at.toISOString(),
        '2026-05-01T00:00:00.000Z',
        '2025-01-01T00:00:00.000Z',
      ].entries()) {
        now = new Date(clock)
        const before = await storage.revision()
        const changed = records.slice(0, 5).map((record) => ({ ...record, title: `Change ${index}` }))
        expect(await run(changed)).toMatchObject({ updated: 5 })
        const { at } = await storage.revision()
        expect(at.getTime()).toBeGreaterThan(before.at.getTime())
        const since = { updated_since: new Date(before.at.getTime() + 1).toISOString() }
        expect(await storage.incidents.count(since)).toBe(5)
        stamps.push(at.toISOString())
      }
      expect(stamps).toEqual([
        '2026-06-01T00:00:01.000Z',
        '2026-06-01T00:00:02.000Z',
        '2026-06-01T00:00:03.000Z',
      ])
    })

    test('registers the data set with its files', async () => {
      now = new Date('2026-02-01T00:00:00.000Z')
      await run(records)
      now = new Date('2027-01-01T00:00:00.000Z')
      await run(records, { file: { name: 'second.csv', sha256: 'b' } })
      const made = (await storage.datasets.list()).map(parse).find(({ id }) => id === 'made')
      expect(made).toMatchObject({
        incidents: SIZE,
        imported_at: '2026-02-01T00:00:00.000Z',
        files: [
          { name: 'made.csv', sha256: 'a', rows: SIZE, imported_at: '2026-02-01T00:00:00.000Z' },
          { name: 'second.csv', sha256: 'b', rows: SIZE, imported_at: '2027-01-01T00:00:00.000Z' },
        ],
      })
    })

    test('keeps the rows of the file with the ids of their records, in order', async () => {
      await run(records)
      const rows: OriginalRows['rows'][number][] = []
      const stored: string[] = []
      for await (const batch of storage.originals()) {
        expect(batch).toMatchObject({ dataset: 'made', columns: COLUMNS })
        rows.push(...batch.rows)
        stored.push(...batch.ids)
      }
      expect(rows.map(([id]) => id)).toEqual(ids)
      expect(stored).toEqual(records.map(({ id }) => id))
    })

    test('accepts links that the file states, once', async () => {
      const seeded = 'seed:samarra-2017-01-02'
      const sameAs = [['made:0', seeded]] as const
      expect(await run(records, { sameAs })).toMatchObject({ linked: 1 })
      expect(await storage.links.get(seeded, 'made:0')).toMatchObject({ status: 'accepted' })
      expect(await run(records, { sameAs })).toMatchObject({ linked: 0, unchanged: SIZE })
      expect(await findProblems(storage)).toEqual([])
    })
  })
}
