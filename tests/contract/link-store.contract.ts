import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Incident, IncidentDetail } from '../../src/incidents/incident.schema.ts'
import type { LinkStatus } from '../../src/links/link.schema.ts'
import { parse, type SerializedJson } from '../../src/records.ts'
import { readSeed } from '../../src/seed/seed.ts'
import type { RecordBatch, Storage } from '../../src/storage/contract/storage.ts'
import { findProblems } from '../support/database.ts'
import { type OpenEngine, readPages } from './engine.ts'

const SAMARRA = 'seed:samarra-2017-01-02'
const MADE = [1, 2, 3].map((number) => `made-${number}:samarra`)
const [FIRST = '', SECOND = '', THIRD = ''] = MADE
const REQUEST = { datasets: [], days: 2, minScore: 0.6, dryRun: false, onProgress: () => {} }

/** Builds the seed with copies of its attack in Samarra in three other data sets, each farther away. */
function buildLinkable(): RecordBatch {
  const seed = readSeed()
  const given = seed.incidents.find(({ record }) => record.id === SAMARRA)
  const [dataset] = seed.datasets
  if (!given || !dataset) throw new Error('The seed has Samarra and data sets')
  const made = MADE.map((id, index) => ({
    record: {
      ...given.record,
      ...{ id, dataset: id.slice(0, id.indexOf(':')), part_of: [] },
      latitude: (given.record.latitude ?? 0) + (index + 1) / 50,
    },
    claims: [],
  }))
  return {
    ...seed,
    datasets: [...seed.datasets, ...made.map(({ record }) => ({ ...dataset, id: record.dataset }))],
    incidents: [...seed.incidents, ...made],
  }
}

