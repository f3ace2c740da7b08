import type { FastifyInstance } from 'fastify'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/actors/actor.schema.ts'
import type { ActorDetail, ActorIdentity } from '../../src/actors/identity.schema.ts'
import { buildApp } from '../../src/app.ts'
import type { Facet } from '../../src/facets/facet.schema.ts'
import type { Hint } from '../../src/http/requests/hint.ts'
import type { StatsRow } from '../../src/stats/stats.schema.ts'
import { openStorage } from '../../src/storage/open-storage.ts'
import { createUcdpDatabase, DatabaseFiles, fetchJson } from '../support/database.ts'
import { runIncidents } from '../support/process.ts'

const FILES = new DatabaseFiles()
/** The seed, and UCDP GED of Iraq and Bangladesh. */
let path: string
let app: FastifyInstance
beforeAll(async () => {
  path = FILES.copy(await createUcdpDatabase('iraq', 'bangladesh'))
  const storage = openStorage(`sqlite:${path}`)
  app = await buildApp({ stores: storage })
  return () => storage.close()
})

interface Page<T = { id: string }> {
  data: T[]
  page: { total: number }
  hints: Hint[]
}
async function get<T>(url: string, of = path): Promise<T> {
  if (of !== path) return fetchJson(of, `/v1/${url}`)
  return JSON.parse((await app.inject(encodeURI(`/v1/${url}`))).body)
}
const find = (actor: string, of = path) =>
  get<Page>(`incidents?fields=id&limit=100&total=exact&actor=${actor}`, of)
/** Runs a command on the database; arguments may contain spaces. */
const run = (of: string, ...args: string[]) => runIncidents(args, { env: { DATABASE_URL: `sqlite:${of}` } })

/** Spellings of actors, and the number of records that each of them must find. */
const SPELLINGS: readonly [identity: string, records: number, spellings: readonly string[]][] = [
  [
    'islamic-state',
    6244,
    [
      ...[
        'IS',
        'ISIS',
        'isis',
        'ISIL',
        'Daesh',
        'DAESH',
        'داعش',
        'Islamic State',
        'ISLAMIC STATE',
        'islamic-state',
      ],
      ...['الدولة الإسلامية', 'État islamique', 'Etat Islamique', 'ИГИЛ', 'Islamic State of Iraq and Syria'],
      ...['Islamic State of Iraq and the Levant', 'Islamic State of Iraq and the Levant (ISIL)'],
    ],
  ],
  ['al-mahdi-army', 327, ['al-Mahdi Army', 'AL MAHDI ARMY', 'Mahdi Army', 'Jaysh al-Mahdi', 'جيش المهدي']],
  [
    'pkk',
    230,
    [
      ...['PKK', "Kurdistan Workers' Party", 'Kurdistan Workers’ Party', 'Kurdistan Workers Party'],
      ...["Kurdistan Workers' Party (PKK)", 'Partiya Karkerên Kurdistanê', 'Partiya Karkeren Kurdistane'],
    ],
  ],
  ['puk', 117, ['PUK', 'Patriotic Union of Kurdistan']],
  ['government-of-turkey', 179, ['Government of Turkey', 'Turkish army', 'Turkish government']],
  ['mek', 33, ['MEK', 'Mujahedin-e Khalq', 'Mujahedin e-Khalq', 'PMOI']],
  ['pcjss', 115, ['JSS/SB', 'Shanti Bahini']],
  ['jmb', 19, ['JMB', "Jama'atul Mujahideen Bangladesh", 'Jamaatul Mujahideen Bangladesh']],
  ['ansar-al-islam-iraq', 184, ['Ansar al-Islam', 'ansar al islam']],
  ['government-of-myanmar', 8, ['Government of Myanmar (Burma)', 'Tatmadaw', 'Burmese army']],
]

