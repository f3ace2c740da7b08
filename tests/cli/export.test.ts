import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { check } from '@placemarkio/check-geojson'
import { parse } from 'csv-parse/sync'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { INCIDENT_COLUMNS } from '../../src/incidents/incident.columns.ts'
import { openStorage } from '../../src/storage/open-storage.ts'
import { createUcdpDatabase, DatabaseFiles, digestContent, expectOneLine } from '../support/database.ts'
import { isWindows } from '../support/platform.ts'
import { type Outcome, type RunOptions, runIncidents, startIncidents } from '../support/process.ts'

const FILES = new DatabaseFiles()
/** The number of records of the fixture and the seed. */
const SIZE = 7473 + 3

/** A database with the seed and UCDP GED of Iraq. */
let path: string
beforeAll(async () => {
  path = FILES.copy(await createUcdpDatabase('iraq'))
})

const buildOptions = (database: string, cwd = FILES.newFolder()): RunOptions => ({
  cwd,
  env: { DATABASE_URL: `sqlite:${database}` },
})
const runExport = (...args: string[]) => runIncidents(['export', ...args], buildOptions(path))

/** Requests the body of a response of the API. */
async function requestBody(url: string): Promise<string> {
  const storage = openStorage(`sqlite:${path}`)
  try {
    return (await (await buildApp({ stores: storage })).inject(encodeURI(url))).body
  } finally {
    await storage.close()
  }
}

/** Compares large values without the slow rendering of a diff. */
const isEqual = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

