import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import { DatabaseFiles, fetchJson, run } from '../support/database.ts'

const FILES = new DatabaseFiles()

/** Towns as GeoNames has them: id, name, country, division, latitude, longitude. */
const TOWNS = [
  [1, 'Kyiv', 'UA', '12', 50.45466, 30.5238],
  [2, 'Bucha', 'UA', '13', 50.54345, 30.21201],
  [3, 'Horlivka', 'UA', '05', 48.30355, 38.04702],
  [4, 'Donetsk', 'UA', '05', 48.023, 37.80224],
  [5, 'Makiivka', 'UA', '05', 48.04782, 37.92576],
  [6, 'Kansas City', 'US', 'MO', 39.09973, -94.57857],
  [7, 'Kansas City', 'US', 'KS', 39.11417, -94.62746],
  [8, 'Salt Lake City', 'US', 'UT', 40.76078, -111.89105],
  [9, 'Deir ez-Zor', 'SY', '07', 35.33588, 40.14084],
  [10, 'Al Mayādīn', 'SY', '07', 35.01969, 40.45158],
  [11, 'Hajin', 'SY', '07', 34.68935, 40.83062],
  [12, 'Douma', 'SY', '08', 33.57175, 36.4027],
  [13, 'Sarajevo', 'BA', '01', 43.84864, 18.35644],
] as const

const DIVISIONS = [
  ['UA.12', 'Kyiv City'],
  ['UA.13', 'Kyiv Oblast'],
  ['UA.05', 'Donetsk'],
  ['US.MO', 'Missouri'],
  ['US.KS', 'Kansas'],
  ['US.UT', 'Utah'],
  ['SY.07', 'Deir ez-Zor'],
  ['SY.08', 'Rif-dimashq'],
  ['BA.01', 'Federation of Bosnia and Herzegovina'],
] as const

function writeGazetteer(): string {
  const folder = FILES.newFolder()
  const cities = TOWNS.map(([id, name, country, division, latitude, longitude]) =>
    [
      id,
      name,
      name,
      '',
      latitude,
      longitude,
      'P',
      'PPL',
      country,
      '',
      division,
      '',
      '',
      '',
      1000,
      '',
      1,
      'UTC',
      '2020-01-01',
    ].join('\t'),
  )
  writeFileSync(join(folder, 'cities500.txt'), `${cities.join('\n')}\n`)
  const divisions = DIVISIONS.map(([code, name], index) => [code, name, name, 1000 + index].join('\t'))
  writeFileSync(join(folder, 'admin1CodesASCII.txt'), `${divisions.join('\n')}\n`)
  return join(folder, 'cities500.txt')
}

/** A place as a file names it. */
interface Named {
  country: string
  admin1?: string
  place?: string
  at?: readonly [latitude: number, longitude: number]
  iso?: string
}

const ACLED_HEADER =
  'event_id_cnty,event_date,year,time_precision,event_type,sub_event_type,actor1,inter1,actor2,inter2,iso,country,admin1,admin2,location,latitude,longitude,geo_precision,source,notes,fatalities'
const UCDP_HEADER =
  'id,year,type_of_violence,dyad_name,side_a,side_b,where_prec,where_coordinates,adm_1,latitude,longitude,country,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,low,best,high'

/** Writes a file of ACLED with a made-up event at each place. */
function writeAcled(places: readonly Named[]): string {
  const rows = places.map(({ country, admin1 = '', place = '', at = [0, 0], iso = '' }, index) =>
    [
      ...[`TST${index + 1}`, '2021-03-02', 2021, 1, 'Violence against civilians', 'Attack'],
      ...[`Armed group ${index}`, 3, 'Civilians (Testland)', 7, iso, country, admin1, '', place],
      ...[at[0], at[1], 1, 'Made-up paper', 'Made up.', 1],
    ].join(','),
  )
  return write([ACLED_HEADER, ...rows])
}

/** Writes a file of UCDP GED with a made-up event at each place; without one it is known to the division only. */
function writeUcdp(places: readonly Named[]): string {
  const rows = places.map(({ country, admin1 = '', place, at = [0, 0] }, index) =>
    [
      ...[900_001 + index, 2015, 1, 'Government of X - Y', 'Government of X', 'Y'],
      ...[place === undefined ? 4 : 1, place ?? admin1, admin1, at[0], at[1], country],
      ...[1, 1, '2015-03-02', '2015-03-02', 0, 1, 0, 0, 1, 1, 1],
    ].join(','),
  )
  return write([UCDP_HEADER, ...rows])
}

