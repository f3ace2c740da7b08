import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { beforeAll, describe, expect, test } from 'vitest'
import { DatabaseFiles, digestContent, fetchJson, locateUcdpFile, run } from '../support/database.ts'

const FILES = new DatabaseFiles()
const IRAQ = locateUcdpFile('iraq')
const BANGLADESH = locateUcdpFile('bangladesh')

const [HEADER = [], ...ROWS] = parse(gunzipSync(readFileSync(IRAQ)), {
  relax_column_count: true,
}) as string[][]
const findColumn = (name: string) => HEADER.indexOf(name)

/** Writes a file of these rows. */
function writeRows(rows: readonly (readonly string[])[], name = 'rows.csv'): string {
  const path = join(FILES.newFolder(), name)
  writeFileSync(path, stringify([HEADER, ...rows]))
  return path
}

test.each(['a","b', '","', 'ends with \\', '\\","', '"', 'a,b;c', '{"a":["b"]}', ''])(
  'a row with the cell %j is stored unchanged',
  async (cell) => {
    const row = [...(ROWS.find((cells) => cells[findColumn('id')] === '238325') ?? [])]
    row[findColumn('source_headline')] = cell
    row[findColumn('source_original')] = cell
    const database = FILES.copy()
    await run(`import ${writeRows([row])}`, database)
    const record = await fetchJson<{ original: object }>(database, '/v1/incidents/ucdp-ged:238325')
    expect(record.original).toEqual(Object.fromEntries(HEADER.map((name, index) => [name, row[index]])))
  },
)

