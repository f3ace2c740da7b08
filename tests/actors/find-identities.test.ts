import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ACTOR_KINDS } from '../../src/actors/actor.schema.ts'
import { findIdentities } from '../../src/actors/find-identities.ts'
import type { CuratedIdentity, IdentityDecision } from '../../src/actors/identity.schema.ts'
import type { NamedActor } from '../../src/actors/identity-components.ts'

const TALIBAN: CuratedIdentity = {
  id: 'taliban',
  name: 'Taliban',
  kind: 'rebel_group',
  ucdp_id: 303,
  names: { 'ucdp-ged': ['Taleban'], gtd: ['Taliban'], common: ['Students', 'Afghan Taliban'] },
}
const ISLAMIC_STATE: CuratedIdentity = {
  id: 'islamic-state',
  name: 'Islamic State',
  kind: 'rebel_group',
  ucdp_id: 234,
  names: { 'ucdp-ged': ['IS'], acled: ['Islamic State (Iraq)', 'Islamic State (Syria)'], common: ['ISIS'] },
}
const CURATED = [TALIBAN, ISLAMIC_STATE]

const buildActor = (dataset: string, name: string, kind: NamedActor['kind'] = 'unknown'): NamedActor => ({
  id: `${dataset}:${name.replaceAll(' ', '_')}`,
  dataset,
  name,
  kind,
})
const decide = (one: string, other: string, status: IdentityDecision['status']): IdentityDecision => {
  const [a_id = '', b_id = ''] = [one, other].sort()
  return { a_id, b_id, status, decided_at: '2026-01-01T00:00:00Z', decided_by: null, note: null }
}
/** Finds the members of the identities of several actors. */
function listJoined(actors: readonly NamedActor[], decisions: readonly IdentityDecision[] = []): string[][] {
  return findIdentities({ actors, curated: CURATED, decisions })
    .map(({ members }) => members.map(({ id }) => id))
    .filter(({ length }) => length > 1)
}

describe('actors of two data sets with an equal name', () => {
  test.each<[string, boolean]>([
    ['Government of Iraq', true],
    ['Military Forces of Iraq (2014-2022)', true],
    ['Lashkar-e-Taiba', true],
    ['Jaysh al-Mukhtar', true],
    ['Kurdistan Free Life Party', true],
    ['Taliban', true],
    ['Islamic State', true],
    ['IS', false],
    ['ISIS', false],
    ['Students', false],
    ['Civilians', false],
    ['Civilians (Iraq)', false],
    ['Police', false],
    ['Security Forces', false],
    ['Police Forces', false],
    ['National Army', false],
    ['Government', false],
    ['Government of Congo', false],
    ['Unidentified Armed Group (Iraq)', false],
    ['Unknown', false],
    ['Suspected Lashkar-e-Taiba', false],
    ['Protesters (Iraq)', false],
    ['Kurdish rebels', false],
    ['Muslim extremists', false],
    ['Fulani Ethnic Militia (Nigeria)', false],
    ['Liberation Front', false],
    ['Communist Party', false],
    ['FARC', false],
    ['قوات الأمن', false],
  ])('%s: joined %s', (name, isJoined) => {
    expect(listJoined([buildActor('one', name), buildActor('two', name)])).toHaveLength(isJoined ? 1 : 0)
  })

  test.each<[NamedActor['kind'], NamedActor['kind'], boolean]>([
    ['rebel_group', 'political_militia', true],
    ['state_forces', 'external_other_forces', true],
    ['unknown', 'state_forces', true],
    ['rebel_group', 'state_forces', false],
    ['civilians', 'civilians', false],
    ['civilians', 'unknown', false],
    ['protesters', 'rebel_group', false],
  ])('of the kinds %s and %s: joined %s', (one, other, isJoined) => {
    const actors = [buildActor('one', 'Jaysh al-Mukhtar', one), buildActor('two', 'Jaysh al-Mukhtar', other)]
    expect(listJoined(actors)).toHaveLength(isJoined ? 1 : 0)
  })

  test('are equal whatever the case, accents and apostrophes', () => {
    const actors = [
      buildActor('one', "Jama'atul Mujahideen Bangladesh"),
      buildActor('two', 'JAMĀʿATUL MUJAHIDEEN BANGLADESH'),
    ]
    expect(listJoined(actors)).toHaveLength(1)
  })
})

describe('the curated table', () => {
  test('joins names of the data sets that it lists them for, and of data sets of their kind', () => {
    const actors = [
      buildActor('ucdp-ged', 'Taleban'),
      buildActor('gtd-2020', 'Taliban'),
      buildActor('other', 'Taleban', 'state_forces'),
    ]
    expect(listJoined(actors)).toEqual([['gtd-2020:Taliban', 'ucdp-ged:Taleban']])
  })

  test('may list several actors of one data set', () => {
    const actors = [buildActor('acled', 'Islamic State (Iraq)'), buildActor('acled', 'Islamic State (Syria)')]
    expect(listJoined(actors)).toHaveLength(1)
  })

  test('joins nothing by names for searching', () => {
    expect(listJoined([buildActor('ucdp-ged', 'IS'), buildActor('scad', 'ISIS')])).toEqual([])
  })

  test('gives an identity of one actor its id and name, and the evidence', () => {
    const actors = [buildActor('ucdp-ged', 'IS')]
    expect(findIdentities({ actors, curated: CURATED, decisions: [] })).toEqual([
      {
        id: 'islamic-state',
        name: 'Islamic State',
        kind: 'rebel_group',
        curated: ['islamic-state'],
        members: [
          {
            id: 'ucdp-ged:IS',
            evidence: [
              {
                rule: 'curated',
                with: 'islamic-state',
                name: 'IS',
                source: 'seed/actor-identities.json, ucdp-ged',
                decided_at: null,
                decided_by: null,
                note: null,
              },
            ],
          },
        ],
      },
    ])
  })
})

