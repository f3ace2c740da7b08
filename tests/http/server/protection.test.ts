import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Service, startService } from '../../support/service.ts'

const ALLOW = 'GET, HEAD, OPTIONS'
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

/** A path for every endpoint. */
const PATHS = [
  '/',
  '/docs/',
  '/openapi.json',
  '/livez',
  '/readyz',
  '/metrics',
  '/v1/incidents',
  '/v1/incidents/seed:samarra-2017-01-02',
  '/v1/incidents/datapackage.json',
  '/v1/cite',
  '/v1/datasets/seed/citation',
  '/v1/tolls',
  '/v1/tolls/seed:baghdad-bombings-2016-12-31',
  '/v1/places',
  '/v1/places/geonames:91597',
  '/v1/actors',
  '/v1/actors/islamic-state',
  '/v1/sources',
  '/v1/datasets',
  '/v1/event-types',
  '/v1/stats',
  '/v1/facets',
  '/v1/incidents/seed:samarra-2017-01-02/links',
]

/** A request and the status of its response. */
interface Case {
  what: string
  path: string
  status: number
  init?: RequestInit
}

const SUCCESSES: Case[] = PATHS.map((path) => ({ what: path, path, status: 200 }))

/** Requests that fail in different ways. */
const FAILURES: Case[] = [
  { what: 'an unknown path', path: '/nothing/here', status: 404 },
  { what: 'an unknown record', path: '/v1/incidents/seed:nothing', status: 404 },
  { what: 'an unknown parameter', path: '/v1/incidents?no=such', status: 400 },
  { what: 'a URL that cannot be decoded', path: '/v1/incidents/%zz', status: 400 },
  { what: 'a long URL', path: `/v1/incidents?q=${'x'.repeat(8000)}`, status: 414 },
  {
    what: 'an unavailable type',
    path: '/v1/incidents',
    status: 406,
    init: { headers: { accept: 'image/png' } },
  },
  { what: 'a wrong method', path: '/v1/incidents', status: 405, init: { method: 'DELETE' } },
]

let service: Service
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const send = (path: string, init?: RequestInit) => fetch(`${service.origin}${path}`, init)

/** Sends a request; returns the response with its body not decoded. */
function sendRaw(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    httpRequest(`${service.origin}${path}`, { method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => {
        const { statusCode: status, headers } = response
        resolve({ status, headers, body: Buffer.concat(chunks) })
      })
    })
      .on('error', reject)
      .end()
  })
}

describe('/docs without a slash', () => {
  test.each([
    ['GET', 302],
    ['HEAD', 302],
    ['OPTIONS', 204],
    ['POST', 405],
  ])('%s gets %i', async (method, status) => {
    const { status: found, headers } = await sendRaw('/docs', {}, method)
    expect({ found, location: headers.location }).toEqual({
      found: status,
      location: status === 302 ? '/docs/' : undefined,
    })
    expect(headers['x-content-type-options']).toBe('nosniff')
  })
})

test('the paths under test are those of the OpenAPI document', async () => {
  const { paths } = (await (await send('/openapi.json')).json()) as { paths: object }
  const patterns = Object.keys(paths).map((path) => new RegExp(`^${path.replace('{id}', '[^/.]+')}$`))
  for (const pattern of patterns) expect(PATHS.filter((path) => pattern.test(path))).toHaveLength(1)
})

