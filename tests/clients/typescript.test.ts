import { once } from 'node:events'
import { copyFileSync, readFileSync } from 'node:fs'
import { createServer, type Server as HttpServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  type ClientOptions,
  ConflictIncidents,
  ProblemError,
  TransferError,
} from '../../clients/typescript/src/index.ts'
import { CLIENT_TYPES, generateClientTypes } from '../../scripts/generate-client-types.ts'
import { readSeed } from '../../src/seed/seed.ts'
import { createUcdpDatabase } from '../support/database.ts'
import { type Server, setUpServers } from '../support/process.ts'
import { type Service, startService } from '../support/service.ts'

const SAMARRA = 'seed:samarra-2017-01-02'

/** Creates a client that notes the statuses of its responses. */
function createClient(baseUrl: string, options: Partial<ClientOptions> = {}) {
  const statuses: number[] = []
  const client = new ConflictIncidents({
    baseUrl,
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      statuses.push(response.status)
      return response
    },
    ...options,
  })
  return { client, statuses }
}

/** Collects what is iterated, and the error that ends it. */
async function collect<T>(records: AsyncIterable<T>): Promise<{ records: T[]; error?: unknown }> {
  const collected: T[] = []
  try {
    for await (const record of records) collected.push(record)
  } catch (error) {
    return { records: collected, error }
  }
  return { records: collected }
}

const catchError = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error) => error,
  )

test('its types are what the OpenAPI document gives', async () => {
  const isCurrent = readFileSync(CLIENT_TYPES, 'utf8') === (await generateClientTypes())
  expect(isCurrent, 'out of date: run `npm run client:types`, look at what changed, and commit it').toBe(true)
})

