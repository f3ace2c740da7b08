import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { expectUnnoticed, observe } from '../../support/drill.ts'
import { type Server, setUpServers } from '../../support/process.ts'

const { serve, seededPath } = setUpServers()

/** Enough for the other client, which requests a record every ten milliseconds. */
const LIMIT = 2000

/** Requests a path from one of the machine's own addresses, each of which is another client. */
async function request(
  { origin }: Server,
  path: string,
  client: number,
  method = 'GET',
): Promise<{ status: number; remaining: number }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { agent: false, localAddress: `127.0.0.${client}`, method }
    get(`${origin}${path}`, options, resolve).on('error', reject)
  })
  await text(response)
  return {
    status: response.statusCode ?? 0,
    remaining: Number(response.headers['ratelimit-remaining']),
  }
}

/** Sends requests of one client, some at a time, and returns what was not rejected by the rate limit. */
async function flood(
  server: Server,
  count: number,
  [path, method]: readonly [string, string?],
): Promise<number> {
  let served = 0
  let sent = 0
  const sendInTurn = async () => {
    while (sent < count) {
      sent += 1
      const { status } = await request(server, path, 2, method)
      if (status !== 429) served += 1
    }
  }
  await Promise.all(Array.from({ length: 8 }, sendInTurn))
  return served
}

test.each<[what: string, cost: number, request: readonly [path: string, method?: string]]>([
  ['unknown paths', 1, ['/nothing']],
  ['OPTIONS', 1, ['/v1/incidents', 'OPTIONS']],
  ['URLs that cannot be decoded', 1, ['/v1/incidents/%zz']],
  ['exports', 10, ['/v1/incidents?format=ndjson']],
])('a client that floods the service with %s uses up its own limit only', async (what, cost, flooding) => {
  const server = await serve(await seededPath(), {
    RATE_LIMIT: String(LIMIT),
    EXPORTS: '100',
    EXPORTS_PER_CLIENT: '100',
  })
  const observed = await observe(`a flood of ${what}`, server, async () => {
    expect(await flood(server, LIMIT / cost + 500, flooding)).toBe(LIMIT / cost)
    const other = await request(server, '/v1/incidents', 3)
    expect(other).toEqual({ status: 200, remaining: LIMIT - 1 })
  })
  expectUnnoticed(observed)
  expect((await request(server, '/livez', 2)).status).toBe(200)
})

test('several processes charge one client together for what its requests cost', async () => {
  const server = await serve(await seededPath(), { RATE_LIMIT: '100', PROCESSES: '2' })
  let served = 0
  for (let sent = 0; sent < 25; sent += 1) {
    if ((await request(server, '/v1/incidents?format=csv', 2)).status === 200) served += 1
    // Longer than a process takes to report what it counted.
    await setTimeout(250)
  }
  // Ten in a minute; another one may begin meanwhile.
  expect(served).toBeGreaterThanOrEqual(10)
  expect(served).toBeLessThanOrEqual(20)
})