function write(lines: readonly string[]): string {
  const path = join(FILES.newFolder(), 'rows.csv')
  writeFileSync(path, `${lines.join('\r\n')}\r\n`)
  return path
}

/** The places of the records of a data set, in the order of the file. */
async function readPlaces(path: string, dataset: string): Promise<Incident['place'][]> {
  const { data } = await fetchJson<{ data: Incident[] }>(path, `/v1/incidents?dataset=${dataset}&limit=100`)
  const numberOf = ({ id }: Incident) => Number(/\d+$/.exec(id)?.[0])
  return data.sort((a, b) => numberOf(a) - numberOf(b)).map(({ place }) => place)
}

async function importAll(database: string, file: string) {
  const outcome = await run(`import ${file}`, database)
  expect(outcome).toMatchObject({ code: 0 })
  expect(await run('check', database)).toMatchObject({ code: 0 })
  return outcome.stdout
}

let withGazetteer: string
beforeAll(async () => {
  withGazetteer = FILES.copy()
  await run(`gazetteer import ${writeGazetteer()}`, withGazetteer)
})

const UKRAINE = [
  { country: 'Ukraine', admin1: 'Kyiv City', place: 'Kyiv', at: [50.45, 30.5236] },
  { country: 'Ukraine', admin1: 'Kyiv', place: 'Bucha', at: [50.5464, 30.2351] },
  { country: 'South Africa', admin1: 'Free State', place: 'Bloemfontein', at: [-29.1211, 26.214] },
  { country: 'South Africa', admin1: 'Western Cape', place: 'Cape Town', at: [-33.9258, 18.4232] },
  {
    country: 'United States',
    admin1: 'District of Columbia',
    place: 'Washington DC',
    at: [38.8951, -77.0364],
  },
  { country: 'United States', admin1: 'Missouri', place: 'Kansas City', at: [39.0997, -94.5786] },
] as const satisfies Named[]

describe('names of ACLED', () => {
  test('stay whole without a gazetteer', async () => {
    const database = FILES.copy()
    await importAll(database, writeAcled(UKRAINE))
    const places = await readPlaces(database, 'acled')
    expect(places.map(({ city, admin1 }) => [city, admin1])).toEqual(
      UKRAINE.map(({ place, admin1 }) => [place, admin1]),
    )
    for (const [admin1, count] of [
      ['Kyiv City', 1],
      ['Kyiv', 1],
    ] as const)
      expect(await fetchJson(database, `/v1/incidents?admin1=${admin1}&limit=1&total=exact`)).toMatchObject({
        page: { total: count },
      })
  })

  test('find the divisions of the gazetteer, and the town in the division that the row names', async () => {
    const database = FILES.copy(withGazetteer)
    await importAll(database, writeAcled(UKRAINE))
    const places = await readPlaces(database, 'acled')
    expect(places.map(({ city, admin1 }) => [city, admin1])).toEqual([
      ['Kyiv', 'Kyiv City'],
      ['Bucha', 'Kyiv Oblast'],
      ['Bloemfontein', 'Free State'],
      ['Cape Town', 'Western Cape'],
      ['Washington DC', 'District of Columbia'],
      ['Kansas City', 'Missouri'],
    ])
    // The spelling of the file is found, too.
    expect(await fetchJson(database, '/v1/incidents?admin1=Kyiv')).toMatchObject({
      data: [{ id: 'acled:TST2' }],
    })
  })
})