describe('the files of UCDP GED', () => {
  let path: string
  let first: Awaited<ReturnType<typeof run>>

  beforeAll(async () => {
    path = FILES.newPath()
    first = await run(`import ${IRAQ} ${BANGLADESH}`, path)
  })

  test('are imported completely by one command', () => {
    expect(first.code).toBe(0)
    expect(first.stdout).toContain(
      'rows read 7474, added 7473, updated 0, unchanged 0, rejected 0, skipped 1 (not data)',
    )
    expect(first.stdout).toContain(
      'rows read 602, added 601, updated 0, unchanged 0, rejected 0, skipped 1 (not data)',
    )
  })

  test('name places without the words for their kinds, and find them with and without', async () => {
    const count = async (query: string) =>
      (await fetchJson<{ page: { total: number } }>(path, `/v1/incidents?${query}&total=exact&limit=1`)).page
        .total
    expect(await count('city=Ramgarh')).toBe(2)
    expect(await count('city=Ramgarh sub-District')).toBe(2)
    expect(await count('city=Mirpur')).toBe(5)
    expect(await count('city=Sadar Gazipur')).toBe(await count('city=Sadar Gazipur sub-district'))
    const names: string[] = []
    for (let url: string | null = '/v1/places?country=BD&limit=100'; url; ) {
      const page: { data: { name: string }[]; links: { next: string | null } } = await fetchJson(path, url)
      names.push(...page.data.map(({ name }) => name))
      url = page.links.next
    }
    expect(names.length).toBeGreaterThan(150)
    expect(
      names.filter((name) => /[-()]$|\b(town|city|village|(sub-)?district|division)$/i.test(name)),
    ).toEqual([])
  })

  test.each([
    ['city=Samarra&date_from=2017-01-02&date_to=2017-01-02', ['238325']],
    ['city=Baghdad&date_from=2016-12-31&date_to=2017-01-02', ['233529', '238319', '238324']],
  ])('%s finds %j', async (query, ids) => {
    const url = `/v1/incidents?dataset=ucdp-ged&${query}`
    const { data } = await fetchJson<{ data: { id: string }[] }>(path, url)
    expect(data.map(({ id }) => id).sort()).toEqual(ids.map((id) => `ucdp-ged:${id}`))
  })

  test('a single record has its original row', async () => {
    const record = await fetchJson<{ original: Record<string, string> }>(
      path,
      '/v1/incidents/ucdp-ged:238325',
    )
    const row = ROWS.find((cells) => cells[findColumn('id')] === '238325') ?? []
    expect(record.original).toEqual(Object.fromEntries(HEADER.map((name, index) => [name, row[index]])))
  })

  test('the registry lists the files with their numbers of records', async () => {
    const { data } = await fetchJson<{ data: { id: string; incidents: number; files: object[] }[] }>(
      path,
      '/v1/datasets',
    )
    expect(data.find(({ id }) => id === 'ucdp-ged')).toMatchObject({
      incidents: 8074,
      files: [
        { name: 'ucdp-ged-bangladesh.csv.gz', rows: 601, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        { name: 'ucdp-ged-iraq.csv.gz', rows: 7473 },
      ],
    })
  })

  test('change nothing when imported again', async () => {
    const before = digestContent(path)
    const { code, stdout } = await run(`import ${IRAQ} ${BANGLADESH}`, path)
    expect(code).toBe(0)
    expect(stdout).toContain('added 0, updated 0, unchanged 7473')
    expect(stdout).toContain('added 0, updated 0, unchanged 601')
    expect(digestContent(path)).toBe(before)
  })

  test('update changed records, report missing ones, and remove them with --replace', async () => {
    const database = FILES.copy()
    const older = ROWS.slice(0, 1000)
    expect((await run(`import ${writeRows(older, 'older.csv')}`, database)).code).toBe(0)
    const newer = older
      .slice(0, -5)
      .map((row, index) =>
        index > 0 && index <= 10
          ? row.with(findColumn('best'), String(Number(row[findColumn('best')]) + 1))
          : row,
      )
    const file = writeRows(newer, 'newer.csv')
    const { stdout } = await run(`import --dry-run ${file}`, database)
    expect(stdout).toMatch(/nothing was written/)
    expect(stdout).toMatch(/added 0, updated 10, unchanged 98\d/)
    expect(stdout).toMatch(/missing from the file 5:/)
    expect((await run(`import ${file}`, database)).stdout).toMatch(
      /updated 10, .*(\n.*){5}missing from the file 5:/,
    )
    expect((await run(`import --replace ${file}`, database)).stdout).toMatch(
      /unchanged 99\d.*(\n.*){5}removed 5/,
    )
    expect((await run('check', database)).stdout).toBe('Everything is sound\n')
  })
})

describe('wrong rows', () => {
  const good = ROWS.slice(1, 41)
  const rows = good.map((row, index) => {
    if (index === 10) return row.with(findColumn('latitude'), '91')
    if (index === 20) return row.with(findColumn('date_start'), '2017-02-30').with(findColumn('best'), '-1')
    if (index === 30) return row.with(findColumn('id'), good[0]?.[findColumn('id')] ?? '')
    return row
  })

  test('stop the import and leave the database unchanged', async () => {
    const path = FILES.copy()
    const before = digestContent(path)
    const { code, stdout, stderr } = await run(`import ${writeRows(rows)}`, path)
    expect(code).toBe(1)
    expect(stdout).toContain('nothing was written')
    expect(stderr).toMatch(/rows\.csv, line 12: latitude "91" must be a number of degrees from -90 to 90/)
    expect(stderr).toMatch(/was not imported: the database is as it was/)
    expect(digestContent(path)).toBe(before)
  })

  test('are skipped and reported with --on-error skip', async () => {
    const path = FILES.copy()
    const report = join(FILES.newFolder(), 'report.ndjson')
    const { code, stdout } = await run(`import --on-error skip --report ${report} ${writeRows(rows)}`, path)
    expect(code).toBe(0)
    expect(stdout).toContain('rows read 40, added 37, updated 0, unchanged 0, rejected 3')
    const rejected = readFileSync(report, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(
      rejected.map(({ line, faults }) => [line, faults.map((fault: { column: string }) => fault.column)]),
    ).toEqual([
      [12, ['latitude']],
      [22, ['date_start', 'best']],
      [32, ['id']],
    ])
  })
})

test.each([
  ['an unknown kind', ['a,b', '1,2'], /header is of no known kind/],
  ['a header that lacks a column', [HEADER.filter((name) => name !== 'best').join(',')], /without best/],
])('%s is rejected in one line', async (_, lines, cause) => {
  const path = join(FILES.newFolder(), 'odd.csv')
  writeFileSync(path, `${lines.join('\n')}\n`)
  const { code, stderr } = await run(`import ${path}`, FILES.copy())
  expect(code).toBe(1)
  expect(stderr).toMatch(cause)
})

test('lines of notes above the header are skipped', async () => {
  const path = join(FILES.newFolder(), 'ibc.csv')
  const lines = [
    'Iraq Body Count: incidents,,',
    '"Downloaded 2 January 2018, see the conditions of use"',
    '',
    'IBC code,Start Date,End Date,Time,Location,Target,Weapons,Reported Minimum,Reported Maximum,Sources',
    'k1,2 Jan 2017,2 Jan 2017,AM,"Sadr City, Baghdad",workers,car bomb,35,39,Reuters',
    'k1,3 Jan 2017,3 Jan 2017,AM,Samarra,police,gunfire,7,7,Reuters',
  ]
  writeFileSync(path, `${lines.join('\n')}\n`)
  const database = FILES.copy()
  const { code, stdout } = await run(`import ${path}`, database)
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('added 2,') })
  expect(stdout).toContain('k1 (lines 5, 6)')
  const { data } = await fetchJson<{ data: { id: string; terms: string }[] }>(database, '/v1/datasets')
  expect(data.find(({ id }) => id === 'ibc')?.terms).toMatch(/conditions of use/)
})

test('figures out of order are kept as given and flagged', async () => {
  const figures = (low: string, best: string, high: string) => (row: readonly string[]) =>
    row.with(findColumn('low'), low).with(findColumn('best'), best).with(findColumn('high'), high)
  const [inOrder = [], lowest = [], highest = []] = ROWS.slice(1, 4)
  const file = writeRows(
    [inOrder, figures('9', '5', '7')(lowest), figures('1', '8', '3')(highest)],
    'odd.csv',
  )
  const database = FILES.copy()
  expect((await run(`import ${file}`, database)).code).toBe(0)
  const { data } = await fetchJson<{ data: { id: string; flags: string[]; fatalities: object }[] }>(
    database,
    '/v1/incidents?dataset=ucdp-ged',
  )
  const byId = new Map(data.map(({ id, flags, fatalities }) => [id, { flags, fatalities }]))
  const buildId = (row: readonly string[]) => `ucdp-ged:${row[findColumn('id')]}`
  expect(byId.get(buildId(inOrder))?.flags).toEqual([])
  expect(byId.get(buildId(lowest))).toMatchObject({
    flags: ['fatalities_out_of_order'],
    fatalities: { low: 9, best: 5, high: 7 },
  })
  expect(byId.get(buildId(highest))).toMatchObject({
    flags: ['fatalities_out_of_order'],
    fatalities: { low: 1, best: 8, high: 3 },
  })
})
