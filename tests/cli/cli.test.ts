import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigSchema } from '../../src/config.ts'
import { RELEASE } from '../../src/release.ts'
import { SEED_SIZE } from '../support/database.ts'
import { runProcess } from '../support/process.ts'

const ROOT = mkdtempSync(join(tmpdir(), 'conflict-incidents-test-'))
afterAll(() => rmSync(ROOT, { recursive: true, force: true }))

const newFolder = () => mkdtempSync(join(ROOT, 'case-'))

describe.concurrent('help', () => {
  test.each([
    ['serve', /serves the API until SIGTERM or SIGINT/],
    ['migrate', /Brings the database up to date, all or nothing/],
    ['seed', /loads the seed.*Loading it again changes nothing/],
    ['export', /Writes the incidents that match a query.*sorted by date, the oldest first/],
    ['check', /Checks the integrity of the database file and of every record/],
    ['backup', /Copies the database to a new file while it is in use/],
    ['openapi', /Prints the OpenAPI document/],
    [
      'gazetteer',
      /Manages the gazetteer.*import \[options\] \[file\] Loads the places of the world from GeoNames/,
    ],
    ['link', /Manages links between records of different data sets.*suggest \[options\]/],
    ['link suggest', /may describe the same event, all or nothing.*--min-score <score> .*default: 0\.6/],
    ['gazetteer import', /Loads the places of the world from GeoNames, all or nothing/],
  ])('of `incidents %s` describes the command and the exit codes', async (command, purpose) => {
    expect(await readHelp(...command.split(' '), '--help')).toMatch(purpose)
  })

  test('of the program describes it and lists every command', async () => {
    const text = await readHelp('--help')
    expect(text).toContain('Serves and manages a database of conflict-incident records.')
    for (const name of ['serve', 'migrate', 'seed', 'export', 'check', 'backup <file>', 'config', 'openapi'])
      expect(text).toMatch(new RegExp(` ${name} (\\[options\\] )?(\\[file\\] )?[A-Z]`))
  })

  test('of `incidents config` lists every setting with its meaning and default', async () => {
    const text = await readHelp('config', '--help')
    expect(text).toContain('Prints the resolved configuration as JSON.')
    for (const [name, schema] of Object.entries(ConfigSchema.properties)) {
      const { description, default: value } = schema as unknown as { description: string; default: unknown }
      expect(text).toContain(` ${name} ${description} [${value}]`)
    }
  })

  test('the version is that of the release', async () => {
    expect(await runProcess(['--version'])).toEqual({ code: 0, stdout: `${RELEASE}\n`, stderr: '' })
  })
})

describe.concurrent('an invalid command line exits with 2 and a message, and changes nothing', () => {
  test.each([
    ['migrat', /unknown command 'migrat'.*Did you mean migrate\?/s],
    ['chekc', /unknown command 'chekc'.*Did you mean check\?/s],
    ['nonsense', /unknown command 'nonsense'/],
    ['seed --hlep', /unknown option '--hlep'.*Did you mean --help\?/s],
    ['openapi --wrote x.json', /unknown option '--wrote'.*Did you mean --write\?/s],
    ['openapi --write', /option '--write <file>' argument missing/],
    ['backup', /missing required argument 'file'/],
    ['export --fromat csv', /unknown option '--fromat'.*Did you mean --format\?/s],
    ['export --format xml', /argument 'xml' is invalid. Allowed choices are .*parquet/],
    ['export a.csv b.csv', /too many arguments for 'export'/],
    ['check all', /too many arguments for 'check'/],
    ['gazetteer imprt', /unknown command 'imprt'.*Did you mean import\?/s],
    ['gazetteer import --admin1 x.txt', /option '--admin1 <file>' needs the file/],
    ['', /Usage: incidents/],
  ])('incidents %s', async (line, cause) => {
    const cwd = newFolder()
    const { code, stdout, stderr } = await runProcess(line.split(' ').filter(Boolean), { cwd })
    expect(stderr).toMatch(cause)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(readdirSync(cwd)).toEqual([])
  })
})