describe('decisions', () => {
  const [is, taleban] = [buildActor('ucdp-ged', 'IS'), buildActor('ucdp-ged', 'Taleban')]
  const isis = buildActor('scad', 'ISIS')

  test('join what no rule joins', () => {
    expect(listJoined([is, isis], [decide(is.id, isis.id, 'joined')])).toEqual([[isis.id, is.id]])
    expect(listJoined([isis], [decide('islamic-state', isis.id, 'joined')])).toEqual([])
    expect(listJoined([is, isis], [decide('islamic-state', isis.id, 'joined')])).toEqual([[isis.id, is.id]])
  })

  test('part what the curated table and equal names join', () => {
    const other = buildActor('gtd', 'Taliban')
    expect(listJoined([taleban, other])).toHaveLength(1)
    expect(listJoined([taleban, other], [decide(taleban.id, other.id, 'parted')])).toEqual([])
    expect(listJoined([taleban, other], [decide(taleban.id, 'taliban', 'parted')])).toEqual([])
    const same = [buildActor('one', 'Jaysh al-Mukhtar'), buildActor('two', 'Jaysh al-Mukhtar')]
    expect(listJoined(same, [decide('one:Jaysh_al-Mukhtar', 'two:Jaysh_al-Mukhtar', 'parted')])).toEqual([])
  })

  test('part also those that a third one would join', () => {
    const third = buildActor('three', 'Jaysh al-Mukhtar')
    const [one, two] = [buildActor('one', 'Jaysh al-Mukhtar'), buildActor('two', 'Jaysh al-Mukhtar')]
    const joined = listJoined([one, two, third], [decide(one.id, two.id, 'parted')])
    expect(joined.some((ids) => ids.includes(one.id) && ids.includes(two.id))).toBe(false)
  })
})

const NAMES = [
  'IS',
  'Islamic State',
  'Taliban',
  'Taleban',
  'Jaysh al-Mukhtar',
  'Government of Iraq',
  'Civilians',
  'Police',
]
const world = fc
  .record({
    actors: fc.uniqueArray(
      fc
        .tuple(
          fc.constantFrom('ucdp-ged', 'gtd', 'acled', 'scad'),
          fc.constantFrom(...NAMES, 'Islamic State (Iraq)', 'jaysh al mukhtar'),
          fc.constantFrom(...ACTOR_KINDS),
        )
        .map(([dataset, name, kind]) => buildActor(dataset, name, kind)),
      { maxLength: 16, selector: ({ id }) => id },
    ),
    pairs: fc.array(fc.tuple(fc.nat(15), fc.nat(15), fc.constantFrom('joined', 'parted')), { maxLength: 4 }),
  })
  .map(({ actors, pairs }) => {
    const decisions = pairs.flatMap(([one, other, status]) => {
      const [a, b] = [actors[one % (actors.length || 1)], actors[other % (actors.length || 1)]]
      return a && b && a.id !== b.id ? [decide(a.id, b.id, status as IdentityDecision['status'])] : []
    })
    return {
      actors,
      decisions: [...new Map(decisions.map((one) => [`${one.a_id} ${one.b_id}`, one])).values()],
    }
  })

describe('identities', () => {
  test('do not depend on the order of actors, of the table and of decisions', () => {
    fc.assert(
      fc.property(world, fc.infiniteStream(fc.nat()), ({ actors, decisions }, numbers) => {
        const shuffle = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => ({ item, rank: Number(numbers.next().value) }))
            .sort((one, other) => one.rank - other.rank)
            .map(({ item }) => item)
        const found = findIdentities({ actors, curated: CURATED, decisions })
        const again = findIdentities({
          actors: shuffle(actors),
          curated: shuffle(CURATED),
          decisions: shuffle(decisions),
        })
        expect(again).toEqual(found)
      }),
    )
  })

  test('never hold two that were parted, nor by equal names two of one data set, nor an actor twice', () => {
    fc.assert(
      fc.property(world, ({ actors, decisions }) => {
        const found = findIdentities({ actors, curated: CURATED, decisions })
        const all = found.flatMap(({ members }) => members.map(({ id }) => id))
        expect(new Set(all).size).toBe(all.length)
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
        for (const { members } of found) {
          const ids = members.map(({ id }) => id)
          for (const { a_id, b_id, status } of decisions)
            if (status === 'parted') expect(ids.includes(a_id) && ids.includes(b_id)).toBe(false)
          const byName = members.filter(({ evidence }) => evidence.every(({ rule }) => rule === 'equal_name'))
          const datasets = byName.map(({ id }) => id.slice(0, id.indexOf(':')))
          expect(new Set(datasets).size).toBe(datasets.length)
        }
      }),
    )
  })
})