describe('methods', () => {
  test.each(PATHS)('OPTIONS %s responds with 204 and Allow', async (path) => {
    const response = await send(path, { method: 'OPTIONS' })
    expect(response.status).toBe(204)
    expect(response.headers.get('allow')).toBe(ALLOW)
    expect(await response.text()).toBe('')
  })

  const BODIES: [string, RequestInit][] = [
    ['no body', {}],
    ['JSON', { body: '{"a":1}', headers: { 'content-type': 'application/json' } }],
    ['broken JSON', { body: '{', headers: { 'content-type': 'application/json' } }],
    ['another media type', { body: 'x', headers: { 'content-type': 'image/png' } }],
    ['no media type', { body: new Uint8Array([1, 2, 3]) }],
    ['a malformed media type', { body: 'x', headers: { 'content-type': 'no/such/type; =' } }],
    ['a big body', { body: 'x'.repeat(2_000_000), headers: { 'content-type': 'application/json' } }],
  ]

  test.each(PATHS)('%s is read-only for any method and body', async (path) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const [what, init] of BODIES) {
        const response = await send(path, { method, ...init })
        expect(response.status, `${method} with ${what}`).toBe(405)
        expect(response.headers.get('allow')).toBe(ALLOW)
        expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
        expect(await response.json()).toMatchObject({ code: 'method_not_allowed', status: 405 })
      }
    }
  })

  test.each(['TRACE', 'PROPFIND'])('%s is rejected on a known path', async (method) => {
    const { status, headers, body } = await sendRaw('/v1/incidents', {}, method)
    expect(status).toBe(405)
    expect(headers.allow).toBe(ALLOW)
    expect(JSON.parse(String(body))).toMatchObject({ code: 'method_not_allowed' })
  })

  /** Headers that differ between responses, or depend on the transfer. */
  const CHANGING = ['date', 'x-request-id', 'transfer-encoding', 'content-length']

  const READABLE: Case[] = [
    ...SUCCESSES,
    { what: 'CSV', path: '/v1/incidents?format=csv', status: 200 },
    { what: 'NDJSON', path: '/v1/incidents?format=ndjson', status: 200 },
    ...FAILURES.filter(({ init }) => !init),
  ]

  test.each(READABLE)('HEAD of $what equals GET without the body', async ({ path, status }) => {
    const headers = { 'accept-encoding': 'identity' }
    const [got, headed] = [await sendRaw(path, headers), await sendRaw(path, headers, 'HEAD')]
    const selectStable = (all: IncomingHttpHeaders) =>
      Object.entries(all).filter(([name]) => !CHANGING.includes(name))
    expect(got.status).toBe(status)
    expect(headed.status).toBe(got.status)
    expect(selectStable(headed.headers)).toEqual(selectStable(got.headers))
    expect(headed.body).toHaveLength(0)
    expect(got.body.length).toBeGreaterThan(0)
    // The metrics change with every request.
    if (path !== '/metrics' && headed.headers['content-length'] !== undefined)
      expect(headed.headers['content-length']).toBe(String(got.body.length))
  })
})

describe('browsers', () => {
  test.each([...SUCCESSES, ...FAILURES])(
    'of any origin may read the response to $what',
    async ({ path, status, init }) => {
      const headers = { origin: 'https://elsewhere.example', ...init?.headers }
      const response = await send(path, { ...init, headers })
      expect(response.status).toBe(status)
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(response.headers.get('access-control-allow-credentials')).toBeNull()
      const exposed = response.headers.get('access-control-expose-headers')?.toLowerCase().split(', ')
      expect(exposed).toEqual(
        expect.arrayContaining(['etag', 'link', 'retry-after', 'x-request-id', 'x-hints']),
      )
    },
  )

  test.each(PATHS)('may send a preflight request for %s', async (path) => {
    const response = await send(path, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://elsewhere.example',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'if-none-match',
      },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-methods')).toBe(ALLOW)
    expect(response.headers.get('access-control-allow-headers')).toMatch(/if-none-match|\*/)
    expect(Number(response.headers.get('access-control-max-age'))).toBeGreaterThan(0)
  })
})

describe('every response', () => {
  test.each([...SUCCESSES, ...FAILURES])(
    'to $what has security headers, and names no software',
    async ({ path, status, init }) => {
      const { headers, status: actual } = await send(path, init)
      expect(actual).toBe(status)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'self'$/)
      expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*(unsafe|https?:|\*)/)
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
      // HSTS is left to the proxy that terminates TLS.
      expect(headers.get('strict-transport-security')).toBeNull()
      expect(headers.get('server')).toBeNull()
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('set-cookie')).toBeNull()
    },
  )

  test.each([...SUCCESSES, ...FAILURES])(
    'to $what has its own id, never one of the client',
    async ({ path, init }) => {
      const forged = '00000000-0000-4000-8000-000000000000'
      const headers = { 'x-request-id': forged, 'request-id': forged, ...init?.headers }
      const ids = new Set([forged])
      for (const count of [2, 3]) {
        const response = await send(path, { ...init, headers })
        const id = response.headers.get('x-request-id') ?? ''
        expect(id).toMatch(UUID)
        expect(ids.add(id).size).toBe(count)
        if (response.status >= 400)
          expect(await response.json()).toMatchObject({ instance: `urn:uuid:${id}` })
      }
    },
  )
})