describe.concurrent('the configuration', () => {
  test('is printed as resolved, in JSON', async () => {
    const { code, stdout, stderr } = await runProcess(['config'], {
      env: { PORT: '8080', RATE_LIMIT: 'off', TRUST_PROXY: '10.0.0.0/8', UNRELATED: 'x' },
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      HOST: '127.0.0.1',
      PORT: 8080,
      DATABASE_URL: 'sqlite:data/incidents.db',
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'json',
      RATE_LIMIT: null,
      RESPONSE_CACHE: 64,
      PROCESSES: 1,
      TRUST_PROXY: '10.0.0.0/8',
      BASE_PATH: null,
      PUBLIC_URL: null,
      EXPORTS: 8,
      EXPORTS_PER_CLIENT: 2,
      SUMS_MEMORY: 256,
      SUMS_THREADS: 1,
      METRICS_HOST: '127.0.0.1',
      METRICS_PORT: null,
      SHUTDOWN_DELAY: 0,
    })
  })

  test.each(['config', 'serve', 'seed', 'check'])(
    'with errors makes `incidents %s` report all of them in one line',
    async (command) => {
      const cwd = newFolder()
      const env = {
        PORT: '0x10',
        LOG_LEVEL: 'wran',
        RATE_LIMIT: '-1',
        INCIDENTS_POTR: '80',
        SHUTDOWN_DELAY: '1h',
      }
      const { code, stdout, stderr } = await runProcess([command], { cwd, env })
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(/^incidents: The configuration is wrong: [^\n]+\n$/)
      for (const part of [
        /PORT must be a whole number/,
        /LOG_LEVEL must be one of .*did you mean warn\?/,
        /RATE_LIMIT must /,
        /SHUTDOWN_DELAY must be a whole number/,
        /INCIDENTS_POTR is not a setting \(did you mean PORT\?\)/,
      ])
        expect(stderr).toMatch(part)
      expect(readdirSync(cwd)).toEqual([])
    },
  )
})

test.concurrent('a variable that resembles a setting is reported, and the command runs', async () => {
  const cwd = newFolder()
  const env = { DATABSE_URL: 'sqlite:other.db' }
  const { code, stdout, stderr } = await runProcess(['migrate'], { cwd, env })
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr:
      'incidents: warning: DATABSE_URL is not a setting and has no effect (did you mean DATABASE_URL?)\n',
  })
  expect(stdout).toMatch(/^Applied/)
  expect(existsSync(join(cwd, 'data/incidents.db'))).toBe(true)
})

describe.concurrent('the database', () => {
  test('is migrated, seeded, checked and backed up', async () => {
    const cwd = newFolder()
    const run = async (line: string, env = {}) => {
      const { code, stdout, stderr } = await runProcess(line.split(' '), { cwd, env })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      return stdout
    }
    const counts = (added: number, unchanged: number) =>
      `Records added ${added}, updated 0, unchanged ${unchanged}, removed 0\n`
    expect(await run('migrate')).toMatch(/^Applied: 0001_records(, \d{4}_\w+)*\n$/)
    expect(existsSync(join(cwd, 'data/incidents.db')), 'the default path').toBe(true)
    expect(await run('migrate')).toBe('Nothing to apply: the database is up to date\n')
    expect(await run('seed')).toBe(counts(SEED_SIZE, 0))
    expect(await run('seed')).toBe(counts(0, SEED_SIZE))
    expect(await run('check')).toBe('Everything is sound\n')
    expect(await run('backup copy.db')).toBe('Copied to copy.db\n')
    const copy = { DATABASE_URL: 'sqlite:copy.db' }
    expect(await run('check', copy)).toBe('Everything is sound\n')
    expect(await run('seed', copy)).toBe(counts(0, SEED_SIZE))
    const paths = readdirSync(cwd, { recursive: true, encoding: 'utf8' }).sort()
    expect(paths).toEqual(['copy.db', 'data', join('data', 'incidents.db')])
  })

  test.each(['check', 'backup copy.db'])(
    '`incidents %s` does not create a missing database',
    async (line) => {
      const cwd = newFolder()
      const { code, stdout, stderr } = await runProcess(line.split(' '), {
        cwd,
        env: { DATABASE_URL: 'sqlite:slip.db' },
      })
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(/^incidents: [^\n]*slip\.db[^\n]*\n$/)
      expect(readdirSync(cwd)).toEqual([])
    },
  )
})

describe.concurrent('the OpenAPI document', () => {
  test('is the same when printed or written', async () => {
    const cwd = newFolder()
    const [printed, written] = await Promise.all([
      runProcess(['openapi'], { cwd }),
      runProcess(['openapi', '--write', 'made.json'], { cwd }),
    ])
    expect(written).toEqual({ code: 0, stdout: 'Written to made.json\n', stderr: '' })
    expect(readFileSync(join(cwd, 'made.json'), 'utf8')).toBe(printed.stdout)
    expect(JSON.parse(printed.stdout)).toMatchObject({ openapi: '3.1.1', paths: { '/v1/incidents': {} } })
    expect(readdirSync(cwd).sort()).toEqual(['examples.json', 'made.json'])
  })

  test('is reported in one line when it cannot be written', async () => {
    const { code, stdout, stderr } = await runProcess(['openapi', '--write', 'missing/made.json'], {
      cwd: newFolder(),
    })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^incidents: [^\n]*missing[^\n]*\n$/)
  })
})

/** Reads a help text as one line, and checks its exit codes. */
async function readHelp(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProcess(args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^Usage: incidents /)
  expect(stdout).toMatch(/Exit codes:\n {2}0 {2}done\n {2}1 {2}.*failed.*\n {2}2 {2}.*command line is wrong/)
  return stdout.replace(/\s+/g, ' ')
}
