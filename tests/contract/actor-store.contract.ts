import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ACTOR_KINDS } from '../../src/actors/actor.schema.ts'
import type { IdentityStatus } from '../../src/actors/identity.schema.ts'
import { parse } from '../../src/records.ts'
import { readSeed } from '../../src/seed/seed.ts'
import type { RecordBatch, Storage } from '../../src/storage/contract/storage.ts'
import { findProblems } from '../support/database.ts'
import { type OpenEngine, readPages } from './engine.ts'

/** Builds actors of two data sets, of which some are the same, each of them in incidents. */
function buildActors(): RecordBatch {
  const names = [
    ...[
      ['one:north', 'Jaysh al-Shamal'],
      ['two:north', 'The North Army'],
      ['one:river', 'Sons of the River'],
      ['two:river', 'sons of the river'],
    ],
    ...[
      ['one:army', 'Nil Army'],
      ['two:army', 'The Army of Nil'],
    ],
  ] as [string, string][]
  const seed = readSeed()
  const [dataset] = seed.datasets
  const [incident] = seed.incidents
  if (!dataset || !incident) throw new Error('The seed has data sets and incidents')
  const datasetOf = (id: string) => id.slice(0, id.indexOf(':'))
  const river = [
    { id: 'one:river', name: 'Sons of the River' },
    { id: 'two:river', name: 'sons of the river' },
  ]
  return {
    ...seed,
    identities: [
      {
        id: 'jaysh-al-shamal',
        name: 'Jaysh al-Shamal',
        kind: 'rebel_group',
        ucdp_id: null,
        names: { one: ['Jaysh al-Shamal'], two: ['The North Army'], common: ['Northerners'] },
      },
    ],
    datasets: [...seed.datasets, ...['one', 'two'].map((id) => ({ ...dataset, id }))],
    actors: names.map(([id, name]) => ({
      ...{ id, name, dataset: datasetOf(id), aliases: [], kind: 'rebel_group', description: null },
    })),
    incidents: [...names.map(([id, name]) => [{ id, name }]), river].map((actors, index) => ({
      record: {
        ...incident.record,
        id: `one:made-${index}`,
        dataset: 'one',
        part_of: [],
        actors: actors.map((actor) => ({ ...actor, role: 'other' as const, attribution: null })),
      },
      claims: [],
    })),
    tolls: [],
  }
}

/** Finds what a name means and what it leaves out. */
async function resolveName({ actors }: Storage, name: string) {
  const scopes = await actors.resolve(name)
  return { scopes, ...(await actors.findRelated(name, scopes)) }
}

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
      expect(await resolveName(storage, 'Islamic Stat')).toMatchObject({
        scopes: [],
        alike: [{ dataset: 'seed', name: 'Islamic State', incidents: 3 }],
      })
      expect(await resolveName(storage, 'qqqqqqqq')).toEqual({ scopes: [], alike: [], narrower: [] })
    })

    test('get returns null for an unknown id', async () => {
      expect(await storage.actors.get('seed:none')).toBeNull()
    })
  })

  describe('identities of actors', () => {
    let storage: Storage
    let now: Date
    beforeEach(async () => {
      now = new Date('2026-01-01T00:00:00.000Z')
      storage = await open(() => now)
      await storage.load(buildActors())
    })
    afterEach(() => storage.close())

    const readMembers = async (id: string) => {
      const detail = await storage.actors.get(id)
      if (!detail) return null
      const read = parse(detail)
      return ('members' in read ? read.members : read.same_as).map((member) => member.id)
    }
    const decide = (ids: readonly [string, string], status: IdentityStatus) =>
      storage.decideIdentity({ ids, status, decidedBy: 'A', note: null })

    test('follow from the curated table and from equal names', async () => {
      expect(await readMembers('jaysh-al-shamal')).toEqual(['one:north', 'two:north'])
      expect(await readMembers('sons-of-the-river')).toEqual(['one:river', 'two:river'])
      expect(await readMembers('one:river')).toEqual(['two:river'])
      expect(await readMembers('one:army')).toEqual([])
      expect(await storage.actors.countIdentities()).toBe(2)
      const [first] = (await storage.actors.listIdentities(1)).map(parse)
      expect(first).toMatchObject({ id: 'sons-of-the-river', incidents: 3, members: [{}, {}] })
    })

    test('are what names and their ids find, and ids of actors find these alone', async () => {
      const find = (name: string) => storage.actors.resolve(name)
      for (const name of ['jaysh-al-shamal', 'JAYSH AL SHAMAL', 'Northerners', 'the north army'])
        expect(await find(name), name).toEqual([{ identity: 'jaysh-al-shamal' }])
      for (const name of ['one:river', 'one:Sons of the River'])
        expect(await find(name), name).toEqual([{ id: 'one:river' }])
      expect(await find('two:Northerners')).toEqual([{ id: 'two:north' }])
      expect(await find('one:army')).toEqual([{ identity: 'one:army' }])
      expect(await find('three:river')).toEqual([])
    })

    test('an actor of another data set that is not joined is reported with its number of incidents', async () => {
      expect((await resolveName(storage, 'Nil Army')).alike).toEqual([
        { id: 'two:army', dataset: 'two', name: 'The Army of Nil', incidents: 1 },
      ])
      expect((await resolveName(storage, 'Army of the Danube')).alike).toEqual([])
    })

    test('change with a decision, which is kept, and back when it is taken back', async () => {
      const incidents = async (identity: string) =>
        storage.incidents.count({ actor: { identities: [identity] } })
      const before = await resolveName(storage, 'Nil Army')
      const { number } = await storage.revision()
      expect(await decide(['two:army', 'one:Nil Army'], 'joined')).toBe(true)
      expect(await decide(['one:army', 'two:army'], 'joined')).toBe(false)
      expect((await storage.revision()).number).toBe(number + 1)
      expect(await readMembers('one:army')).toEqual(['two:army'])
      expect(await resolveName(storage, 'Nil Army')).toEqual({
        scopes: [{ identity: 'nil-army' }],
        alike: [],
        narrower: [],
      })
      expect(await incidents('nil-army')).toBe(2)
      await decide(['one:army', 'two:army'], 'parted')
      expect(await resolveName(storage, 'Nil Army')).toEqual(before)
      expect(await decide(['one:army', 'two:army'], 'undecided')).toBe(true)
      expect(await resolveName(storage, 'Nil Army')).toEqual(before)
      expect((await storage.actors.decisions()).map(({ status }) => status)).toEqual([
        'joined',
        'parted',
        'undecided',
      ])
      expect(await findProblems(storage)).toEqual([])
    })

    test('that a person parted stay apart when the actors are loaded again', async () => {
      await decide(['one:river', 'two:river'], 'parted')
      await decide(['one:north', 'jaysh-al-shamal'], 'parted')
      const { actors, ...batch } = buildActors()
      await storage.load({ ...batch, actors: actors.map((actor) => ({ ...actor, description: 'Changed' })) })
      expect(await readMembers('one:river')).toEqual([])
      expect(await readMembers('jaysh-al-shamal')).toEqual(['two:north'])
      expect(await findProblems(storage)).toEqual([])
    })
  })
}
