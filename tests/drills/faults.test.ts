import { copyFileSync, mkdtempSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { locateUcdpFile } from '../support/database.ts'
import { createLargeDatabase, listChildren, printEnd, readUsage, type Usage } from '../support/drill.ts'
import { isAlive, runIncidents, type Server, setUpServers, waitUntil } from '../support/process.ts'

const { seededPath, serve } = setUpServers({ RATE_LIMIT: 'off' })

/** What is requested all the time: a page, sums, a stream and one record. */
const URLS = [
  '/v1/incidents?limit=100',
  '/v1/stats?group_by=country',
  '/v1/incidents?format=ndjson&fields=id,title',
  '/v1/incidents/seed:samarra-2017-01-02',
]

let large = ''
let backup = ''
let other = ''
beforeAll(async () => {
  backup = await createLargeDatabase(20_000)
  const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-test-'))
  large = join(folder, 'large.db')
  other = join(folder, 'other.db')
  copyFileSync(backup, large)
  const run = (file: string, ...args: string[]) =>
    runIncidents(args, { env: { DATABASE_URL: `sqlite:${file}` } })
  expect(await run(large, 'import', locateUcdpFile('bangladesh'))).toMatchObject({ code: 0 })
  expect(await run(other, 'import', locateUcdpFile('iraq'))).toMatchObject({ code: 0 })
  return () => rmSync(folder, { recursive: true })
}, 300_000)

describe.each(['1', '2'])('of %s processes', (PROCESSES) => {
  test.each(['SIGBUS', 'SIGSEGV', 'SIGFPE', 'SIGILL', 'SIGABRT'] as const)(
    'one that gets %s ends with it',
    async (signal) => {
      const server = await serve(await seededPath(), { PROCESSES })
      const before = readUsage(server.process.pid ?? 0)
      const pids = [server.process.pid ?? 0, ...listChildren(server.process.pid ?? 0)]
      server.process.kill(signal)
      await printEnd(describeUsage(`${signal}, PROCESSES=${PROCESSES}`, before), server)
      expect(server.process.signalCode).toBe(signal)
      await waitUntil(() => !pids.some(isAlive))
    },
  )

  test.each<[string, (path: string) => void]>([
    ['cut to nothing', (path) => truncateSync(path, 0)],
    ['cut to half', (path) => truncateSync(path, statSync(path).size / 2)],
    ['overwritten by an older backup', (path) => copyFileSync(backup, path)],
    ['overwritten by another database', (path) => copyFileSync(other, path)],
    ['overwritten by garbage', (path) => writeFileSync(path, 'Dear diary\n'.repeat(50_000))],
    ['deleted', (path) => rmSync(path)],
    [
      'replaced by an older backup',
      (path) => {
        copyFileSync(backup, `${path}.new`)
        renameSync(`${path}.new`, path)
      },
    ],
  ])('a database that is %s is served no more', async (name, change) => {
    const path = join(mkdtempSync(join(tmpdir(), 'conflict-incidents-test-')), 'incidents.db')
    onTestFinished(() => rmSync(join(path, '..'), { recursive: true, force: true }))
    copyFileSync(large, path)
    const server = await serve(path, { PROCESSES })
    const { pid = 0 } = server.process
    const pids = [pid, ...listChildren(pid)]
    const before = readUsage(pid)
    const expected = new Set<string>()
    for (const url of URLS) expected.add(await read(server, url))
    expect([...expected].filter((text) => !text.startsWith('{'))).toEqual([])
    const peak = { ...before }
    // Sums, streams and pages of the time of the change; each response must be of one of the states, and that the first.
    const clients = URLS.map(async (url) => {
      const statuses: string[] = []
      for (const until = Date.now() + 3500; Date.now() < until; ) {
        const text = await read(server, url)
        statuses.push(expected.has(text) ? '200' : text)
        const usage = readUsage(pid)
        peak.memory = Math.max(peak.memory, usage.memory)
        peak.descriptors = Math.max(peak.descriptors, usage.descriptors)
      }
      return statuses
    })
    await setTimeout(1000)
    change(path)
    const responses = (await Promise.all(clients)).flat()
    const count = new Map<string, number>()
    for (const each of responses) count.set(each.slice(0, 60), (count.get(each.slice(0, 60)) ?? 0) + 1)
    const ended = () => server.process.exitCode !== null || server.process.signalCode !== null
    await waitUntil(async () => ended() || (await read(server, '/readyz')) === '503 unavailable')
    const hasEnded = ended()
    console.log(
      `${name}, PROCESSES=${PROCESSES}: ${JSON.stringify([...count])}, peak ${peak.memory.toFixed(0)} MB, ${peak.descriptors} descriptors`,
    )
    const last = responses.filter((each) => each === '200').length
    expect(last).toBeGreaterThan(0)
    expect(
      [...count.keys()].filter(
        (each) =>
          !/^(200|500 internal_error|503 (unavailable|not_ready|shutting_down)|no response)$/.test(each),
      ),
    ).toEqual([])
    if (!hasEnded) server.process.kill('SIGTERM')
    await printEnd(describeUsage(`${name}, PROCESSES=${PROCESSES}`, before), server)
    // Ended by itself, it says why; ended by us, it has said why it served nothing.
    if (hasEnded) expect(server.process.exitCode).not.toBe(0)
    else expect(server.output.stdout).toMatch(/"level":60.*The database file /)
    await waitUntil(() => !pids.some(isAlive))
  })
})

test('a process that no longer responds is killed and replaced', async () => {
  const server = await serve(await seededPath(), { PROCESSES: '2' })
  const children = listChildren(server.process.pid ?? 0)
  const [stopped = 0] = children
  process.kill(stopped, 'SIGSTOP')
  // One that it was given waits for it, and must not wait for ever.
  const responses = Array.from({ length: 20 }, () => read(server, '/readyz'))
  await waitUntil(() => !isAlive(stopped))
  const ready = JSON.stringify({ status: 'ok' })
  expect((await Promise.all(responses)).filter((each) => each !== ready && each !== 'no response')).toEqual(
    [],
  )
  await waitUntil(() => listChildren(server.process.pid ?? 0).length === 2)
  expect(server.output.stdout).toContain('A process does not respond: it is killed')
  expect((await fetch(`${server.origin}/readyz`)).status).toBe(200)
  const before = readUsage(server.process.pid ?? 0)
  server.process.kill('SIGTERM')
  await printEnd(describeUsage('a stopped process, then SIGTERM', before), server)
  expect(server.process.exitCode).toBe(0)
})

/** Requests a path on a new connection; resolves with the body, or why there is none. */
async function read(server: Server, path: string): Promise<string> {
  try {
    // Not by fetch, which takes the beginning of a response for the whole if the connection is not kept.
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      get(`${server.origin}${path}`, { agent: false }, resolve).on('error', reject),
    )
    const text = (await response.setEncoding('utf8').toArray()).join('')
    const { statusCode } = response
    return statusCode === 200 ? text : `${statusCode} ${(JSON.parse(text) as { code: string }).code}`
  } catch {
    await setTimeout(20)
    return 'no response'
  }
}

const describeUsage = (name: string, { memory, descriptors }: Usage) =>
  `${name}: ${memory.toFixed(0)} MB and ${descriptors} descriptors before`