describe('with the seed', () => {
  let service: Service
  let client: ConflictIncidents
  beforeAll(async () => {
    service = await startService()
    client = new ConflictIncidents({ baseUrl: `${service.origin}/` })
  })
  afterAll(() => service.close())

  test('gets one record', async () => {
    const incident = await client.get('/v1/incidents/{id}', { path: { id: SAMARRA } })
    expect(incident.claims.map(({ low }) => low)).toEqual([7, 6, null, null, null])
  })

  test('gets the parts of records that are selected', async () => {
    const query = { city: ['Samarra'], fields: ['id', 'place.name'], total: 'exact' } as const
    const { data, page } = await client.get('/v1/incidents', { query })
    expect(data).toEqual([{ id: SAMARRA, place: { name: 'Samarra' } }])
    expect(page.total).toBe(1)
  })

  test.each<[what: string, country: string[], records: number]>([
    ['one', ['IQ'], 3],
    ['several', ['SY', 'IQ'], 3],
    ['with commas', ['Congo, Democratic Republic of the', 'Korea, Republic of'], 0],
    ['with spaces around it', [' IQ '], 3],
  ])('sends items of lists whole: %s', async (_what, country, records) => {
    const { data, hints } = await client.get('/v1/incidents', { query: { country } })
    expect(data).toHaveLength(records)
    expect(hints).toEqual([])
  })

  test('sends values as they are', async () => {
    for (const q of ['100% & more = "a, b" + #1?', 'سامراء']) {
      const { links } = await client.get('/v1/incidents', { query: { q } })
      expect(new URL(links.self, service.origin).searchParams.get('q')).toBe(q)
    }
  })

  test.each<[string, () => Promise<unknown>, Partial<ProblemError>]>([
    [
      'an empty list',
      () => client.get('/v1/incidents', { query: { country: [] } }),
      { status: 400, code: 'invalid_parameter' },
    ],
    [
      'an unknown value',
      () => client.get('/v1/incidents', { query: { country: ['Irak', 'Iraqi'] } }),
      { errors: [expect.objectContaining({ parameter: 'country', suggestion: expect.any(String) })] },
    ],
    [
      'an unknown record',
      () => client.get('/v1/tolls/{id}', { path: { id: '100%/../?#' } }),
      { status: 404, code: 'record_not_found' },
    ],
    [
      'an unknown cursor',
      () => client.get('/v1/places', { query: { cursor: 'x' } }),
      { status: 400, code: 'invalid_cursor' },
    ],
    [
      'an unknown parameter of a stream',
      // @ts-expect-error
      () => client.stream('/v1/incidents', { query: { citty: ['Samarra'] } }),
      {
        status: 400,
        code: 'unknown_parameter',
        title: 'A parameter is not known',
        detail: 'citty is not known here; did you mean city?',
        message: '400 unknown_parameter: citty is not known here; did you mean city?',
        errors: [{ parameter: 'citty', reason: 'is not known here', suggestion: 'city' }],
      },
    ],
  ])('throws a problem for %s', async (_what, request, expected) => {
    const error = await catchError(request())
    expect(error).toBeInstanceOf(ProblemError)
    expect(error).toMatchObject({ ...expected, requestId: expect.stringMatching(/^[\da-f-]{36}$/) })
  })

  test('gives the hints and notes of responses in every format', async () => {
    const query = { city: ['Bagdad'] }
    const hint = expect.objectContaining({ parameter: 'city', suggestions: ['Baghdad'] })
    expect((await client.get('/v1/incidents', { query })).hints).toEqual([hint])
    const stream = await client.stream('/v1/incidents', { query })
    expect(stream.hints).toEqual([hint])
    expect(await collect(stream)).toEqual({ records: [] })
    expect((await client.download('/v1/incidents', 'csv', { query })).hints).toEqual([hint])
    const period = { date_from: '2017-01-01', date_to: '2017-01-01' }
    const sums = await client.stream('/v1/stats', { query: period })
    const page = await client.get('/v1/stats', { query: period })
    expect(sums.notes).toEqual(page.notes)
    expect(await collect(sums)).toEqual({ records: page.data })
  })

  test('downloads files', async () => {
    const { response } = await client.download('/v1/incidents', 'parquet', { query: { city: ['Samarra'] } })
    const bytes = Buffer.from(await response.arrayBuffer())
    expect([bytes.subarray(0, 4), bytes.subarray(-4)].map(String)).toEqual(['PAR1', 'PAR1'])
    const csv = await client.download('/v1/incidents', 'csv', { query: { fields: ['id'], sort: 'date' } })
    expect((await csv.response.text()).split('\r\n')).toContain(SAMARRA)
    const path = { id: 'seed' }
    const { response: citation } = await client.download('/v1/datasets/{id}/citation', 'bibtex', { path })
    expect(await citation.text()).toMatch(/^@misc\{/)
  })

  test.each([
    'ftp://example.org',
    'https://user:secret@example.org',
    'https://example.org/?key=1',
    'example.org',
  ])('rejects the base URL %s', (baseUrl) => {
    expect(() => new ConflictIncidents({ baseUrl })).toThrow(TypeError)
  })

  test('needs the values of a path', async () => {
    const { data } = await client.get('/v1/actors')
    expect(data.length).toBeGreaterThan(0)
    const error = await catchError(client.get('/v1/actors/{id}', { path: { id: '' } }))
    expect(error).toMatchObject({ message: '/v1/actors/{id} needs a value for id' })
  })
})

test('finds a service below a base path, and its pages', async () => {
  const service = await startService({ config: { BASE_PATH: '/conflict' } })
  onTestFinished(() => service.close())
  const client = new ConflictIncidents({ baseUrl: `${service.origin}/conflict/` })
  const { records } = await collect(client.items('/v1/incidents', { query: { limit: 1 } }))
  expect(records).toHaveLength(3)
})

describe('the cache of responses', () => {
  test('validates what it has, and gets what has changed', async () => {
    const seed = readSeed()
    const service = await startService({ batch: seed })
    onTestFinished(() => service.close())
    const { client, statuses } = createClient(service.origin)
    const readTitles = async () => {
      const { data } = await client.get('/v1/incidents', { query: { sort: 'date' } })
      // What a caller does with a response does not change those of others.
      return data.splice(0).map(({ title }) => title)
    }
    const titles = seed.incidents.map(({ record }) => record.title)
    expect((await readTitles()).sort()).toEqual([...titles].sort())
    expect((await readTitles()).sort()).toEqual([...titles].sort())
    expect(statuses).toEqual([200, 304])
    const incidents = seed.incidents.map((one) => ({ ...one, record: { ...one.record, title: 'New' } }))
    await service.storage.load({ ...seed, incidents })
    expect(await readTitles()).toEqual(titles.map(() => 'New'))
    expect(statuses).toEqual([200, 304, 200])
  })

  test.each<[what: string, options: ClientOptions['cache'], repeated: number]>([
    ['keeps several', {}, 304],
    ['keeps no more than its number of entries', { maxEntries: 1 }, 200],
    ['keeps no more than its bytes', { maxBytes: 10_000 }, 200],
    ['is left out', false, 200],
  ])('%s', async (_what, cache, repeated) => {
    const service = await startService()
    onTestFinished(() => service.close())
    const { client, statuses } = createClient(service.origin, { ...(cache !== undefined && { cache }) })
    for (const city of ['Samarra', 'Baghdad', 'Samarra'])
      await client.get('/v1/incidents', { query: { city: [city] } })
    expect(statuses).toEqual([200, 200, repeated])
  })
})

describe('with the records of UCDP GED of Iraq', () => {
  const servers = setUpServers()
  let server: Server
  beforeAll(async () => {
    const path = servers.newPath()
    copyFileSync(await createUcdpDatabase('iraq'), path)
    server = await servers.serve(path)
  })

  test('iterates pages, records and a stream, which are the same', async () => {
    const { client } = createClient(server.origin)
    const query = { sort: 'date' } as const
    const pages = await collect(client.pages('/v1/incidents', { query: { ...query, limit: 1000 } }))
    const { records } = await collect(client.items('/v1/incidents', { query: { ...query, limit: 777 } }))
    const streamed = await collect(await client.stream('/v1/incidents', { query }))
    expect(pages.records.length).toBeGreaterThan(2)
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length)
    expect(records).toEqual(streamed.records)
    expect(records).toEqual(pages.records.flatMap(({ data }) => data))
    const total = await client.get('/v1/incidents', { query: { limit: 1, total: 'exact' } })
    expect(records).toHaveLength(total.page.total ?? 0)
  })

  test('requests no page before it is wanted, and continues at a cursor', async () => {
    const { client, statuses } = createClient(server.origin)
    const query = { limit: 10, sort: 'date' } as const
    const first = []
    for await (const { id } of client.items('/v1/incidents', { query })) if (first.push(id) === 15) break
    expect(statuses).toEqual([200, 200])
    const { page } = await client.get('/v1/incidents', { query })
    const rest = client.items('/v1/incidents', {
      query: { ...query, ...(page.next && { cursor: page.next }) },
    })
    expect((await rest.next()).value?.id).toBe(first[10])
  })

  test('ends a stream that is not read to its end', async () => {
    const { client } = createClient(server.origin, { retries: 0 })
    // Of one client two exports may run at a time.
    for (let index = 0; index < 4; index += 1)
      for await (const { id } of await client.stream('/v1/incidents')) {
        expect(id).toMatch(/^ucdp-ged:/)
        break
      }
  })
})

