import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeUcdpFile } from '../../bench/ucdp-file.ts'
import { DatabaseFiles } from '../support/database.ts'
import { type Outcome, runIncidents, type Server, startIncidents, startServer } from '../support/process.ts'
import { digestIncidents, Reader, readResponses, type States } from '../support/readers.ts'

/** Number of records in the newer state: with more, imports take longer, and kills hit their end more rarely. */
const ROWS = Number(process.env.KILL_TEST_ROWS ?? 4000)
/** Seed of the times at which imports are killed. */
const SEED = Number(process.env.KILL_TEST_SEED ?? 1)
const KILLS = 10
/** Limit of one command or test in milliseconds, with a wide margin. */
const LIMIT_MS = 60_000 + 20 * ROWS

type Name = 'older' | 'newer'
const otherState = (name: Name): Name => (name === 'older' ? 'newer' : 'older')

const files = new DatabaseFiles()
const database = files.newPath()
const folder = files.newFolder()
const states: States<Name> = {}
const digests: Partial<Record<Name, string>> = {}
const buildOptions = (path: string) => ({
  env: { DATABASE_URL: `sqlite:${path}`, RATE_LIMIT: 'off' },
  limit: LIMIT_MS,
})
const buildImport = (name: Name) => ['import', '--replace', join(folder, `${name}.csv`)]
const check = () => runIncidents(['check'], buildOptions(database))

const servers: Server[] = []
let server: Server
let reader: Reader<Name>
/** Duration of an import in milliseconds. */
let duration: number
/** The current state of the database. */
let current: Name = 'older'

beforeAll(async () => {
  await writeUcdpFile(join(folder, 'newer.csv'), ROWS)
  writeFileSync(join(folder, 'older.csv'), deriveOlder(readFileSync(join(folder, 'newer.csv'), 'utf8')))
  await expectSuccess(runIncidents(buildImport('older'), buildOptions(database)))

  // The newer state is read from a copy.
  const copy = files.newPath()
  await expectSuccess(runIncidents(['backup', copy], buildOptions(database)))
  const began = performance.now()
  await expectSuccess(runIncidents(buildImport('newer'), buildOptions(copy)))
  duration = performance.now() - began
  const { origin } = await serve(copy)
  Object.assign(states, { newer: await readResponses(origin) })
  digests.newer = await digestIncidents(origin)

  server = await serve(database)
  Object.assign(states, { older: await readResponses(server.origin) })
  digests.older = await digestIncidents(server.origin)
  reader = new Reader(server.origin, states)
}, 3 * LIMIT_MS)

afterAll(async () => {
  await reader?.stop()
  for (const { process } of servers) process.kill('SIGTERM')
  await Promise.all(servers.map(({ ended }) => ended))
})

/** Starts a server that is stopped after the tests. */
async function serve(path: string): Promise<Server> {
  const started = await startServer(buildOptions(path).env, { limit: LIMIT_MS * KILLS })
  servers.push(started)
  return started
}

test('the states differ in the response to every request', () => {
  for (const request of Object.keys(states.older ?? {}) as (keyof typeof states.older)[])
    expect(states.older?.[request], request).not.toEqual(states.newer?.[request])
  expect(digests.older).not.toEqual(digests.newer)
})

describe('a killed import leaves the state before it, or the state after it if it was done', () => {
  // One time in each tenth of 115 per cent of its duration, because readers slow it down.
  const percents = Array.from({ length: KILLS }, (_, part) => (115 * (part + computeFraction(part))) / KILLS)

  test.each(percents.map(Math.round))(
    'killed after %i per cent of its duration',
    { timeout: 2 * LIMIT_MS },
    async (percent) => {
      const [before, after] = [current, otherState(current)]
      const began = performance.now()
      const running = startIncidents(buildImport(after), buildOptions(database))
      await Promise.race([running.ended, setTimeout((percent / 100) * duration)])
      running.process.kill('SIGKILL')
      const { code, stderr } = await running.ended
      expect([null, 0], stderr).toContain(code)

      const found = await digestIncidents(server.origin)
      current = found === digests[after] ? after : before
      expect(found, `the state ${current}`).toBe(digests[current])
      if (code === 0) expect(current, 'an import that exits with 0 is committed').toBe(after)
      expectOrdered(began, before, after)
      expect(await check()).toEqual({ code: 0, stdout: 'Everything is sound\n', stderr: '' })
    },
  )
})

test('an import that is not killed becomes visible at its end, as a whole', {
  timeout: 3 * LIMIT_MS,
}, async () => {
  if (current === 'newer') await expectSuccess(runIncidents(buildImport('older'), buildOptions(database)))
  const began = performance.now()
  const { stdout } = await expectSuccess(runIncidents(buildImport('newer'), buildOptions(database)))
  const ended = performance.now()
  expect(stdout).toContain(`rows read ${ROWS}, `)
  expect(await digestIncidents(server.origin)).toBe(digests.newer)
  await reader.waitForRounds(2)

  expectOrdered(began, 'older', 'newer')
  const during = reader.observations.filter(({ at }) => at > began && at < ended - 0.2 * (ended - began))
  expect(during.filter(({ state }) => state === 'older').length).toBeGreaterThan(0)
  const after = reader.observations.filter(({ at }) => at > ended)
  expect(after.length).toBeGreaterThan(0)
  expect(after.filter(({ state }) => state !== 'newer')).toEqual([])
  expect(await check()).toEqual({ code: 0, stdout: 'Everything is sound\n', stderr: '' })
})

/** Asserts that responses since a time were first of one state and then of the other. */
function expectOrdered(since: number, first: Name, second: Name): void {
  const seen = reader.observations.filter(({ at }) => at > since)
  expect(seen.length, 'there are observations').toBeGreaterThan(0)
  const last = seen.findLastIndex(({ state }) => state === first)
  expect(seen.slice(0, last + 1).filter(({ state }) => state !== first)).toEqual([])
  expect(seen.slice(last + 1).filter(({ state }) => state !== second)).toEqual([])
}

/** Derives an older file: without the last tenth of the rows, with rows that the newer lacks, and other figures. */
function deriveOlder(newer: string): string {
  const [header = '', ...lines] = newer.split('\r\n').filter(Boolean)
  const older = lines
    .slice(0, Math.floor(0.9 * lines.length))
    .map((line) => line.replace(/,(\d+)(,\d+,\d*,)$/, (_, high, rest) => `,${Number(high) + 1000}${rest}`))
  const removed = older.slice(0, Math.floor(0.05 * lines.length)).map((line) => `9${line}`)
  return [header, ...older, ...removed, ''].join('\r\n')
}

/** Computes a number from 0 to 1 from the seed and an index. */
function computeFraction(index: number): number {
  return createHash('sha256').update(`${SEED} ${index}`).digest().readUInt32BE() / 2 ** 32
}

async function expectSuccess(command: Promise<Outcome>): Promise<Outcome> {
  const outcome = await command
  expect(outcome.code, outcome.stderr).toBe(0)
  return outcome
}
