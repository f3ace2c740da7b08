import { get, type IncomingMessage } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerProblems } from '../../../src/http/errors/problems.ts'
import { StreamLimiter } from '../../../src/http/server/stream-limiter.ts'

/** More than the buffers of a connection hold. */
const CHUNKS = 300
const CHUNK = Buffer.alloc(100_000, 'x')

const limiter = new StreamLimiter(
  { total: 3, perClient: 2 },
  { bytes: 100_000, windowMs: 2000, intervalMs: 100 },
)
const app = Fastify()
let origin: string

async function* writeChunks() {
  for (let written = 0; written < CHUNKS; written += 1) yield CHUNK
}

async function* writeSlowly() {
  yield 'first'
  await setTimeout(3000)
  yield 'last'
}

beforeAll(async () => {
  registerProblems(app)
  app.get('/large', (request, reply) => limiter.send(request, reply, writeChunks()))
  app.get('/slow', (request, reply) => limiter.send(request, reply, writeSlowly()))
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => app.close())

function request(path: string, client = 1): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${origin}${path}`, { agent: false, localAddress: `127.0.0.${client}` }, resolve).on('error', reject)
  })
}

/** Reads a body with a pause after each part; returns its length, or null when it was cut off. */
function read(response: IncomingMessage, pauseMs: number): Promise<number | null> {
  return new Promise((resolve) => {
    let length = 0
    response.on('data', (part) => {
      length += part.length
      response.pause()
      setTimeout(pauseMs).then(() => response.resume())
    })
    response.on('end', () => resolve(length))
    response.on('error', () => resolve(null))
  })
}

describe('a streamed response', () => {
  test('is aborted when its client does not read, and makes room for others', async () => {
    const stalled = await Promise.all([request('/large'), request('/large')])
    expect((await request('/large')).statusCode).toBe(503)
    await expect.poll(() => limiter.open, { timeout: 10_000 }).toBe(0)
    for (const response of stalled) expect(await read(response, 0)).toBeNull()
    expect(await read(await request('/large'), 0)).toBe(CHUNKS * CHUNK.length)
  })

  test('goes on for a client that reads slowly, but fast enough', async () => {
    expect(await read(await request('/large'), 5)).toBe(CHUNKS * CHUNK.length)
  })

  test('goes on while the server itself has nothing to send', async () => {
    expect(await read(await request('/slow'), 0)).toBe('firstlast'.length)
  })

  test('is rejected beyond the limits of all clients and of each', async () => {
    const open = [await request('/large', 2), await request('/large', 2), await request('/large', 3)]
    for (const [client, cause] of [
      [2, /2 exports of this client are running/],
      [4, /3 exports are running/],
    ] as const) {
      const rejected = await request('/large', client)
      expect(rejected.headers['retry-after']).toBe('10')
      expect(JSON.parse(String((await rejected.toArray())[0])).detail).toMatch(cause)
    }
    for (const response of open) response.destroy()
    await expect.poll(() => limiter.open).toBe(0)
  })

  test('of HEAD has no body and takes no room', async () => {
    for (let times = 0; times < 5; times += 1)
      expect((await app.inject({ method: 'HEAD', url: '/large' })).statusCode).toBe(200)
    expect(limiter.open).toBe(0)
  })
})
