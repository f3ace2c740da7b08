import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { createLargeDatabase, expectUnnoticed, observe } from '../../support/drill.ts'
import { type Server, setUpServers } from '../../support/process.ts'

const { serve } = setUpServers({ RATE_LIMIT: 'off' })
let server: Server

beforeAll(async () => {
  server = await serve(await createLargeDatabase())
}, 300_000)

/** A query over many records; another one for each number. */
const expensive = (number: number) => `/v1/facets?deaths_min=${number % 5}&injured_max=${1000 + number}`

/** Requests a URL from one of the machine's own addresses; each is another client. */
async function request(path: string, client: number): Promise<{ status: number; retryAfter: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${server.origin}${path}`, { agent: false, localAddress: `127.0.0.${client}` }, resolve).on(
      'error',
      reject,
    )
  })
  await text(response)
  return { status: response.statusCode ?? 0, retryAfter: String(response.headers['retry-after'] ?? '') }
}

/** Sends a request and goes away before its response. */
async function abandon(path: string): Promise<void> {
  const { hostname, port } = new URL(server.origin)
  const socket = connect({ port: Number(port), host: hostname, localAddress: '127.0.0.2' })
  socket.on('error', () => {})
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
  await setTimeout(20)
  socket.destroy()
}

test('requests that were abandoned hold up nobody', async () => {
  let waited = 0
  const observed = await observe('32 abandoned facets', server, async () => {
    for (let number = 0; number < 32; number += 1) await abandon(expensive(number))
    const began = performance.now()
    expect(await request(expensive(100), 3)).toMatchObject({ status: 200 })
    waited = performance.now() - began
  })
  expectUnnoticed(observed)
  const began = performance.now()
  expect(await request(expensive(101), 3)).toMatchObject({ status: 200 })
  const alone = performance.now() - began
  console.log(`sums of another client: ${Math.round(waited)} ms, alone ${Math.round(alone)} ms`)
  // One check of the query that is running, and its own time twice: first as one that might be short.
  expect(waited).toBeLessThan(3 * alone + 1000)
})

test('a client with many queries waits for itself; each gets an answer', async () => {
  const observed = await observe('40 facets of one client', server, async () => {
    const many = Array.from({ length: 40 }, (_, number) => request(expensive(200 + number), 2))
    await setTimeout(300)
    const began = performance.now()
    const other = await request('/v1/stats?group_by=country', 3)
    const waited = performance.now() - began
    expect(other.status).toBe(200)
    console.log(`a sum that is at hand for another client: ${Math.round(waited)} ms`)
    const outcomes = await Promise.all(many)
    for (const { status, retryAfter } of outcomes)
      if (status === 200) expect(retryAfter).toBe('')
      else expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '5' })
    expect(outcomes.filter(({ status }) => status === 200).length).toBeGreaterThan(10)
  })
  expectUnnoticed(observed)
}, 120_000)

test('equal queries of several clients run once', async () => {
  const began = performance.now()
  await request(expensive(300), 2)
  const alone = performance.now() - began
  const together = performance.now()
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, index) => request(expensive(301), 2 + index)),
  )
  expect(outcomes.map(({ status }) => status)).toEqual(Array(20).fill(200))
  // Twenty of them would take twenty times as long.
  expect(performance.now() - together).toBeLessThan(5 * alone + 500)
})