describe('compression', () => {
  const DECODERS: Record<string, (body: Buffer) => Buffer> = {
    gzip: gunzipSync,
    br: brotliDecompressSync,
    deflate: inflateSync,
  }
  const BIG = [
    '/v1/incidents',
    '/v1/incidents?format=geojson',
    '/v1/places',
    '/openapi.json',
    '/docs/static/swagger-ui.css',
  ]

  test.each(BIG.flatMap((path) => Object.keys(DECODERS).map((encoding) => [path, encoding] as const)))(
    '%s is sent as %s on request, with the same content',
    async (path, encoding) => {
      const plain = await sendRaw(path, { 'accept-encoding': 'identity' })
      const compressed = await sendRaw(path, { 'accept-encoding': encoding })
      expect(plain.headers['content-encoding']).toBeUndefined()
      expect(compressed.headers['content-encoding']).toBe(encoding)
      expect(compressed.body.length).toBeLessThan(plain.body.length)
      expect(DECODERS[encoding]?.(compressed.body).equals(plain.body)).toBe(true)
      expect(parseVary(compressed.headers)).toContain('accept-encoding')
      if (path.startsWith('/v1/')) expect(parseVary(plain.headers)).toContain('accept-encoding')

      expect(compressed.headers.etag).toBe(plain.headers.etag)
      expect(compressed.headers['content-type']).toBe(plain.headers['content-type'])
    },
  )

  test.each(['csv', 'ndjson'])('a stream of %s is compressed', async (format) => {
    const plain = await sendRaw(`/v1/incidents?format=${format}`, { 'accept-encoding': 'identity' })
    const compressed = await sendRaw(`/v1/incidents?format=${format}`, { 'accept-encoding': 'gzip' })
    expect(compressed.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(compressed.body).equals(plain.body)).toBe(true)
    expect(parseVary(compressed.headers)).toEqual(expect.arrayContaining(['accept', 'accept-encoding']))
  })

  test.each([
    ['/v1/incidents', ''],
    ['/v1/incidents', 'identity'],
    ['/v1/incidents', 'gzip;q=0'],
    ['/v1/incidents', 'unheard-of'],
    // Too small for compression.
    ['/livez', 'gzip'],
    ['/nothing/here', 'gzip'],
  ])('%s is sent uncompressed for "%s"', async (path, encoding) => {
    const { headers, body } = await sendRaw(path, { 'accept-encoding': encoding })
    expect(headers['content-encoding']).toBeUndefined()
    expect(() => JSON.parse(String(body))).not.toThrow()
  })
})

describe('metrics', () => {
  test('are labelled by route pattern, never by URL', async () => {
    const secret = 'private-term'
    for (const path of [
      `/v1/incidents/${secret}`,
      `/v1/places?q=${secret}`,
      `/${secret}`,
      '/v1/incidents/%zz',
    ])
      await (await send(path)).text()
    await send(`/v1/tolls/${secret}`, { method: 'POST' })
    const text = await (await send('/metrics')).text()
    expect(text).not.toContain(secret)
    for (const labels of [
      'route="/v1/incidents/:id",method="GET",status="404"',
      'route="/v1/places",method="GET",status="200"',
      'route="(none)",method="POST",status="405"',
      'route="(none)",method="GET",status="404"',
    ])
      expect(text).toMatch(
        new RegExp(`^http_request_duration_seconds_count\\{${labels.replace(/[()]/g, '\\$&')}\\} \\d`, 'm'),
      )
  })

  test('are in the Prometheus text format', async () => {
    const response = await send('/metrics')
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    for (const line of (await response.text()).trim().split('\n'))
      expect(line).toMatch(/^(#.*|[a-z_\d]+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [-+.\deNaInf]+|)$/)
  })
})

/** Parses the names in Vary. */
function parseVary(headers: IncomingHttpHeaders): string[] {
  return (headers.vary ?? '').split(',').map((name) => name.trim().toLowerCase())
}
