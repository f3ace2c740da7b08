import { describe, expect, test } from 'vitest'
import type { IncidentDetail } from '../../src/incidents/incident.schema.ts'
import type { Place } from '../../src/places/place.schema.ts'
import { parse, type SerializedJson } from '../../src/records.ts'
import { readSeed } from '../../src/seed/seed.ts'
import type { RecordBatch, Storage } from '../../src/storage/contract/storage.ts'
import { findProblems, SEED_SIZE } from '../support/database.ts'
import type { OpenEngine } from './engine.ts'

const LATER = new Date('2099-01-01T00:00:00.000Z')
const [SADR, OTHERS, SAMARRA] = [
  'seed:sadr-city-2017-01-02',
  'seed:baghdad-other-attacks-2017-01-02',
  'seed:samarra-2017-01-02',
]
const NOTHING = { added: 0, updated: 0, unchanged: SEED_SIZE, removed: 0, kept: 0 }

/** Describes `Storage.load`. */
export function describeLoadContract(open: OpenEngine): void {
  /** Runs `work` on a database with the seed; its clock is then set to `later`, if given. */
  async function withSeed(work: (storage: Storage) => Promise<void>, later?: Date): Promise<void> {
    let now = new Date('2026-01-01T00:00:00.000Z')
    const storage = await open(() => now)
    try {
      await storage.load(readSeed())
      now = later ?? now
      await work(storage)
    } finally {
      await storage.close()
    }
  }

  const getIncident = async (storage: Storage, id: string) =>
    parse((await storage.incidents.get(id)) as SerializedJson<IncidentDetail>)

  describe('load', () => {
    test('loading the same batch again changes nothing, not even the revision', async () => {
      await withSeed(async (storage) => {
        const revision = await storage.revision()
        expect(await storage.load(readSeed())).toEqual(NOTHING)
        expect(await storage.revision()).toEqual(revision)
      }, LATER)
    })

    test('a changed seed adds, updates and removes, and raises the revision once', async () => {
      const batch = readSeed()
      const [first, , third] = batch.incidents
      if (!first || !third) throw new Error('The seed has three incidents')
      const changed: RecordBatch = {
        ...batch,
        actors: batch.actors.map((actor) =>
          actor.id === 'seed:islamic-state' ? { ...actor, aliases: [...actor.aliases, 'Da’ish'] } : actor,
        ),
        incidents: [
          { ...first, record: { ...first.record, title: 'Renamed', date_start: '2017-01-01' } },
          third,
          { record: { ...third.record, id: 'seed:new', title: 'New', part_of: [] }, claims: [] },
        ],
      }
      await withSeed(async (storage) => {
        const [before, untouched] = [await storage.revision(), await getIncident(storage, SAMARRA)]
        const report = await storage.load(changed)
        expect(report).toEqual({ added: 1, updated: 2, unchanged: SEED_SIZE - 3, removed: 1, kept: 0 })
        const after = await storage.revision()
        expect(after).toEqual({ ...before, state: after.state, number: before.number + 1, at: LATER })
        expect(after.state).not.toBe(before.state)
        expect(await getIncident(storage, SADR)).toMatchObject({
          title: 'Renamed',
          date_start: '2017-01-01',
          updated_at: LATER.toISOString(),
        })
        expect(await getIncident(storage, SAMARRA)).toEqual(untouched)
        expect(await getIncident(storage, 'seed:new')).toMatchObject({ title: 'New' })
        expect(await storage.incidents.get(OTHERS)).toBeNull()
        expect(await storage.incidents.count({ words: ['renamed'] })).toBe(1)
        expect(await storage.incidents.count({ words: ['sadr', 'bomb'] })).toBe(1)
        expect(await findProblems(storage)).toEqual([])
        expect(await storage.load(readSeed())).toEqual({
          added: 1,
          updated: 2,
          unchanged: SEED_SIZE - 3,
          removed: 1,
          kept: 0,
        })
        expect(await findProblems(storage)).toEqual([])
      }, LATER)
    })

    test('moving a place moves the incidents in it', async () => {
      const batch = structuredClone(readSeed())
      for (const place of batch.places) if (place.id === 'geonames:98182') place.parent_id = 'geonames:IQ.01'
      for (const { place } of [...batch.incidents, ...batch.tolls].map(({ record }) => record))
        if (place.city === 'Baghdad') place.admin1 = 'Anbar'
      await withSeed(async (storage) => {
        await storage.load(batch)
        const count = (id: string) => storage.incidents.count({ admin1: [{ kind: 'admin1', id }] })
        expect(await count('geonames:IQ.01')).toBe(2)
        expect(await count('geonames:IQ.07')).toBe(0)
        expect(await findProblems(storage)).toEqual([])
      })
    })

    test.each<[string, (batch: RecordBatch) => RecordBatch]>([
      [
        'a citation',
        (batch) => ({
          ...batch,
          datasets: batch.datasets.map((dataset) => ({
            ...dataset,
            citation: `${dataset.citation} Revised.`,
          })),
        }),
      ],
      [
        'the code book',
        (batch) => ({
          ...batch,
          eventTypes: readSeed().eventTypes.map((type) => ({
            ...type,
            description: `${type.description} Revised.`,
          })),
        }),
      ],
    ])('changing only %s raises the revision', async (_, change) => {
      await withSeed(async (storage) => {
        const { number } = await storage.revision()
        const report = await storage.load(change(readSeed()))
        expect(report).toEqual(NOTHING)
        expect((await storage.revision()).number).toBe(number + 1)
        expect(await storage.load(change(readSeed()))).toEqual(report)
        expect((await storage.revision()).number).toBe(number + 1)
      })
    })

    test('keeps the records of other data sets', async () => {
      const { datasets, incidents: records } = readSeed()
      const [dataset] = datasets
      const [given] = records
      if (!dataset || !given) throw new Error('The seed has data sets and incidents')
      const record = { ...given.record, id: 'made:1', dataset: 'made', part_of: [] }
      const made: RecordBatch = {
        ...{ ...readSeed(), sources: [], actors: [], places: [], tolls: [] },
        datasets: [{ ...dataset, id: 'made' }],
        incidents: [{ record, claims: [] }],
      }
      await withSeed(async (storage) => {
        expect(await storage.load(made)).toEqual({ ...NOTHING, added: 1, unchanged: 0 })
        expect(await storage.load(readSeed())).toEqual(NOTHING)
        expect(await storage.load({ ...made, incidents: [] })).toMatchObject({ removed: 1 })
        expect(await storage.incidents.count({})).toBe(records.length)
        expect(await findProblems(storage)).toEqual([])
      })
    })

    test('leaves places to the data set whose records refer to them, and keeps the code book if none is given', async () => {
      const { datasets, places, incidents: records } = readSeed()
      const [dataset] = datasets
      const [given] = records
      const erbil = places.find(({ id }) => id === 'geonames:IQ.11')
      if (!dataset || !given || !erbil) throw new Error('The seed has data sets, incidents and governorates')
      const nothing: RecordBatch = {
        ...{ sources: [], actors: [], places: [], incidents: [], tolls: [] },
        datasets: [{ ...dataset, id: 'made' }],
      }
      const world = { ...nothing, datasets: [{ ...dataset, id: 'world' }] }
      const division = { ...erbil, id: 'world:1', dataset: 'world', parent_id: 'iso3166:IQ' }
      const city = { ...division, id: 'world:2', kind: 'city' as const, parent_id: 'world:1' }
      const village = { ...city, id: 'world:3' }
      const record = { ...given.record, id: 'made:1', dataset: 'made', part_of: [] }
      const made = {
        ...nothing,
        incidents: [{ record: { ...record, place: { ...record.place, id: 'world:2' } }, claims: [] }],
      }
      await withSeed(async (storage) => {
        const eventTypes = await storage.eventTypes.list()
        await storage.load({ ...world, places: [division, city, village] })
        await storage.load(made)
        const none = { added: 0, updated: 0, unchanged: 0, removed: 0, kept: 0 }
        expect(await storage.load(world)).toEqual({ ...none, removed: 1, kept: 2 })
        expect(parse((await storage.places.get('world:2')) as SerializedJson<Place>)).toMatchObject({
          dataset: 'made',
        })
        expect(await storage.load(world)).toEqual(none)
        expect(await findProblems(storage)).toEqual([])
        expect(await storage.load({ ...world, places: [division, city] })).toEqual({ ...none, updated: 2 })
        expect(await storage.load(world)).toEqual({ ...none, kept: 2 })
        expect(await storage.load(nothing)).toEqual({ ...none, removed: 3 })
        expect(await storage.eventTypes.list()).toEqual(eventTypes)
        expect(await findProblems(storage)).toEqual([])
      })
    })

    test('a batch that fails changes nothing', async () => {
      await withSeed(async (storage) => {
        const revision = await storage.revision()
        const batch = structuredClone(readSeed())
        for (const { record } of batch.incidents) record.title = 'Renamed'
        batch.sources = []
        await expect(storage.load(batch)).rejects.toThrow()
        expect(await storage.revision()).toEqual(revision)
        expect((await getIncident(storage, SAMARRA)).title).not.toBe('Renamed')
        expect(await findProblems(storage)).toEqual([])
      })
    })
  })
}