describe('a name of an actor', () => {
  const cases = SPELLINGS.flatMap(([identity, records, spellings]) =>
    spellings.map((spelling) => [spelling, identity, records] as const),
  )
  test('is tried in at least 40 spellings', () => expect(cases.length).toBeGreaterThanOrEqual(40))

  test.each(cases)('%s finds the records of %s: %i', async (spelling, identity, records) => {
    const { page, hints } = await find(spelling)
    expect({ total: page.total, hints }).toEqual({ total: records, hints: [] })
    expect(await get(`actors/${identity}`)).toMatchObject({ id: identity, incidents: records })
  })

  test('finds the same records, whichever data set uses it', async () => {
    const list = async (actor: string) =>
      get<Page>(`incidents?fields=id&limit=1000&date_from=2017-01-01&date_to=2017-01-31&actor=${actor}`)
    const [one, other] = [await list('Daesh'), await list('IS')]
    expect(one.data).toEqual(other.data)
    const datasets = new Set(one.data.map(({ id }) => id.split(':')[0]))
    expect(datasets).toEqual(new Set(['seed', 'ucdp-ged']))
  })

  test.each<[string, number]>([
    ['ucdp-ged:IS', 6241],
    ['ucdp-ged:is', 6241],
    ['ucdp-ged:Daesh', 6241],
    ['seed:islamic-state', 3],
    ['seed:Daesh', 3],
    ['ucdp-ged:PKK', 230],
  ])('%s, with its data set, finds that actor alone: %i', async (actor, records) => {
    expect((await find(actor)).page.total).toBe(records)
  })

  test.each<[string, RegExp, string[]]>([
    [
      'Mahdi',
      /^No actor "Mahdi" is known\. ucdp-ged has "al-Mahdi Army" \(327 records\)\.$/,
      ['al-Mahdi Army'],
    ],
    [
      'Islamic Stat',
      /^No actor "Islamic Stat" is known\. .*seed has "Islamic State" \(3 records\)/,
      ['IS', 'Islamic State'],
    ],
    ['BNP', /ucdp-ged has "Supporters of BNP" \(149 records\)/, ['Supporters of BNP']],
    ['qqqq', /^No actor "qqqq" is known\.$/, []],
    ['gtd:IS', /^No actor "gtd:IS" is known\./, []],
  ])('%s, which is unknown, gives a hint with the number of records', async (actor, message, suggestions) => {
    expect(await find(actor)).toMatchObject({
      page: { total: 0 },
      hints: [{ parameter: 'actor', message: expect.stringMatching(message), suggestions }],
    })
  })

  test('of a role, and several names, find any of their actors', async () => {
    const { page } = await get<Page>('incidents?total=exact&limit=1&actor=Daesh,PKK')
    expect(page.total).toBe(6244 + 230)
    const roles = await get<Page>(
      'incidents?total=exact&limit=1&actor=Daesh&actor_role=perpetrator&dataset=seed',
    )
    expect(roles.page.total).toBe(3)
  })
})

describe('actors that are one', () => {
  test('are one value of facets, which the filter takes', async () => {
    const { data } = await get<{ data: Facet[] }>('facets?fields=actor&limit=1000')
    const values = data[0]?.values ?? []
    expect(values[0]).toEqual({ value: 'islamic-state', name: 'Islamic State', records: 6244 })
    for (const { value, records } of values.slice(0, 40))
      expect((await find(value)).page.total, value).toBe(records)
  })

  test('are one row of sums, in each data set', async () => {
    const { data } = await get<{ data: StatsRow[] }>(
      'stats?group_by=actor&actor=Daesh&sort=-records&limit=1000',
    )
    const rows = data.filter(({ by }) => by.actor?.id === 'islamic-state')
    expect(rows.map(({ by, records }) => [by.dataset, records])).toEqual([
      ['ucdp-ged', 6241],
      ['seed', 3],
    ])
    const whole = await get<{ by_dataset: { dataset: string; records: number }[] }>('stats?actor=IS')
    expect(whole.by_dataset.map(({ records }) => records)).toEqual([3, 6241])
  })

  test('are listed as they are stored, each with its identity, and found by any name', async () => {
    const { data } = await get<Page<Actor>>('actors?q=Daesh')
    expect(
      data.map(({ dataset, name, incidents, identity }) => ({ dataset, name, incidents, identity })),
    ).toEqual(
      [
        ['seed', 'Islamic State', 3],
        ['ucdp-ged', 'IS', 6241],
      ].map(([dataset, name, incidents]) => ({
        ...{ dataset, name, incidents },
        identity: { id: 'islamic-state', name: 'Islamic State', incidents: 6244 },
      })),
    )
    const civilians = (await get<Page<Actor>>('actors?q=Civilians')).data[0]
    expect(civilians).toMatchObject({ name: 'Civilians', identity: null })
  })

  test('are served with the evidence, by the id of each and of the identity', async () => {
    const seed = await get<ActorDetail>('actors/seed:islamic-state')
    expect(seed).toMatchObject({
      name: 'Islamic State',
      incidents: 3,
      identity: { id: 'islamic-state' },
      same_as: [
        {
          dataset: 'ucdp-ged',
          name: 'IS',
          incidents: 6241,
          evidence: [
            {
              rule: 'curated',
              with: 'islamic-state',
              name: 'IS',
              source: expect.stringMatching(/ucdp-ged$/),
            },
          ],
        },
      ],
    })
    const identity = await get<ActorIdentity>('actors/islamic-state')
    expect(identity).toMatchObject({
      ucdp_id: 234,
      incidents: 6244,
      aliases: expect.arrayContaining(['Daesh']),
    })
    expect(identity.members.map(({ id }) => id)).toEqual([seed.id, seed.same_as[0]?.id])
  })

  test.each<[string, string]>([
    ['Daesh', 'islamic-state'],
    ['islamic-stat', 'islamic-state'],
    ['seed:islamic-stat', 'seed:islamic-state'],
  ])('no actor has the id %s: %s is suggested', async (id, suggestion) => {
    expect(await get(`actors/${id}`)).toMatchObject({
      code: 'record_not_found',
      errors: [{ parameter: 'id', suggestion }],
    })
  })
})

