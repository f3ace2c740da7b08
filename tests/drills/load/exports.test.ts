import { get, type IncomingMessage } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { createLargeDatabase, expectUnnoticed, observe } from '../../support/drill.ts'
import { type Server, setUpServers } from '../../support/process.ts'

const { serve } = setUpServers({ RATE_LIMIT: 'off' })
let server: Server

beforeAll(async () => {
  server = await serve(await createLargeDatabase())
}, 300_000)

/** Requests a URL from one of the machine's own addresses, 127.0.0.1 and so on: each is another client. */
function request(path: string, client: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${server.origin}${path}`, { agent: false, localAddress: `127.0.0.${client}` }, resolve).on(
      'error',
      reject,
    )
  })
}

/** Counts responses by status. */
function countStatuses(responses: readonly IncomingMessage[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { statusCode = 0 } of responses) counts[statusCode] = (counts[statusCode] ?? 0) + 1
  return counts
}

describe('300 clients that begin exports and hardly read', () => {
  test.each(['ndjson', 'csv', 'parquet'])('in %s get 8 at a time', async (format) => {
    const responses: IncomingMessage[] = []
    const observed = await observe(`300 slow readers of ${format}`, server, async () => {
      for (let begun = 0; begun < 300; begun += 30) {
        const more = Array.from({ length: 30 }, (_, index) =>
          request(`/v1/incidents?format=${format}`, 2 + index),
        )
        responses.push(...(await Promise.all(more)))
      }
      await setTimeout(2000)
    })
    const rejected = responses.filter(({ statusCode }) => statusCode === 503)
    expect(countStatuses(responses)).toEqual({ 200: 8, 503: 292 })
    for (const { headers } of rejected) expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    for (const response of responses) response.destroy()
    expectUnnoticed(observed)
    expect(observed.peak.memory - observed.before.memory, 'megabytes').toBeLessThan(400)
    await setTimeout(500)
    // Those that ended make room for others.
    const next = await request(`/v1/incidents?format=${format}`, 2)
    expect(next.statusCode).toBe(200)
    next.destroy()
    await setTimeout(200)
  })
})

test('one client gets 2 exports at a time, and others still theirs', async () => {
  const own = await Promise.all([2, 2, 2, 2].map((client) => request('/v1/incidents?format=csv', client)))
  expect(countStatuses(own)).toEqual({ 200: 2, 503: 2 })
  const other = await request('/v1/incidents?format=csv', 3)
  expect(other.statusCode).toBe(200)
  for (const response of [...own, other]) response.destroy()
})
