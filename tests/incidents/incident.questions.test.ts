import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runIncidents } from '../support/process.ts'
import { type Service, startService } from '../support/service.ts'

/** Queries as people type them, over the seed and UCDP's files of Iraq and Bangladesh. */

const FILES = ['iraq', 'bangladesh'].map((country) =>
  fileURLToPath(new URL(`../fixtures/ucdp-ged-${country}.csv.gz`, import.meta.url)),
)

let service: Service
beforeAll(async () => {
  service = await startService()
  const { code } = await runIncidents(['import', ...FILES], {
    env: { DATABASE_URL: `sqlite:${service.path}` },
  })
  expect(code).toBe(0)
}, 60_000)
afterAll(() => service.close())

// biome-ignore lint/suspicious/noExplicitAny: bodies of any endpoint
const get = async (path: string): Promise<any> => (await fetch(`${service.origin}/v1/${path}`)).json()
const count = async (query: string): Promise<number> =>
  (await get(`incidents?${query}&limit=1&total=exact`)).page.total

test.each([
  ['actor=ISIS', 6244],
  ['actor=Daesh', 6244],
  ['actor=IS', 6244],
  ['actor=داعش', 6244],
  ['actor=islamic state&city=Samarra', 95],
  ['actor=ucdp-ged:IS', 6241],
  ['country=Republic of Iraq', 7476],
  ['country=368', 7476],
  ['country=gw:645', 7476],
  ['country="Congo, Democratic Republic of the",IQ', 7476],
  ['country=العراق', 7476],
  ['city=Baghdad&deaths_min=50', 36],
  ['bbox=43,36,44,37', 1861],
  ['q=bomb', 880],
  ['q=market', 32],
  ['q=suicide bomber market', 7],
  ['q=bomb&city=Samarra', 22],
  ['violence_type=one_sided', 1677],
  ['violence_type=one_sided,non_state', 2029],
  ['conflict=ucdp:259', 5366],
  ['conflict=Iraq: Government', 5366],
  ['dyad=government of iraq - is', 4810],
  ['weapon=Car Bomb', 1],
  ['geo_precision=exact', 5597],
  ['geo_precision_min=near', 6700],
  ['geo_precision_min=near&geo_precision=near,country', 1103],
  ['geo_precision=country', 154],
  ['date_precision=day', 7425],
  ['date_precision_min=week', 7918],
  ['date_precision=month&country=BD', 6],
  ['country=IQ&date_from=2014-07-01&date_to=2014-07-31&dataset=ucdp-ged', 109],
])('%s finds %i records', async (query, expected) => {
  expect(await count(query)).toBe(expected)
})

describe('titles', () => {
  test('name the parties and the place, not only the dyad', async () => {
    const { data } = await get('incidents?dataset=ucdp-ged&limit=1000&fields=title,place.name')
    for (const { title } of data) expect(title).toMatch(/^.+ – .+, .+$/)
    for (const { title, place } of data) expect(title.endsWith(`, ${place.name}`)).toBe(true)
  })
})

describe('hints', () => {
  test.each([
    ['q=markett', 'q', 'No record has the word "markett".', ['market']],
    ['q=داعش', 'q', 'No record has the word "داعش", which is a name of an actor: actor=داعش.', []],
    ['q=Mossul', 'q', 'No record has the word "mossul".', ['mosul']],
    ['city=Nineveh', 'city', expect.stringContaining('2220'), []],
    [
      'q=market clash Samarra',
      'q',
      expect.stringMatching(
        /^No record has all of these words: "market" finds 32 incidents, "clash" finds \d+ incidents, "samarra" finds \d+ incidents\.$/,
      ),
      [],
    ],
    ['conflict=259', 'conflict', 'No conflict "259" is known.', ['ucdp:259']],
    ['weapon=car bom', 'weapon', 'No weapon "car bom" is known.', ['car bomb']],
  ])('%s', async (query, parameter, message, suggestions) => {
    const { hints } = await get(`incidents?${query}`)
    expect(hints).toContainEqual(
      expect.objectContaining({ parameter, message, suggestions: expect.arrayContaining(suggestions) }),
    )
  })
})

test.each([
  ['geo_precision=country&geo_precision_min=near', 'geo_precision'],
  ['date_precision=month,year&date_precision_min=week', 'date_precision'],
])('%s is an error, for nothing is both', async (query, parameter) => {
  expect(await get(`incidents?${query}`)).toMatchObject({ status: 400, errors: [{ parameter }] })
})

