import { readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { expectOneLine, findProblems, withStorage } from '../support/database.ts'
import { isAlive, runIncidents, type Server, setUpServers, waitUntil } from '../support/process.ts'
import { renderUcdpCsv, UCDP_ROWS } from '../support/ucdp.ts'

const { seededPath, newPath, serve } = setUpServers({ PROCESSES: '2' })

/** Sends a request on a new connection, so that any worker may respond. */
async function get(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(30_000) })
  return { status: response.status, text: await response.text() }
}

interface Line {
  pid: number
  msg: string
  process?: number
}

const readLog = ({ output }: Server): Line[] =>
  output.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)

/** Finds the ids of workers that have responded and not exited since, from the log: process ids are reused. */
function findRespondingWorkers(server: Server): Set<number> {
  const pids = new Set<number>()
  for (const { pid, msg, process: exited = 0 } of readLog(server)) {
    if (msg === 'request completed') pids.add(pid)
    if (msg === 'A process ended') pids.delete(exited)
  }
  return pids
}

/** Sends requests until two living workers have responded; returns their ids. */
async function waitForBothWorkers(server: Server): Promise<number[]> {
  const listAlive = () => [...findRespondingWorkers(server)].filter(isAlive)
  await waitUntil(async () => {
    await get(`${server.origin}/livez`).catch(() => null)
    return listAlive().length === 2
  })
  return listAlive()
}

describe.concurrent('two workers', () => {
  test('serve on one port, and the primary process does not', async () => {
    const server = await serve(await seededPath())
    const pids = await waitForBothWorkers(server)
    expect(pids).not.toContain(server.process.pid)
    expect(readLog(server).filter(({ msg }) => msg.startsWith('Ready.'))).toHaveLength(1)
    for (let times = 0; times < 4; times += 1) {
      expect((await get(`${server.origin}/readyz`)).status).toBe(200)
      expect(JSON.parse((await get(`${server.origin}/v1/incidents`)).text).data).toHaveLength(3)
    }
    expect(server.output.stderr).toBe('')
  })

  test('both report the sum of their metrics', async () => {
    const server = await serve(await seededPath())
    for (let times = 0; times < 10; times += 1) await get(`${server.origin}/v1/actors`)
    for (let times = 0; times < 4; times += 1)
      await waitUntil(async () => {
        const { text } = await get(`${server.origin}/metrics`)
        return text.includes(
          'http_request_duration_seconds_count{route="/v1/actors",method="GET",status="200"} 10\n',
        )
      })
  })

  test('share the rate limit of a client', async () => {
    const server = await serve(await seededPath(), { RATE_LIMIT: '20' })
    const statuses: number[] = []
    for (let times = 0; times < 40; times += 1) {
      statuses.push((await get(`${server.origin}/v1/datasets`)).status)
      await setTimeout(30)
    }
    // A worker gets the counts of the other with a delay, and a minute may end meanwhile.
    const served = statuses.filter((status) => status === 200).length
    expect(served).toBeGreaterThanOrEqual(20)
    expect(served).toBeLessThan(40)
    expect((await get(`${server.origin}/livez`)).status).toBe(200)
  })

  test('see an import of another process as soon as it is committed', async () => {
    const path = await seededPath()
    const server = await serve(path)
    await waitForBothWorkers(server)
    const file = join(path, '..', 'ged.csv')
    writeFileSync(file, renderUcdpCsv(UCDP_ROWS.slice(0, 200)))
    const importing = runIncidents(['import', file], { env: { DATABASE_URL: `sqlite:${path}` } })
    const totals: number[] = []
    const fetchTotal = async () => {
      const { status, text } = await get(`${server.origin}/v1/incidents?total=exact&limit=1`)
      expect(status).toBe(200)
      return JSON.parse(text).page.total as number
    }
    let hasEnded = false
    importing.finally(() => {
      hasEnded = true
    })
    while (!hasEnded) totals.push(await fetchTotal())
    expect(await importing).toMatchObject({ code: 0 })
    for (let times = 0; times < 6; times += 1) expect(await fetchTotal()).toBe(203)
    expect(totals.filter((found) => found !== 3 && found !== 203)).toEqual([])
  })

  test('are restarted when killed', async () => {
    const server = await serve(await seededPath())
    const [first = 0] = await waitForBothWorkers(server)
    process.kill(first, 'SIGKILL')
    // A killed process keeps its id until its parent has noticed.
    await waitUntil(() => !isAlive(first))
    expect(await waitForBothWorkers(server)).not.toContain(first)
    expect(readLog(server).find(({ msg }) => msg === 'A process ended')).toMatchObject({
      pid: server.process.pid,
      process: first,
    })
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('exit at %s with a closed database', async (signal) => {
    const path = await seededPath()
    const server = await serve(path)
    const pids = await waitForBothWorkers(server)
    // A terminal sends the signal to the whole group.
    for (const pid of signal === 'SIGINT' ? pids : []) process.kill(pid, signal)
    server.process.kill(signal)
    expect(await server.ended).toMatchObject({ code: 0, stderr: '' })
    expect(pids.filter(isAlive)).toEqual([])
    expect(readdirSync(join(path, '..'))).toEqual(['incidents.db'])
    expect(await withStorage(path, findProblems)).toEqual([])
  })

  test('finish requests in flight after SIGTERM', async () => {
    const server = await serve(await seededPath(), { SHUTDOWN_DELAY: '1000' })
    await waitForBothWorkers(server)
    server.process.kill('SIGTERM')
    await waitUntil(async () => (await get(`${server.origin}/readyz`)).status === 503)
    expect((await get(`${server.origin}/v1/incidents`)).text).toContain('shutting_down')
    expect(await server.ended).toMatchObject({ code: 0 })
  })

  test('exit when the primary process is killed', async () => {
    const server = await serve(await seededPath())
    const pids = await waitForBothWorkers(server)
    server.process.kill('SIGKILL')
    await waitUntil(() => pids.every((pid) => !isAlive(pid)))
  })
})

describe.concurrent('workers that cannot be kept running', () => {
  test('end the service with one line if they keep exiting', async () => {
    const path = await seededPath()
    const server = await serve(path)
    for (let killed = 0; killed < 6; killed += 1) {
      // The remaining worker keeps the port that the system chose.
      const [pid = 0] = await waitForBothWorkers(server)
      process.kill(pid, 'SIGKILL')
      await waitUntil(() => readLog(server).filter(({ msg }) => msg === 'A process ended').length > killed)
    }
    const { code, stderr } = await server.ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/^incidents: 6 processes ended within a minute, the last with SIGKILL[^\n]*\n$/)
    await waitUntil(() => ![...findRespondingWorkers(server)].some(isAlive))
  })

  test('report a taken port in one line', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const path = newPath()
    const env = { DATABASE_URL: `sqlite:${path}`, PROCESSES: '2', PORT: String(port), LOG_LEVEL: 'silent' }
    expectOneLine(await runIncidents(['serve'], { env }), /port \d+ is taken: set PORT to another one/)
    await new Promise((resolve) => other.close(resolve))
  })

  test.each(['0', 'all', '-1', '1.5', '100'])('are not started for PROCESSES=%s', async (PROCESSES) => {
    const env = { DATABASE_URL: `sqlite:${newPath()}`, PROCESSES }
    expectOneLine(await runIncidents(['serve'], { env }), /PROCESSES must/)
  })
})
