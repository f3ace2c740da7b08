import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import type { Config } from '../../../src/config.ts'
import { type Service, startService } from '../../support/service.ts'

const HEALTH = ['/livez', '/readyz', '/metrics']

async function withLimit(config: Partial<Config>, work: (limited: Service) => Promise<void>): Promise<void> {
  const limited = await startService({ config })
  try {
    await work(limited)
  } finally {
    await limited.close()
  }
}

/** Sends a request as it is written, which fetch would correct; returns the response. */
function sendRaw({ origin }: Service, head: string): Promise<string> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.write(`${head}\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`)
  return text(socket)
}

/** The status of a response, and the units that the client has left. */
function readRemaining(response: string): { status: number; remaining: number } {
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(response) ?? []
  const [, remaining] = /^ratelimit-remaining: (\d+)/im.exec(response) ?? []
  return { status: Number(status), remaining: Number(remaining) }
}

describe.concurrent('the rate limit', () => {
  test('responds with 429 and Retry-After to too many requests of one client, for any path', () =>
    withLimit({ RATE_LIMIT: 3 }, async ({ origin }) => {
      for (const [index, path] of ['/v1/incidents', '/v1/incidents?no=such', '/'].entries()) {
        const response = await fetch(`${origin}${path}`)
        expect(response.status).not.toBe(429)
        expect(response.headers.get('ratelimit-limit')).toBe('3')
        expect(response.headers.get('ratelimit-remaining')).toBe(String(2 - index))
      }
      for (const path of ['/v1/incidents', '/v1/places?q=x', '/v1/tolls/unknown', '/', '/openapi.json']) {
        const response = await fetch(`${origin}${path}`)
        expect(response.status, path).toBe(429)
        const wait = Number(response.headers.get('retry-after'))
        expect(wait).toBeGreaterThan(0)
        expect(wait).toBeLessThanOrEqual(60)
        expect(response.headers.get('ratelimit-reset')).toBe(String(wait))
        expect(response.headers.get('ratelimit-remaining')).toBe('0')
        expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
        expect(response.headers.get('access-control-allow-origin')).toBe('*')
        expect(response.headers.get('cache-control')).toBe('no-store')
        const problem = (await response.json()) as { detail: string }
        expect(problem).toMatchObject({ code: 'rate_limited', status: 429 })
        expect(problem.detail).toBe(
          `A client may use 3 units a minute. All of them are used. Wait ${wait} seconds.`,
        )
      }
    }))

  test.each<[what: string, status: number, request: string]>([
    ['an unknown path', 404, 'GET /nothing/here HTTP/1.1'],
    ['an unknown record', 404, 'GET /v1/incidents/seed:nothing HTTP/1.1'],
    ['an unknown file', 404, 'GET /explorer/assets/nothing.js HTTP/1.1'],
    ['a URL that cannot be decoded', 400, 'GET /v1/incidents/%zz HTTP/1.1'],
    ['an unknown parameter', 400, 'GET /v1/incidents?no=such HTTP/1.1'],
    ['a long URL', 414, `GET /v1/incidents?q=${'x'.repeat(8000)} HTTP/1.1`],
    ['OPTIONS', 204, 'OPTIONS /v1/incidents HTTP/1.1'],
    [
      'a preflight request',
      204,
      'OPTIONS /v1/incidents HTTP/1.1\r\nOrigin: https://elsewhere.example\r\nAccess-Control-Request-Method: GET',
    ],
    ['a method that is not permitted', 405, 'DELETE /v1/incidents HTTP/1.1'],
    ['a method that is not known', 405, 'PROPFIND /v1/incidents HTTP/1.1'],
    ['another method at an unknown path', 404, 'POST /nothing/here HTTP/1.1\r\nContent-Length: 0'],
    ['an unavailable type', 406, 'GET /v1/incidents HTTP/1.1\r\nAccept: image/png'],
    ['HEAD', 200, 'HEAD /v1/incidents HTTP/1.1'],
    ['a file', 200, 'GET /docs/static/swagger-ui.css HTTP/1.1'],
  ])('counts %s (%i)', (_what, status, request) =>
    withLimit({ RATE_LIMIT: 2 }, async (limited) => {
      expect(readRemaining(await sendRaw(limited, request))).toEqual({ status, remaining: 1 })
      expect(readRemaining(await sendRaw(limited, request))).toEqual({ status, remaining: 0 })
      expect(readRemaining(await sendRaw(limited, request))).toEqual({ status: 429, remaining: 0 })
    }),
  )

  test('neither limits nor counts health checks and metrics', () =>
    withLimit({ RATE_LIMIT: 3 }, async ({ origin }) => {
      for (const path of HEALTH.flatMap((one) => [one, one, one, one]))
        expect((await fetch(`${origin}${path}`)).status).toBe(200)
      for (const expected of [200, 200, 200, 429])
        expect((await fetch(`${origin}/v1/incidents`)).status).toBe(expected)
      for (const path of HEALTH) expect((await fetch(`${origin}${path}`)).status).toBe(200)
    }))

  test.each([
    { path: '/v1/incidents', cost: 1 },
    { path: '/v1/incidents?format=csv&limit=10', cost: 1 },
    { path: '/v1/incidents?total=bounded', cost: 1 },
    { path: '/v1/incidents?total=exact', cost: 3 },
    { path: '/v1/facets', cost: 3 },
    { path: '/v1/stats?group_by=city', cost: 3 },
    { path: '/v1/stats?group_by=city&format=csv', cost: 3, isStreamed: true },
    { path: '/v1/tolls/seed:baghdad-bombings-2016-12-31', cost: 3 },
    { path: '/v1/incidents?format=csv', cost: 10, isStreamed: true },
    { path: '/v1/incidents?format=ndjson', cost: 10, isStreamed: true },
    { path: '/v1/incidents?format=parquet', cost: 10, isStreamed: true },
  ])('charges $cost for $path, and 1 for what is cached or not modified', ({ path, cost, isStreamed }) =>
    withLimit({ RATE_LIMIT: 100 }, async ({ origin }) => {
      const request = async (query = path, headers = {}) => {
        const response = await fetch(`${origin}${query}`, { headers })
        await response.arrayBuffer()
        return { response, left: Number(response.headers.get('ratelimit-remaining')) }
      }
      const first = await request()
      expect(first.left).toBe(100 - cost)
      const second = await request()
      expect(second.left).toBe(first.left - (isStreamed ? cost : 1))
      const etag = first.response.headers.get('etag') ?? ''
      const unmodified = await request(path, { 'if-none-match': etag })
      expect(unmodified.response.status).toBe(304)
      expect(unmodified.left).toBe(second.left - 1)
      // What is rejected before it runs costs no more than a page.
      const rejected = await request(`${path}${path.includes('?') ? '&' : '?'}no=such`)
      expect(rejected.response.status).toBe(400)
      expect(rejected.left).toBe(unmodified.left - 1)
    }),
  )

  test('rejects what needs more than is left before it runs, and leaves that for other requests', () =>
    withLimit({ RATE_LIMIT: 12 }, async ({ origin }) => {
      const outcomes = []
      for (const query of ['format=csv', 'format=csv&city=Samarra', 'city=Samarra', 'city=Hilla']) {
        const response = await fetch(`${origin}/v1/incidents?${query}`)
        const { status, headers } = response
        const [reason] = /This .* left|All .* used/.exec(await response.text()) ?? []
        outcomes.push([status, headers.get('ratelimit-remaining'), headers.has('retry-after'), reason])
      }
      expect(outcomes).toEqual([
        [200, '2', false, undefined],
        [429, '1', true, 'This request needs 9 more, and 1 are left'],
        [200, '0', false, undefined],
        [429, '0', true, 'All of them are used'],
      ])
    }))

  test('permits every request to a client that has used nothing, however low it is', () =>
    withLimit({ RATE_LIMIT: 4 }, async ({ origin }) => {
      const response = await fetch(`${origin}/v1/incidents?format=csv`)
      expect(response.status).toBe(200)
      expect(response.headers.get('ratelimit-remaining')).toBe('0')
      await response.text()
    }))

  test.each<[Partial<Config>, number[]]>([
    [{ TRUST_PROXY: false }, [200, 200, 429, 429]],
    [{ TRUST_PROXY: '10.0.0.0/8' }, [200, 200, 429, 429]],
    [{ TRUST_PROXY: '127.0.0.1' }, [200, 200, 200, 200]],
    [{ TRUST_PROXY: 1 }, [200, 200, 200, 200]],
  ])('under %j identifies clients by X-Forwarded-For only where it is trusted', (config, expected) =>
    withLimit({ RATE_LIMIT: 2, ...config }, async ({ origin }) => {
      const statuses = []
      for (const index of expected.keys()) {
        const headers = { 'x-forwarded-for': `203.0.113.${index}` }
        statuses.push((await fetch(`${origin}/v1/incidents`, { headers })).status)
      }
      expect(statuses).toEqual(expected)
    }),
  )

  test.each<{ trusted: string | number; forwarded: string[]; clients: number }>([
    // A client can write what is on the left of what the nearest proxy adds.
    { trusted: 1, forwarded: ['1.1.1.1, 203.0.113.7', '2.2.2.2, 203.0.113.7'], clients: 1 },
    { trusted: '127.0.0.1', forwarded: ['1.1.1.1, 203.0.113.7', '2.2.2.2, 203.0.113.7'], clients: 1 },
    { trusted: 2, forwarded: ['203.0.113.7, 10.0.0.1', '203.0.113.8, 10.0.0.1'], clients: 2 },
    {
      trusted: '127.0.0.1,10.0.0.1',
      forwarded: ['203.0.113.7, 10.0.0.1', '203.0.113.8, 10.0.0.1'],
      clients: 2,
    },
    { trusted: 2, forwarded: ['203.0.113.7', '203.0.113.8'], clients: 2 },
    // One client has a /64 of IPv6.
    { trusted: 1, forwarded: ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', '2001:db8::1:0:0:0:3'], clients: 1 },
    { trusted: 1, forwarded: ['2001:db8:0:1::1', '2001:db8:0:2::1'], clients: 2 },
    { trusted: 1, forwarded: ['::ffff:203.0.113.7', '203.0.113.7'], clients: 1 },
  ])('of $trusted proxies that forward $forwarded sees $clients clients', ({ trusted, forwarded, clients }) =>
    withLimit({ RATE_LIMIT: 100, TRUST_PROXY: trusted }, async ({ origin }) => {
      const remaining = []
      for (const address of forwarded) {
        const response = await fetch(`${origin}/v1/datasets`, { headers: { 'x-forwarded-for': address } })
        remaining.push(Number(response.headers.get('ratelimit-remaining')))
      }
      expect(remaining).toEqual(forwarded.map((_, index) => 99 - (clients === 1 ? index : 0)))
    }),
  )

  test('is absent when it is off', () =>
    withLimit({ RATE_LIMIT: null }, async ({ origin }) => {
      const response = await fetch(`${origin}/v1/incidents`)
      expect(response.headers.get('ratelimit-limit')).toBeNull()
    }))
})