describe('an export', () => {
  test.each([
    ['csv', 'sort=date'],
    ['ndjson', 'sort=date'],
    ['csv', 'city=سامراء&deaths_min=10&sort=-deaths'],
    ['ndjson', 'expand=claims&kind=group&sort=-date'],
    ['ndjson', 'fields=id,place.name&dataset=ucdp-ged,seed&sort=updated_at'],
    ['csv', 'fields=id,actors&sort=date&date_from=2017-01-01&date_to=2017-01-03'],
  ])('as %s of %s equals the response of the API', async (format, query) => {
    const { code, stdout } = await runExport('--format', format, '--query', query)
    expect(code).toBe(0)
    expect(stdout === (await requestBody(`/v1/incidents?format=${format}&${query}`))).toBe(true)
    expect(stdout.split('\n').length).toBeGreaterThan(3)
  })

  test('has the format of the file extension, and every record, oldest first', async () => {
    const cwd = FILES.newFolder()
    const read = async (name: string) => {
      const { code, stdout, stderr } = await runIncidents(['export', name], buildOptions(path, cwd))
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
      expect(stderr).toMatch(new RegExp(`^${SIZE} records written to ${name}\n`))
      return readFileSync(join(cwd, name))
    }
    const lines = (await read('all.NDJSON')).toString().trimEnd().split('\n')
    const records = lines.map((line) => JSON.parse(line))
    expect(records).toHaveLength(SIZE)
    const days = records.map(({ date_start }) => date_start)
    expect(days).toEqual(days.toSorted())
    expect((await read('untold')).toString().trimEnd().split('\n')).toEqual(lines)

    const ids = records.map(({ id }) => id)
    const rows = parse(await read('all.csv'), { columns: true }) as { id: string }[]
    expect(rows.map(({ id }) => id)).toEqual(ids)

    const collection = check((await read('all.geojson')).toString())
    const features = 'features' in collection ? collection.features : []
    expect(
      isEqual(
        features.map(({ properties }: { properties: unknown }) => properties),
        records.map((record) =>
          Object.fromEntries(INCIDENT_COLUMNS.map(({ name, value }) => [name, value(record)])),
        ),
      ),
    ).toBe(true)

    const { buffer, byteOffset, byteLength } = await read('all.parquet')
    const bytes = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
    expect(parquetMetadata(bytes).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([
      2500, 2500, 2476,
    ])
    const file = { byteLength, slice: async (from: number, to?: number) => bytes.slice(from, to) }
    const typed = await parquetReadObjects({ file })
    const cells = (name: string) => typed.map((row) => row[name])
    for (const { name, type, value, items } of INCIDENT_COLUMNS) {
      const isMoment = type === 'date' || type === 'instant'
      const expected = records
        .map<unknown>(items ?? value)
        .map((cell) => (cell !== null && isMoment ? new Date(cell as string) : cell))
      expect(isEqual(cells(name), expected), name).toBe(true)
    }
    expect(readdirSync(cwd).sort()).toEqual(['all.NDJSON', 'all.csv', 'all.geojson', 'all.parquet', 'untold'])
  })

  test('without records is a complete file of its format', async () => {
    const cwd = FILES.newFolder()
    const query = ['--query', 'deaths_min=99999999']
    for (const name of ['none.csv', 'none.ndjson', 'none.geojson', 'none.parquet', 'none.xlsx']) {
      const { code, stderr } = await runIncidents(['export', name, ...query], buildOptions(path, cwd))
      expect({ code, stderr }).toEqual({ code: 0, stderr: `0 records written to ${name}\n` })
    }
    const content = (name: string) => readFileSync(join(cwd, name), 'utf8')
    expect(content('none.csv')).toBe(`${INCIDENT_COLUMNS.map(({ name }) => name).join(',')}\r\n`)
    expect(content('none.ndjson')).toBe('')
    expect(JSON.parse(content('none.geojson'))).toMatchObject({
      type: 'FeatureCollection',
      features: [],
      numberMatched: 0,
    })
    expect(content('none.parquet')).toMatch(/^PAR1.*PAR1$/s)
    expect(content('none.xlsx')).toMatch(/^PK/)
  })

  test('reports the data sets that it used and how to cite them', async () => {
    const { stderr } = await runExport('--query', 'country=IQ&date_from=2017-01-02&date_to=2017-01-02')
    expect(stderr).toMatch(/^\d+ records written to standard output\n/)
    expect(stderr).toMatch(/^ {2}seed: cite .+ Licence: CC0/m)
    expect(stderr).toMatch(/^ {2}ucdp-ged: cite Sundberg, .+ Licence: CC BY 4\.0$/m)
    expect((await runExport('--query', 'dataset=seed')).stderr).not.toContain('ucdp-ged')
  })

  test('changes nothing in the database', async () => {
    const before = digestContent(path)
    await runExport('--format', 'parquet')
    expect(digestContent(path)).toBe(before)
  })

  test('ends without an error when its reader closes the pipe', async () => {
    const { process: child, output, ended } = startIncidents(['export'], buildOptions(path))
    child.stdout?.once('data', () => child.stdout?.destroy())
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
    expect(output.stdout.length).toBeLessThan(5_000_000)
  })
})

describe('an invalid query writes nothing and reports what is valid', () => {
  test.each<[string, RegExp]>([
    ['citty=Baghdad', /citty is not known here; did you mean city\?/],
    ['deaths_min=many&date_from=2017-02-30', /deaths_min must be a whole number.*date_from must be a day/],
    ['sort=death', /sort must be one of .*; did you mean deaths\?/],
    ['country=Iraqq', /"Iraqq" is not a country: .*; did you mean Iraq\?/],
    ['city=Nineveh', /"Nineveh" is a governorate or province: admin1=Nineveh finds \d+ incidents\./],
    ['year=2017', /did you mean date_from=2017-01-01&date_to=2017-12-31\?/],
    ['city=Bagdad', /No city or district "Bagdad" is known\. Did you mean Baghdad\?/],
    ['city=Samarra,Bagdad', /"Bagdad" is known\. Did you mean Baghdad\?/],
    ['actor=Islamic Stat', /No actor "Islamic Stat" is known\. .*seed has .* Did you mean .*Islamic State/],
    ['dataset=ucdp', /No data set "ucdp" is known/],
    ['limit=5', /limit is for pages: an export writes every record that matches/],
    ['format=csv&total=exact', /format is given by --format.*total is for pages/],
    ['expand=claims', /claims have no columns in this format/],
    ['__proto__=1', /__proto__ is not known here/],
  ])('%s', async (query, cause) => {
    const cwd = FILES.newFolder()
    const args = ['export', 'out.csv', '--query', query]
    const { code, stdout, stderr } = await runIncidents(args, buildOptions(path, cwd))
    expect(stderr).toMatch(/^error: option '--query <query>': [^\n]+\n\(add --help for what is possible\)\n$/)
    expect(stderr).toMatch(cause)
    expect({ code, stdout, files: readdirSync(cwd) }).toEqual({ code: 2, stdout: '', files: [] })
  })
})

describe('a file', () => {
  test('that exists is replaced only with --force', async () => {
    const cwd = FILES.newFolder()
    const target = join(cwd, 'kept.csv')
    writeFileSync(target, 'mine')
    const query = ['--query', 'city=Samarra&fields=id&dataset=seed']
    expectOneLine(
      await runIncidents(['export', 'kept.csv', ...query], buildOptions(path, cwd)),
      /kept\.csv exists already/,
    )
    expect(readFileSync(target, 'utf8')).toBe('mine')
    if (isWindows) return
    // A symbolic link is kept, and its target replaced.
    symlinkSync('kept.csv', join(cwd, 'link.csv'))
    const { code } = await runIncidents(['export', '--force', 'link.csv', ...query], buildOptions(path, cwd))
    expect(code).toBe(0)
    expect(readFileSync(target, 'utf8')).toBe('id\r\nseed:samarra-2017-01-02\r\n')
    expect(readdirSync(cwd).sort()).toEqual(['kept.csv', 'link.csv'])
  })

  test.each<[string, RegExp]>([
    ['folder', /folder is not a regular file/],
    ['missing/x.csv', /There is no folder .*missing: create it first/],
    ...(isWindows
      ? []
      : ([
          ['/dev/null', /\/dev\/null is not a regular file/],
          ['file/x.csv', /file\/x\.csv cannot be written: ENOTDIR/],
        ] satisfies [string, RegExp][])),
  ])('%s is rejected in one line', async (name, cause) => {
    const cwd = FILES.newFolder()
    mkdirSync(join(cwd, 'folder'))
    writeFileSync(join(cwd, 'file'), '')
    expectOneLine(await runIncidents(['export', '--force', name], buildOptions(path, cwd)), cause)
    expect(readdirSync(cwd).sort()).toEqual(['file', 'folder'])
  })

  test('with the extension of a compressed file is rejected', async () => {
    const { code, stderr } = await runExport('x.csv.gz')
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('is not compressed') })
  })

  test.skipIf(isWindows).each(['SIGINT', 'SIGTERM'] as const)(
    'is not left behind, not even partially, after %s',
    async (signal) => {
      const cwd = FILES.newFolder()
      let outcome: Outcome
      do {
        // Repeated if it finishes before the signal arrives.
        const running = startIncidents(['export', '--force', 'all.geojson'], buildOptions(path, cwd))
        const hasEnded = running.ended.then(() => true)
        const hasStarted = () => readdirSync(cwd).some((name) => name.endsWith('.part'))
        while (!hasStarted() && !(await Promise.race([hasEnded, setTimeout(1, false)])));
        rmSync(join(cwd, 'all.geojson'), { force: true })
        running.process.kill(signal)
        outcome = await running.ended
      } while (outcome.code === 0)
      expectOneLine(outcome, /all\.geojson was not written: interrupted/)
      expect(readdirSync(cwd)).toEqual([])
    },
  )
})

test('a missing database is reported in one line and not created', async () => {
  const cwd = FILES.newFolder()
  const outcome = await runIncidents(['export', 'x.csv'], buildOptions(join(cwd, 'slip.db'), cwd))
  expectOneLine(outcome, /There is no database .*slip\.db/)
  expect(existsSync(join(cwd, 'slip.db'))).toBe(false)
})