describe('sums', () => {
  const JULY = 'country=IQ&dataset=ucdp-ged&date_from=2014-07-01&date_to=2014-07-31'

  test('of a period say what also lies outside it', async () => {
    const { total, notes } = await get(`stats?${JULY}`)
    expect(total).toMatchObject({ records: 109, fatalities: { best: 1884 } })
    const of = [{ dataset: 'ucdp-ged', records: 2, fatalities: { low: 114, best: 114, high_known: 114 } }]
    expect(notes).toContainEqual({
      code: 'partly_outside_period',
      message:
        'Partly outside the period: 2 records with 114 killed. A record that overlaps the period counts whole.',
      of,
    })
  })

  test('by date count a record on its first day, whichever period is asked for', async () => {
    const month = async (query: string) =>
      (await get(`stats?${query}&group_by=date&interval=month&limit=1000`)).data.find(
        // biome-ignore lint/suspicious/noExplicitAny: a row
        ({ by }: any) => by.date.from === '2014-07-01',
      )
    const july = await month(JULY)
    expect(july).toMatchObject({ records: 108, fatalities: { best: 1881 } })
    expect(await month('country=IQ&dataset=ucdp-ged')).toEqual(july)
    const { notes } = await get(`stats?${JULY}&group_by=date`)
    expect(notes).toContainEqual(
      expect.objectContaining({
        code: 'began_before_period',
        of: [{ dataset: 'ucdp-ged', records: 1, fatalities: { low: 3, best: 3, high_known: 3 } }],
      }),
    )
  })

  test('of January 1991 say that nearly all killed are known to no place and no day', async () => {
    const january = 'country=IQ&dataset=ucdp-ged&date_from=1991-01-01&date_to=1991-01-31'
    const { total, notes } = await get(`stats?${january}&group_by=city`)
    expect(total).toMatchObject({ fatalities: { best: 19_958 } })
    const [{ records, fatalities }] = notes.find(({ code }: { code: string }) => code === 'less_precise').of
    expect({ records, best: fatalities.best }).toEqual({ records: 21, best: 19_082 })
    const exact = await get(`stats?${january}&group_by=city&precision=exact`)
    expect(exact.total.fatalities.best).toBe(19_958 - 19_082)
    expect(exact.notes).toContainEqual(
      expect.objectContaining({
        code: 'less_precise',
        message:
          'Known less precisely than they are grouped: 21 records with 19082 killed. They are left out; precision=any counts them.',
      }),
    )
  })

  test('precision=exact needs a group that can be imprecise', async () => {
    expect(await get('stats?precision=exact&group_by=country')).toMatchObject({
      status: 400,
      errors: [{ parameter: 'precision', reason: 'requires group_by=cell, city or date' }],
    })
  })
})

test('facets and sums have violence type, conflict, dyad and both precisions', async () => {
  const { data } = await get('facets?fields=violence_type,conflict,dyad,geo_precision,date_precision')
  for (const { values, unknown, field } of data) {
    const records = values.reduce((sum: number, value: { records: number }) => sum + value.records, 0)
    if (values.length < 20) expect(records + unknown, field).toBe(8077)
  }
  const { data: rows } = await get('stats?dataset=ucdp-ged&group_by=conflict,violence_type&limit=1')
  expect(rows[0].by).toEqual({
    conflict: { id: 'ucdp:259', name: 'Iraq: Government' },
    violence_type: 'state_based',
  })
})

test('a reported total has the incidents of its source, and separately those of other data sets', async () => {
  const toll = await get('tolls/seed:baghdad-bombings-2016-12-31')
  expect(toll).toMatchObject({ accounted: { best: 33 }, remainder: { low: 28 } })
  const { date_start, date_end, place } = toll
  const { by_dataset } = await get(`stats?place=${place.id}&date_from=${date_start}&date_to=${date_end}`)
  const [{ records, fatalities }] = by_dataset.filter(
    ({ dataset }: { dataset: string }) => dataset === 'ucdp-ged',
  )
  const { low, best, high_known } = fatalities
  expect(records).toBeGreaterThan(0)
  expect(toll.other_datasets).toEqual([
    { dataset: 'ucdp-ged', records, fatalities: { low, best, high_known } },
  ])
})

describe('provenance', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a record
  const explain = async (query: string): Promise<any> => {
    const { data } = await get(`incidents?${query}&limit=1&fields=id`)
    const { provenance } = await get(`incidents/${data[0].id}?expand=provenance`)
    return Object.fromEntries(provenance.map((entry: { property: string }) => [entry.property, entry]))
  }

  test('of an imported record has the cells, the rule and the match of the place', async () => {
    const { fatalities, geo_precision, place } = await explain('dataset=ucdp-ged&city=Fallujah&sort=date')
    expect(fatalities.columns.map(({ column }: { column: string }) => column)).toEqual([
      'low',
      'best',
      'high',
    ])
    expect(geo_precision.columns).toContainEqual({ column: 'where_prec', value: '1' })
    expect(place.columns).toContainEqual({ column: 'where_coordinates', value: 'Al Fallūjah town' })
    expect(place.match).toMatchObject({ how: 'form' })
    expect(place.match.distance_km).toBeLessThan(30)
  })

  test.each([
    ['dataset=ucdp-ged&geo_precision=country', 'country'],
    ['dataset=ucdp-ged&geo_precision=admin1&country=IQ', 'division'],
    ['dataset=ucdp-ged&country=BD&geo_precision=exact', 'created'],
  ])('of %s is %s', async (query, how) => {
    expect((await explain(query)).place.match.how).toBe(how)
  })

  test('of the seed refers to claims', async () => {
    const { fatalities } = await explain('dataset=seed')
    expect(fatalities).toMatchObject({ columns: [], match: null })
    expect(fatalities.rule).toContain('claims')
  })

  test('is served on request only', async () => {
    expect(await get('incidents/seed:samarra-2017-01-02')).not.toHaveProperty('provenance')
  })
})