test('towns of GTD are in the division that the row names', async () => {
  const columns =
    'eventid,iyear,imonth,iday,country_txt,provstate,city,latitude,longitude,specificity,vicinity,success,attacktype1_txt,targtype1_txt,target1,gname,weaptype1_txt,nkill,nwound'
  const rest = '1,0,1,Armed Assault,Business,Made-up shop,Unknown,Firearms,1,0'
  const database = FILES.copy(withGazetteer)
  await importAll(
    database,
    write([
      columns,
      `201105010001,2011,5,1,United States,Missouri,Kansas City,39.18,-94.58,${rest}`,
      `201105020002,2011,5,2,United States,Kansas,Kansas City,39.11,-94.63,${rest}`,
      `201105030003,2011,5,3,United States,Utah,Salt Lake City,40.76,-111.89,${rest}`,
      `201105040004,2011,5,4,Syria,Deir ez-Zor,Mayadin City,35.02,40.45,${rest}`,
    ]),
  )
  const { data } = await fetchJson<{ data: Incident[] }>(database, '/v1/incidents?dataset=gtd&sort=date')
  expect(data.map(({ place }) => [place.city, place.admin1])).toEqual([
    ['Kansas City', 'Missouri'],
    ['Kansas City', 'Kansas'],
    ['Salt Lake City', 'Utah'],
    ['Mayadin City', 'Deir ez-Zor'],
  ])
})

describe('a division of a file', () => {
  const HORLIVKA = {
    country: 'Ukraine',
    admin1: 'Donetsk Oblast',
    place: 'Horlivka town',
    at: [48.3336, 38.0925],
  } as const
  const VILLAGE = {
    country: 'Ukraine',
    admin1: 'Donetsk Oblast',
    place: 'Made-up village',
    at: [48.2, 38.1],
  } as const

  test('is that of the gazetteer for the town, the unknown village and the division itself', async () => {
    const database = FILES.copy(withGazetteer)
    await importAll(
      database,
      writeUcdp([HORLIVKA, VILLAGE, { country: 'Ukraine', admin1: 'Donetsk Oblast' }]),
    )
    const places = await readPlaces(database, 'ucdp-ged')
    expect(places.map(({ name, admin1 }) => [name, admin1])).toEqual([
      ['Horlivka', 'Donetsk'],
      ['Made-up', 'Donetsk'],
      ['Donetsk', 'Donetsk'],
    ])
    expect(places[2]?.id).toBe('geonames:UA.05')
    for (const query of ['admin1=Donetsk Oblast', 'admin1=Donetsk'])
      expect((await fetchJson<{ data: unknown[] }>(database, `/v1/incidents?${query}`)).data).toHaveLength(3)
    for (const name of ['Made-up', 'Made-up village', 'Horlivka town'])
      expect(
        (await fetchJson<{ data: unknown[] }>(database, `/v1/incidents?city=${name}`)).data,
      ).toHaveLength(1)
  })

  test('that the gazetteer has under another name is found by the towns in it', async () => {
    const database = FILES.copy(withGazetteer)
    const at = (place: string, latitude: number, longitude: number) => ({
      ...{ country: 'Syria', admin1: 'Dayr az Zawr', place },
      at: [latitude, longitude] as const,
    })
    const stdout = await importAll(
      database,
      writeAcled([
        at('Al Mayadin', 35.02, 40.45),
        at('Hajin', 34.69, 40.83),
        at('A made-up hamlet', 34.7, 40.8),
        { country: 'Syria', admin1: 'Rural Damascus', place: 'Duma', at: [33.57, 36.4] },
        // No town of the gazetteer is near: a division of the data set.
        { country: 'Syria', admin1: 'Elsewhere', place: 'Far away', at: [36.9, 41.9] },
      ]),
    )
    const places = await readPlaces(database, 'acled')
    expect(places.map(({ admin1 }) => admin1)).toEqual([
      ...['Deir ez-Zor', 'Deir ez-Zor', 'Deir ez-Zor', 'Rif-dimashq', 'Elsewhere'],
    ])
    expect(stdout).toContain('names that the gazetteer does not have')
    expect(
      (await fetchJson<{ data: unknown[] }>(database, '/v1/incidents?admin1=Dayr az Zawr')).data,
    ).toHaveLength(3)
    // A later file with the same names means the same division, whatever it says of it.
    await importAll(database, writeUcdp([{ country: 'Syria', admin1: 'Rif Dimashq governorate' }]))
  })

  test('is not overruled by a town of the same name nearby', async () => {
    const database = FILES.copy(withGazetteer)
    const near = { country: 'United States', place: 'Kansas City', at: [39.1, -94.6] } as const
    await importAll(
      database,
      writeAcled([
        { ...near, admin1: 'Kansas' },
        { ...near, admin1: 'Missouri' },
        { ...near, admin1: 'Utah' },
      ]),
    )
    const places = await readPlaces(database, 'acled')
    expect(places.map(({ admin1 }) => admin1)).toEqual(['Kansas', 'Missouri', 'Utah'])
    expect(places.map(({ id }) => id.split(':')[0])).toEqual(['geonames', 'geonames', 'acled'])
  })

  test('stays the same when the gazetteer is loaded after the import', async () => {
    const database = FILES.copy()
    await importAll(
      database,
      writeUcdp([HORLIVKA, VILLAGE, { country: 'Ukraine', admin1: 'Donetsk Oblast' }]),
    )
    expect((await readPlaces(database, 'ucdp-ged')).map(({ admin1 }) => admin1)).toEqual([
      ...['Donetsk', 'Donetsk', 'Donetsk'],
    ])
    await run(`gazetteer import ${writeGazetteer()}`, database)
    expect(new Set((await readPlaces(database, 'ucdp-ged')).map(({ admin1 }) => admin1))).toEqual(
      new Set(['Donetsk']),
    )
    expect((await readPlaces(database, 'ucdp-ged'))[2]?.id).toBe('geonames:UA.05')
  })
})

