import { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { Sqlite } from '../../../src/storage/sqlite/database/better-sqlite3.ts'
import { buildBatch, sampleIncidents } from '../../support/records.ts'
import { type Service, startService } from '../../support/service.ts'

let service: Service
beforeAll(async () => {
  service = await startService({
    batch: buildBatch(sampleIncidents(200)),
    config: { RESPONSE_CACHE: 0, RATE_LIMIT: 1000 },
  })
  // What is read once for each state of the data, and for each header of a file.
  for (const path of ['/v1/incidents?limit=1', '/v1/incidents/seed:made-1']) await request(path)
})
afterEach(() => vi.restoreAllMocks())
afterAll(() => service.close())

async function request(path: string, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(`${service.origin}${path}`, {
    headers: { 'accept-encoding': 'identity', ...headers },
  })
  await response.arrayBuffer()
  return response
}

/** The prototype of prepared statements, which better-sqlite3 does not export. */
function findStatementPrototype(): { get(): unknown; all(): unknown; iterate(): unknown; run(): unknown } {
  const database = new Sqlite(':memory:')
  const prototype = Object.getPrototypeOf(database.prepare('SELECT 1'))
  database.close()
  return prototype
}

/** Counts the statements that SQLite executes in this thread, and the calls by which headers are set and written. */
async function countCalls(send: () => Promise<unknown>) {
  const prototype = findStatementPrototype()
  const statements = (['get', 'all', 'iterate', 'run'] as const).map((name) => vi.spyOn(prototype, name))
  const heads = vi.spyOn(ServerResponse.prototype, 'writeHead')
  const headers = (['setHeader', 'appendHeader', 'removeHeader'] as const).map((name) =>
    vi.spyOn(ServerResponse.prototype, name),
  )
  await send()
  const sum = (spies: readonly { mock: { calls: unknown[] } }[]) =>
    spies.reduce((total, { mock }) => total + mock.calls.length, 0)
  const count = { statements: sum(statements), heads: sum([heads]), headers: sum(headers) }
  vi.restoreAllMocks()
  return count
}

describe('a request takes few statements, and its head is written at once', () => {
  test.each([
    ['a page under a new URL', '/v1/incidents?place=iso3166:IQ&limit=20', 'once', 3],
    ['a page under a new URL with a name', '/v1/incidents?country=Iraq&limit=20', 'once', 6],
    ['a page under a known URL', '/v1/incidents?country=Iraq&limit=21', 'again', 2],
    ['a page in another order', '/v1/incidents?country=Iraq&sort=-deaths&limit=22', 'again', 4],
    ['a record by id, and its sources', '/v1/incidents/seed:made-7', 'again', 3],
    ['a place by id', '/v1/places/iso3166:IQ', 'again', 2],
  ])('%s', async (_, path, time, statements) => {
    if (time === 'again') await request(path)
    expect(await countCalls(() => request(path))).toEqual({ statements, heads: 1, headers: 0 })
  })

  test('304, which reads nothing but the state of the data', async () => {
    const path = '/v1/incidents?country=Iraq&limit=23'
    const etag = (await request(path)).headers.get('etag') ?? ''
    const count = await countCalls(async () =>
      expect((await request(path, { 'if-none-match': etag })).status).toBe(304),
    )
    expect(count).toEqual({ statements: 1, heads: 1, headers: 0 })
  })

  test('a change of the data is seen by requests that are known', async () => {
    const path = '/v1/incidents?country=Iraq&limit=24'
    const before = await request(path)
    await service.storage.load(buildBatch(sampleIncidents(210, 2)))
    const after = await fetch(`${service.origin}${path}`)
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'))
    const [first] = ((await after.json()) as { data: { id: string }[] }).data
    const record = await (await fetch(`${service.origin}/v1/incidents/${first?.id}`)).json()
    expect(record).toMatchObject({ id: first?.id })
  })
})
