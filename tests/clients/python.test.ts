import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { INCIDENT_COLUMNS } from '../../src/incidents/incident.columns.ts'
import { RELEASE } from '../../src/release.ts'
import { createUcdpDatabase } from '../support/database.ts'
import { readExample } from '../support/pages.ts'
import { setUpServers } from '../support/process.ts'
import { findPython, runPython } from '../support/python.ts'
import { type Service, startService } from '../support/service.ts'

const FOLDER = join(import.meta.dirname, '../../clients/python')
const FILES = readdirSync(join(FOLDER, 'tests')).filter((name) => name.startsWith('test_'))

/** The dtypes in pandas of the types of columns. */
const DTYPES: Record<(typeof INCIDENT_COLUMNS)[number]['type'], string> = {
  text: 'string',
  list: 'object',
  count: 'Int64',
  degrees: 'float64',
  date: 'datetime64[ns]',
  instant: 'datetime64[ns, UTC]',
}
const COLUMN_TYPES = Object.fromEntries(INCIDENT_COLUMNS.map(({ name, type }) => [name, DTYPES[type]]))

const python = await findPython()

const servers = setUpServers()
let service: Service
let limited: Service
let env: Record<string, string>
beforeAll(async () => {
  if (!python) return
  service = await startService()
  limited = await startService({ config: { RATE_LIMIT: 2 } })
  const path = servers.newPath()
  copyFileSync(await createUcdpDatabase('iraq'), path)
  const { origin } = await servers.serve(path)
  env = {
    ORIGIN: service.origin,
    LIMITED_ORIGIN: limited.origin,
    LARGE_ORIGIN: origin,
    COLUMN_TYPES: JSON.stringify(COLUMN_TYPES),
  }
})
afterAll(async () => {
  await service?.close()
  await limited?.close()
})

test.concurrent.for(FILES)('clients/python/tests/%s', async (file, { skip }) => {
  if (!python) return skip('python3 was not found')
  const module = `tests.${file.replace('.py', '')}`
  const output = await runPython(python.path, ['-W', 'error', '-m', 'unittest', '--verbose', module], {
    cwd: FOLDER,
    env,
  })
  const written = readFileSync(join(FOLDER, 'tests', file), 'utf8').match(/^ {4}def test_/gm)
  expect(output.match(/ \.\.\. (ok|skipped .*)$/gm)).toHaveLength(written?.length ?? 0)
  const skipped = output.match(/ \.\.\. skipped .*$/gm) ?? []
  expect(skipped.length === 0 || !python.hasPandas, skipped.join('\n')).toBe(true)
})

test('the examples of clients/python/README.md run', async ({ skip }) => {
  if (!python?.hasPandas) return skip('pandas is not installed')
  const output = await runPython(
    python.path,
    ['-c', readExample('clients/python/README.md', service.origin)],
    {
      cwd: FOLDER,
    },
  )
  expect(output).toContain('Attack on two police stations in Samarra 13 None\n')
  expect(output).toContain("'suggestion': 'seed:samarra-2017-01-02'")
})

test('the Python client has the version of the service', async ({ skip }) => {
  if (!python) return skip('python3 was not found')
  const script = 'import conflict_incidents; print(conflict_incidents.__version__, end="")'
  expect(await runPython(python.path, ['-c', script], { cwd: FOLDER })).toBe(RELEASE)
})