describe('a join that is taken back', () => {
  const URLS = [
    'incidents?actor=Civilians&total=exact&fields=id',
    'incidents?actor=Mahdi Army&total=exact&fields=id',
    'facets?fields=actor',
    'stats?group_by=actor',
    'actors?limit=100&fields=id,name,incidents,identity',
    'actors/al-mahdi-army',
  ]
  const readAll = (of: string) => Promise.all(URLS.map((url) => get<object>(url, of)))

  test('gives the answers from before it', async () => {
    const copy = FILES.copy(path)
    const before = await readAll(copy)
    expect(
      (await run(copy, 'actor', 'join', 'ucdp-ged:Civilians', 'al-mahdi-army', '--by', 'A')).stdout,
    ).toBe('ucdp-ged:Civilians and al-mahdi-army: joined\n')
    expect((await find('Mahdi Army', copy)).page.total).toBeGreaterThan(1900)
    const [one, other] = [await find('Civilians', copy), await find('Mahdi Army', copy)]
    expect(one.data).toEqual(other.data)
    // Of two actors of one data set that are one, a name of one finds both, and says so.
    expect(one.hints).toMatchObject([
      { message: expect.stringMatching(/^"Civilians" counts as Mahdi Army, .*\(1677 records\)/) },
    ])
    const exported = await run(copy, 'export', '--format', 'ndjson', '--query', 'actor=Civilians&fields=id')
    expect({ code: exported.code, lines: exported.stdout.split('\n').length - 1 }).toEqual({
      code: 0,
      lines: other.page.total,
    })
    expect(exported.stderr).toMatch(/^"Civilians" counts as Mahdi Army, .* ucdp-ged:actor-\w+\n/)
    expect((await run(copy, 'check')).stdout).toBe('Everything is sound\n')
    await run(copy, 'actor', 'reset', 'ucdp-ged:Civilians', 'al-mahdi-army')
    expect(await readAll(copy)).toEqual(before)
    expect((await run(copy, 'check')).stdout).toBe('Everything is sound\n')
  })

  test('is kept apart by every later start and import', async () => {
    const copy = FILES.copy(path)
    await run(copy, 'actor', 'part', 'ucdp-ged:IS', 'islamic-state', '--note', 'for the test')
    expect((await find('Daesh', copy)).page.total).toBe(3)
    // The name is borne by both: each is found by it, and alone by its id.
    expect((await find('IS', copy)).page.total).toBe(6244)
    expect((await find('islamic-state', copy)).page.total).toBe(3)
    expect((await find('islamic-state', copy)).hints).toMatchObject([
      { message: 'ucdp-ged has "IS" (6241 records), not joined with it.', suggestions: ['IS'] },
    ])
    await run(copy, 'seed')
    await run(copy, 'rebuild')
    expect((await find('Daesh', copy)).page.total).toBe(3)
    expect((await run(copy, 'check')).stdout).toBe('Everything is sound\n')
  })
})