const peers: HttpServer[] = []
afterAll(() => {
  for (const peer of peers) {
    peer.closeAllConnections()
    peer.close()
  }
})

/** Starts a server that responds to its requests in order, to the later ones as to the last. */
async function startPeer(...responses: RequestListener[]) {
  const requests: { time: number; headers: NodeJS.Dict<string | string[]> }[] = []
  const server = createServer((request, response) => {
    requests.push({ time: performance.now(), headers: request.headers })
    responses[Math.min(requests.length, responses.length) - 1]?.(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  peers.push(server)
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

const respond =
  (status: number, headers: Record<string, string> = {}, body = ''): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body)
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const NDJSON_TYPE = { 'content-type': 'application/x-ndjson' }
const health = respond(200, JSON_TYPE, '{"status":"ok"}')
/** Sends part of a response, and resets the connection. */
const breakOff =
  (type: Record<string, string>, part: string): RequestListener =>
  async (_, response) => {
    response.writeHead(200, type).write(part)
    await setTimeout(50)
    response.socket?.resetAndDestroy()
  }

describe.concurrent('a request is repeated', () => {
  const inOneSecond = () => ({ 'retry-after': new Date(Date.now() + 2000).toUTCString() })
  test.each<[what: string, first: RequestListener, minWaitMs: number]>([
    ['after 503, when Retry-After says', respond(503, { 'retry-after': '1' }), 990],
    ['after 429, at the date of Retry-After', (_, to) => to.writeHead(429, inOneSecond()).end(), 990],
    ['after 502 of a proxy', respond(502, { 'content-type': 'text/html' }, '<h1>Bad</h1>'), 240],
    ['after 504, with a Retry-After that is none', respond(504, { 'retry-after': 'soon' }), 240],
    ['after a connection that was reset', ({ socket }) => socket.resetAndDestroy(), 240],
    ['after a transfer that broke off', breakOff(JSON_TYPE, '{"status":'), 240],
    ['after JSON that is cut', respond(200, JSON_TYPE, '{"status":'), 240],
  ])('%s', async (_what, first, minWaitMs) => {
    const { baseUrl, requests } = await startPeer(first, health)
    expect(await new ConflictIncidents({ baseUrl }).get('/livez')).toEqual({ status: 'ok' })
    expect(requests).toHaveLength(2)
    expect((requests[1]?.time ?? 0) - (requests[0]?.time ?? 0)).toBeGreaterThan(minWaitMs)
  })

  test('several times, at once if Retry-After is 0, also for a stream', async () => {
    const retry = respond(503, { 'retry-after': '0' })
    const line = respond(200, NDJSON_TYPE, '{"id":"a"}\n')
    const { baseUrl, requests } = await startPeer(retry, retry, retry, retry, line)
    const client = new ConflictIncidents({ baseUrl, userAgent: 'tests' })
    const start = performance.now()
    expect(await collect(await client.stream('/v1/incidents'))).toEqual({ records: [{ id: 'a' }] })
    // Less than the waits without the header: at least 0.25, 0.5, 1 and 2 seconds.
    expect(performance.now() - start).toBeLessThan(3700)
    expect(requests.map(({ headers }) => headers['user-agent'])).toEqual(Array(5).fill('tests'))
  })
})

describe.concurrent('a request is not repeated', () => {
  const unavailable = respond(503, { 'retry-after': '0' })
  test.each<[string, RequestListener, Partial<ClientOptions>, number]>([
    ['more often than it may be', unavailable, { retries: 2 }, 3],
    ['if it may not be', unavailable, { retries: 0 }, 1],
    ['after a longer wait than it may take', respond(429, { 'retry-after': '91' }), {}, 1],
    ['after a longer wait than is set', respond(429, { 'retry-after': '1' }), { maxWaitMs: 900 }, 1],
    ['after an error of the request', respond(400), {}, 1],
    ['after an error of the service', respond(500), {}, 1],
    ['if something else responds', respond(200, { 'content-type': 'text/html' }, '<h1>Log in</h1>'), {}, 1],
  ])('%s', async (_what, response, options, attempts) => {
    const { baseUrl, requests } = await startPeer(response)
    const error = await catchError(new ConflictIncidents({ baseUrl, ...options }).get('/livez'))
    expect(requests).toHaveLength(attempts)
    expect([ProblemError, TransferError]).toContain((error as Error).constructor)
  })

  test('by a client that has used up the rate limit, unless it can wait', async () => {
    const service = await startService({ config: { RATE_LIMIT: 2 } })
    const { client, statuses } = createClient(service.origin, { maxWaitMs: 0 })
    await client.get('/v1/incidents')
    await client.get('/v1/places')
    const error = await catchError(client.get('/v1/sources'))
    expect(error).toMatchObject({ status: 429, code: 'rate_limited' })
    const { retryAfterMs } = error as ProblemError
    expect(retryAfterMs).toBeGreaterThan(0)
    expect(retryAfterMs).toBeLessThanOrEqual(60_000)
    expect(statuses).toEqual([200, 200, 429])
    await service.close()
  })

  test.each<[string, () => AbortSignal, unknown]>([
    ['time-out', () => AbortSignal.timeout(100), expect.objectContaining({ name: 'TimeoutError' })],
    ['abort', () => AbortSignal.abort('stopped'), 'stopped'],
  ])('after an %s', async (_what, createSignal, reason) => {
    const { baseUrl, requests } = await startPeer(respond(503, { 'retry-after': '5' }))
    const client = new ConflictIncidents({ baseUrl })
    const start = performance.now()
    expect(await catchError(client.get('/livez', { signal: createSignal() }))).toEqual(reason)
    expect(performance.now() - start).toBeLessThan(3000)
    expect(requests.length).toBeLessThan(2)
  })

  test('and the error says what happened', async () => {
    const { baseUrl } = await startPeer(({ socket }) => socket.resetAndDestroy())
    const error = await catchError(new ConflictIncidents({ baseUrl, retries: 0 }).get('/livez'))
    expect(error).toBeInstanceOf(TransferError)
    expect((error as Error).message).toBe(`${baseUrl}/livez could not be read: read ECONNRESET`)
    const html = await startPeer(respond(404, { 'content-type': 'text/html' }, '<h1>Not here</h1>'))
    const problem = await catchError(new ConflictIncidents({ baseUrl: html.baseUrl }).get('/livez'))
    expect(problem).toMatchObject({
      status: 404,
      code: null,
      message: expect.stringContaining('404 Not Found'),
    })
  })
})

describe.concurrent('a stream', () => {
  const lines = '{"id":"a"}\n{"id":"b"}\n'
  test.each<[string, RequestListener, complete: number]>([
    ['broken off between records', breakOff(NDJSON_TYPE, lines), 0],
    ['broken off within a record', breakOff(NDJSON_TYPE, `${lines}{"id":`), 0],
    ['cut within a record', respond(200, NDJSON_TYPE, `${lines}{"id":"c"}`), 2],
    ['with a line that is no record', respond(200, NDJSON_TYPE, `${lines}<h1>Error</h1>\n`), 2],
    [
      'with bytes that are no text',
      (_, to) => to.writeHead(200, NDJSON_TYPE).end(Buffer.from(`${lines}"\xff"\n`, 'latin1')),
      0,
    ],
  ])('%s ends with an error, after the records that are complete', async (_what, response, complete) => {
    const { baseUrl } = await startPeer(response)
    const { records, error } = await collect(await new ConflictIncidents({ baseUrl }).stream('/v1/incidents'))
    expect(error).toBeInstanceOf(TransferError)
    // A reset may discard what has been received.
    expect(records.length).toBeGreaterThanOrEqual(complete)
    expect(records).toEqual([{ id: 'a' }, { id: 'b' }].slice(0, records.length))
  })

  test('joins characters and records that arrive in parts', async () => {
    const bytes = Buffer.from('{"id":"سامراء"}\n{"id":"b"}\n')
    const { baseUrl } = await startPeer(async (_, response) => {
      response.writeHead(200, NDJSON_TYPE)
      for (const byte of bytes) {
        response.write(Buffer.from([byte]))
        await setTimeout(1)
      }
      response.end()
    })
    const stream = await new ConflictIncidents({ baseUrl }).stream('/v1/incidents')
    expect(await collect(stream)).toEqual({ records: [{ id: 'سامراء' }, { id: 'b' }] })
  })

  test('can be aborted, with the reason of the signal', async () => {
    const { baseUrl } = await startPeer((_, response) => response.writeHead(200, NDJSON_TYPE).write(lines))
    const controller = new AbortController()
    const { signal } = controller
    const stream = await new ConflictIncidents({ baseUrl }).stream('/v1/incidents', { signal })
    const reason = new Error('enough')
    setTimeout(50).then(() => controller.abort(reason))
    const { error } = await collect(stream)
    expect(error).toBe(reason)
  })
})

test('its version is that of the service', () => {
  const root = join(import.meta.dirname, '../..')
  const [service, client] = ['package.json', 'clients/typescript/package.json'].map((path) =>
    JSON.parse(readFileSync(join(root, path), 'utf8')),
  )
  expect(client.version).toBe(service.version)
  expect(client.engines).toEqual(service.engines)
})
