import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { Agent, get, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { expectUnnoticed, listChildren, observe } from '../../support/drill.ts'
import { type Server, setUpServers } from '../../support/process.ts'

const { serve, seededPath } = setUpServers({ RATE_LIMIT: 'off' })

/** As few as a start with some reserve needs: Node.js opens many modules at a time. */
const MAX_DESCRIPTORS = 256
const FLOOD = 400
/** One of each kind: what is in the main connection, in threads, in files, and loaded at first use. */
const PATHS = [
  '/livez',
  '/readyz',
  '/metrics',
  '/openapi.json',
  '/docs/static/swagger-ui.css',
  '/v1/incidents/seed:samarra-2017-01-02',
  '/v1/incidents/seed:samarra-2017-01-02?expand=provenance',
  '/v1/incidents?format=csv',
  '/v1/incidents?format=parquet',
  '/v1/stats?group_by=city',
  '/v1/facets',
  '/v1/places?q=bagh',
]

/** Requests a path from one of the machine's own addresses, each of which is another client. */
async function request(
  { origin }: Server,
  path: string,
  { client = 3, agent }: { client?: number; agent?: Agent } = {},
): Promise<{ status: number; retryAfter: number }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { agent: agent ?? false, localAddress: `127.0.0.${client}` }
    get(`${origin}${path}`, options, resolve).on('error', reject)
  })
  await text(response)
  return { status: response.statusCode ?? 0, retryAfter: Number(response.headers['retry-after'] ?? 0) }
}

interface IdleConnection {
  socket: Socket
  response: string
}

/** Opens connections that send nothing; each keeps what it receives. */
async function openConnections({ origin }: Server, count: number, client: number): Promise<IdleConnection[]> {
  const { hostname, port } = new URL(origin)
  const connections = Array.from({ length: count }, () => {
    const socket = connect({ port: Number(port), host: hostname, localAddress: `127.0.0.${client}` })
    const connection = { socket, response: '' }
    socket.setEncoding('latin1').on('data', (part) => {
      connection.response += part
    })
    socket.on('error', () => {})
    return connection
  })
  await setTimeout(1500)
  return connections.filter(({ socket }) => !socket.destroyed)
}

/** Reads the time that a process and its children have computed, in seconds. */
function readCpuSeconds(pid: number): number {
  let ticks = 0
  for (const each of [pid, ...listChildren(pid)]) {
    const fields = readFileSync(`/proc/${each}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks / 100
}

describe.each([1, 2])('%i processes that may open 256 files', (processes) => {
  test(`respond while a client opens ${FLOOD} connections, and afterwards`, async () => {
    const server = await serve(
      await seededPath(),
      { PROCESSES: String(processes), EXPORTS_PER_CLIENT: '8' },
      { maxDescriptors: MAX_DESCRIPTORS },
    )
    const { pid = 0 } = server.process
    let open: IdleConnection[] = []
    const observed = await observe(`${FLOOD} connections, ${processes} processes`, server, async () => {
      open = await openConnections(server, FLOOD, 2)
      const cpu = readCpuSeconds(pid)
      await setTimeout(1000)
      expect(readCpuSeconds(pid) - cpu, 'seconds of computing within one').toBeLessThan(0.7)
    })
    expectUnnoticed(observed)
    expect(open.length).toBeGreaterThan(10)
    expect(open.length).toBeLessThan(MAX_DESCRIPTORS)
    // Most of it is loaded only now.
    for (const path of PATHS)
      expect([path, await request(server, path)]).toMatchObject([path, { status: 200 }])
    for (const [index, { socket }] of open.entries())
      socket.write(`GET ${PATHS[index % PATHS.length]} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await setTimeout(1500)
    const statuses = open.map(({ response }) => /^HTTP\/1\.1 (200|503)/.exec(response)?.[1])
    expect(statuses).not.toContain(undefined)
    expect(statuses).toContain('200')
    for (const { response } of open.filter((_, index) => statuses[index] === '503')) {
      expect(response).toMatch(/^retry-after: \d+\r$/m)
      expect(response).toContain('"code":"overloaded"')
    }
    for (const { socket } of open) socket.destroy()
    await setTimeout(500)
    expect(server.process.exitCode).toBeNull()
    for (const path of PATHS)
      expect([path, await request(server, path, { client: 2 })]).toMatchObject([path, { status: 200 }])
    expect(server.output.stdout).toContain('the most that the limit of open files (ulimit -n) permits')
  })
})

/** Finds the number that the next file of a process would get. */
function findFreeDescriptor(pid: number): number {
  const taken = new Set(readdirSync(`/proc/${pid}/fd`).map(Number))
  let free = 0
  while (taken.has(free)) free += 1
  return free
}

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0

test.skipIf(!hasPrlimit)(
  'without a descriptor responds with 503, and with 200 as soon as there is one',
  async () => {
    const server = await serve(await seededPath(), {}, { maxDescriptors: MAX_DESCRIPTORS })
    const { pid = 0 } = server.process
    const setLimit = (files: number) =>
      expect(spawnSync('prlimit', [`--pid=${pid}`, `--nofile=${files}:`]).status).toBe(0)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    await request(server, '/livez', { agent })
    // Its metrics are loaded then: a module that Node.js could not open, it never opens again.
    await setTimeout(300)
    setLimit(findFreeDescriptor(pid))
    // Longer than anything that looks at the process or the database at an interval.
    await setTimeout(2500)
    const needing = ['/openapi.json', '/docs/static/swagger-ui.css', '/v1/facets', '/v1/incidents?format=csv']
    for (const path of needing)
      expect([path, await request(server, path, { agent })]).toEqual([path, { status: 503, retryAfter: 5 }])
    expect(await request(server, '/livez', { agent })).toMatchObject({ status: 200 })
    expect(server.process.exitCode).toBeNull()
    setLimit(MAX_DESCRIPTORS)
    for (const path of [...needing, '/readyz', '/metrics', '/v1/incidents'])
      expect([path, await request(server, path, { agent })]).toMatchObject([path, { status: 200 }])
    agent.destroy()
  },
)