/** Describes how every storage engine must store links. */
export function describeLinkStoreContract(open: OpenEngine): void {
  describe('link store', () => {
    let storage: Storage
    let now: Date

    beforeEach(async () => {
      now = new Date('2026-01-01T00:00:00.000Z')
      storage = await open(() => now)
      await storage.load(buildLinkable())
    })
    afterEach(() => storage.close())

    const decide = (other: string, status: LinkStatus, note: string | null = null) =>
      storage.decideLink({ ids: [other, SAMARRA], status, decidedBy: 'A', note })
    const listLinks = async (id: string, limit = 50) =>
      (await readPages((slice) => storage.links.listByIncident(id, {}, slice), limit)).map(parse)
    const getIncident = async (id: string): Promise<Incident> =>
      parse((await storage.incidents.get(id)) as SerializedJson<IncidentDetail>)

    test('suggestions are stored once, and not with dryRun', async () => {
      const trial = await storage.suggestLinks({ ...REQUEST, dryRun: true })
      expect(await storage.links.count({})).toBe(0)
      const report = await storage.suggestLinks(REQUEST)
      expect(report).toEqual(trial)
      expect(report).toMatchObject({ added: 6, updated: 0, unchanged: 0, removed: 0, kept: 0 })
      const { number } = await storage.revision()
      expect(await storage.suggestLinks(REQUEST)).toMatchObject({ added: 0, unchanged: 6 })
      expect((await storage.revision()).number).toBe(number)
      expect(await findProblems(storage)).toEqual([])
    })

    test('suggestions can be limited to one data set with all others, or to several among each other', async () => {
      expect(await storage.suggestLinks({ ...REQUEST, datasets: ['seed'] })).toMatchObject({ added: 3 })
      const two = ['made-1', 'made-2']
      expect(await storage.suggestLinks({ ...REQUEST, datasets: two })).toMatchObject({ added: 1 })
    })

    test('the links of an incident are listed best first, in pages of any size', async () => {
      await storage.suggestLinks(REQUEST)
      for (const limit of [1, 2, 50]) {
        const links = await listLinks(SAMARRA, limit)
        expect(links.map(({ record }) => record.id)).toEqual(MADE)
      }
      const [{ record, score } = { record: null, score: 0 }] = await listLinks(FIRST)
      expect(record?.id).toBe(SAMARRA)
      expect((await storage.links.scorePair(FIRST, SAMARRA)).score).toBe(score)
    })

    test('links are listed and counted by status and data set', async () => {
      await storage.suggestLinks(REQUEST)
      await decide(FIRST, 'accepted')
      expect(await storage.links.count({ status: ['suggested'] })).toBe(5)
      const links = await storage.links.list({ status: ['accepted'], dataset: 'seed' }, 10)
      expect(links).toEqual([await storage.links.get(SAMARRA, FIRST)])
      const scores = (await storage.links.list({}, 4)).map(({ score }) => score)
      expect(scores).toHaveLength(4)
      expect(scores).toEqual([...scores].sort((a, b) => b - a))
    })

    test('a decision is kept with earlier ones, and changes same_as of both records', async () => {
      await storage.suggestLinks(REQUEST)
      now = new Date('2026-02-01T00:00:00.000Z')
      expect(await decide(SECOND, 'accepted', 'why')).toBe(true)
      expect(await decide(SECOND, 'accepted')).toBe(false)
      for (const [id, other] of [
        [SAMARRA, SECOND],
        [SECOND, SAMARRA],
      ] as const)
        expect(await getIncident(id)).toMatchObject({ same_as: [other], updated_at: now.toISOString() })
      expect(await decide(SECOND, 'suggested')).toBe(true)
      expect((await getIncident(SAMARRA)).same_as).toEqual([])
      expect(await storage.links.get(SAMARRA, SECOND)).toMatchObject({
        status: 'suggested',
        decisions: [
          { status: 'accepted', decided_at: now.toISOString(), decided_by: 'A', note: 'why' },
          { status: 'suggested' },
        ],
      })
      expect(await findProblems(storage)).toEqual([])
    })

    test('decisions are stamped in their order, wherever the clock is', async () => {
      now = new Date('2026-02-01T00:00:00.000Z')
      await storage.suggestLinks(REQUEST)
      const stamps = [(await storage.revision()).at.toISOString()]
      for (const status of ['accepted', 'suggested', 'accepted'] as const) {
        now = new Date(now.getTime() - 86_400_000)
        await decide(SECOND, status)
        const { updated_at } = await getIncident(SECOND)
        expect((await storage.revision()).at.toISOString()).toBe(updated_at)
        stamps.push(updated_at)
      }
      expect(new Set(stamps).size).toBe(4)
      expect(stamps).toEqual([...stamps].sort())
    })

    test('repeating suggestions keeps decisions and removes suggestions that are no longer found', async () => {
      await storage.suggestLinks(REQUEST)
      await decide(THIRD, 'rejected')
      const report = await storage.suggestLinks({ ...REQUEST, minScore: 1 })
      expect(report).toMatchObject({ kept: 1 })
      expect(await storage.links.count({})).toBe(1 + report.unchanged)
      expect(await storage.links.get(SAMARRA, THIRD)).toMatchObject({ status: 'rejected' })
    })

    test('removing a record removes its links, and updates same_as of the others', async () => {
      await decide(FIRST, 'accepted')
      const batch = buildLinkable()
      await storage.load({
        ...batch,
        incidents: batch.incidents.filter(({ record }) => record.id !== FIRST),
      })
      expect(await storage.links.count({})).toBe(0)
      expect((await getIncident(SAMARRA)).same_as).toEqual([])
      expect(await findProblems(storage)).toEqual([])
    })

    test.each<[string, [string, string], LinkStatus, RegExp]>([
      ['a record and itself', [SAMARRA, SAMARRA], 'accepted', /is given twice/],
      ['a missing record', [SAMARRA, 'made-1:samara'], 'accepted', /did you mean made-1:samarra\?/],
      ['records of one data set', [SAMARRA, 'seed:sadr-city-2017-01-02'], 'accepted', /both of the data set/],
      ['a reset without a decision', [SAMARRA, FIRST], 'suggested', /There is no link/],
    ])('rejects %s', async (_, ids, status, reason) => {
      const change = { ids, status, decidedBy: null, note: null }
      await expect(storage.decideLink(change)).rejects.toMatchObject({
        name: 'OperatorError',
        message: expect.stringMatching(reason),
      })
      expect(await storage.links.count({})).toBe(0)
    })
  })
}