describe('a country that ISO 3166-1 does not have', () => {
  const AREAS: readonly (readonly [Named, Partial<Incident['place']>])[] = [
    [
      { country: 'Red Sea', iso: '0', place: 'Red Sea' },
      { area: 'Red Sea', country: null, country_code: null },
    ],
    [
      { country: 'Akrotiri and Dhekelia', iso: '0' },
      { area: 'Akrotiri and Dhekelia', country: null },
    ],
    [
      { country: 'Kosovo', iso: '0', place: 'Pristina' },
      { area: null, country_code: 'XK' },
    ],
    [
      { country: 'Zaire', place: 'Kinshasa' },
      { area: null, country_code: 'CD' },
    ],
    [
      { country: 'East Germany', place: 'Leipzig' },
      { area: null, country_code: 'DE' },
    ],
    [
      { country: 'South Vietnam', place: 'Saigon' },
      { area: null, country_code: 'VN' },
    ],
    [
      { country: 'Soviet Union', place: 'Somewhere' },
      { area: 'Soviet Union', country_code: null },
    ],
    [
      { country: 'Yugoslavia', place: 'Somewhere', at: [44, 21] },
      { area: 'Yugoslavia', country_code: null },
    ],
    // By its position it is certain.
    [
      { country: 'Yugoslavia', place: 'Sarajevo', at: [43.85, 18.36] },
      { area: null, country_code: 'BA' },
    ],
    [{ country: 'Irak' }, { country_code: 'IQ' }],
    [{ country: 'Nowhereland' }, { area: 'Nowhereland', country: null }],
  ]

  test('is an area, unless one country is certain, and never stops a file', async () => {
    const database = FILES.copy(withGazetteer)
    const stdout = await importAll(database, writeAcled(AREAS.map(([named]) => named)))
    const places = await readPlaces(database, 'acled')
    expect(places).toEqual(AREAS.map(([, place]) => expect.objectContaining(place)))
    expect(stdout).toMatch(/not countries of ISO 3166-1 5: .*Red Sea 1/)
    for (const name of ['Red Sea', 'Yugoslavia'])
      expect(
        (await fetchJson<{ data: Incident[] }>(database, `/v1/incidents?country=${name}`)).data.map(
          ({ place }) => place.area,
        ),
      ).toEqual([name])
    expect(await fetchJson(database, '/v1/stats?group_by=country&limit=100')).toMatchObject({
      data: expect.arrayContaining([
        expect.objectContaining({
          by: expect.objectContaining({ country: expect.objectContaining({ name: 'Red Sea' }) }),
        }),
      ]),
    })
  })

  test('comes through an export of ours unchanged', async () => {
    const database = FILES.copy(withGazetteer)
    await importAll(database, writeAcled(AREAS.map(([named]) => named)))
    for (const format of ['csv', 'ndjson']) {
      const file = join(FILES.newFolder(), `out.${format}`)
      expect(await run(`export ${file} --query dataset=acled`, database)).toMatchObject({ code: 0 })
      const other = FILES.copy(withGazetteer)
      await importAll(other, file)
      expect(await readPlaces(other, 'acled')).toEqual(await readPlaces(database, 'acled'))
    }
  })
})
