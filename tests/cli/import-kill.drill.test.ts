import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeUcdpFile } from '../../bench/ucdp-file.ts'
import { DatabaseFiles } from '../support/database.ts'
import { incidents, type Outcome, type Server, startIncidents, startServer } from '../support/process.ts'
import { askAll, Reader, type States, wholeState } from '../support/readers.ts'

/** Records of the newer state: more of them make the imports longer, and the moments of their ends rarer. */
const ROWS = Number(process.env.KILL_TEST_ROWS ?? 8000)
/** Another one gives other moments. */
const SEED = Number(process.env.KILL_TEST_SEED ?? 1)
const KILLS = 10
/** How long one command or test may take, in milliseconds: far longer than it should. */
const LONGEST = 60_000 + 20 * ROWS

type Name = 'older' | 'newer'
const other = (name: Name): Name => (name === 'older' ? 'newer' : 'older')

const files = new DatabaseFiles()
const database = files.newPath()
const folder = files.newFolder()
const states: States<Name> = {}
const whole: Partial<Record<Name, string>> = {}
const settings = (path: string) => ({
  env: { DATABASE_URL: `sqlite:${path}`, RATE_LIMIT: 'off' },
  limit: LONGEST,
})
const importOf = (name: Name) => ['import', '--replace', join(folder, `${name}.csv`)]
const check = () => incidents(['check'], settings(database))

const servers: Server[] = []
let server: Server
let reader: Reader<Name>
/** How long an import takes, in milliseconds. */
let duration: number
/** The state in which the database is left. */
let current: Name = 'older'

beforeAll(async () => {
  await writeUcdpFile(join(folder, 'newer.csv'), ROWS)
  writeFileSync(join(folder, 'older.csv'), olderThan(readFileSync(join(folder, 'newer.csv'), 'utf8')))
  await succeed(incidents(importOf('older'), settings(database)))

  // What the newer state is, a copy tells.
  const copy = files.newPath()
  await succeed(incidents(['backup', copy], settings(database)))
  const began = performance.now()
  await succeed(incidents(importOf('newer'), settings(copy)))
  duration = performance.now() - began
  const { origin } = await serve(copy)
  Object.assign(states, { newer: await askAll(origin) })
  whole.newer = await wholeState(origin)

  server = await serve(database)
  Object.assign(states, { older: await askAll(server.origin) })
  whole.older = await wholeState(server.origin)
  reader = new Reader(server.origin, states)
}, 3 * LONGEST)

afterAll(async () => {
  await reader?.stop()
  for (const { process } of servers) process.kill('SIGTERM')
  await Promise.all(servers.map(({ ended }) => ended))
})

/** Starts a server that is gone when the tests are. */
async function serve(path: string): Promise<Server> {
  const started = await startServer(settings(path).env, LONGEST * KILLS)
  servers.push(started)
  return started
}

test('the states differ in whatever readers ask for', () => {
  for (const request of Object.keys(states.older ?? {}) as (keyof typeof states.older)[])
    expect(states.older?.[request], request).not.toEqual(states.newer?.[request])
  expect(whole.older).not.toEqual(whole.newer)
})

describe('an import that is killed leaves the state before it, or, once it was done, the one after it', () => {
  // One moment in each part of the time that it takes, and of a little more: readers slow it down.
  const percents = Array.from({ length: KILLS }, (_, part) => (115 * (part + chance(part))) / KILLS)

  test.each(percents.map(Math.round))(
    'killed after %i per cent of its time',
    { timeout: 2 * LONGEST },
    async (percent) => {
      const [before, after] = [current, other(current)]
      const began = performance.now()
      const running = startIncidents(importOf(after), settings(database))
      await Promise.race([running.ended, setTimeout((percent / 100) * duration)])
      running.process.kill('SIGKILL')
      const { code, stderr } = await running.ended
      expect([null, 0], stderr).toContain(code)

      const found = await wholeState(server.origin)
      current = found === whole[after] ? after : before
      expect(found, `the state ${current}`).toBe(whole[current])
      if (code === 0) expect(current, 'what it said to be done is done').toBe(after)
      expectOrdered(began, before, after)
      expect(await check()).toEqual({ code: 0, stdout: 'Everything is sound\n', stderr: '' })
    },
  )
})

test('an import that is not killed is seen at its end, whole and at once', {
  timeout: 3 * LONGEST,
}, async () => {
  if (current === 'newer') await succeed(incidents(importOf('older'), settings(database)))
  const began = performance.now()
  const { stdout } = await succeed(incidents(importOf('newer'), settings(database)))
  const ended = performance.now()
  expect(stdout).toContain(`rows read ${ROWS}, `)
  expect(await wholeState(server.origin)).toBe(whole.newer)
  await reader.rounds(2)

  expectOrdered(began, 'older', 'newer')
  const during = reader.observations.filter(({ at }) => at > began && at < ended - 0.2 * (ended - began))
  expect(during.filter(({ state }) => state === 'older').length).toBeGreaterThan(0)
  const after = reader.observations.filter(({ at }) => at > ended)
  expect(after.length).toBeGreaterThan(0)
  expect(after.filter(({ state }) => state !== 'newer')).toEqual([])
  expect(await check()).toEqual({ code: 0, stdout: 'Everything is sound\n', stderr: '' })
})

/** Asserts that every answer since a moment was of one of two states, and none of the first after one of the second. */
function expectOrdered(since: number, first: Name, second: Name): void {
  const seen = reader.observations.filter(({ at }) => at > since)
  expect(seen.length, 'somebody reads').toBeGreaterThan(0)
  const last = seen.findLastIndex(({ state }) => state === first)
  expect(seen.slice(0, last + 1).filter(({ state }) => state !== first)).toEqual([])
  expect(seen.slice(last + 1).filter(({ state }) => state !== second)).toEqual([])
}

/** An older file: without the last tenth of the rows, with rows that are gone since, and other figures. */
function olderThan(newer: string): string {
  const [header = '', ...lines] = newer.split('\r\n').filter(Boolean)
  const older = lines
    .slice(0, Math.floor(0.9 * lines.length))
    .map((line) => line.replace(/,(\d+)(,\d+,\d*,)$/, (_, high, rest) => `,${Number(high) + 1000}${rest}`))
  const gone = older.slice(0, Math.floor(0.05 * lines.length)).map((line) => `9${line}`)
  return [header, ...older, ...gone, ''].join('\r\n')
}

/** A number from 0 to 1, always the same for the same seed. */
function chance(index: number): number {
  return createHash('sha256').update(`${SEED} ${index}`).digest().readUInt32BE() / 2 ** 32
}

async function succeed(command: Promise<Outcome>): Promise<Outcome> {
  const outcome = await command
  expect(outcome.code, outcome.stderr).toBe(0)
  return outcome
}
