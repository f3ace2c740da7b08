import Fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { registerConditionalRequests } from '../../../src/http/caching/conditional-requests.ts'
import { ResponseCache } from '../../../src/http/caching/response-cache.ts'
import { registerProblems } from '../../../src/http/errors/problems.ts'
import { registerPublicAddress } from '../../../src/http/requests/public-address.ts'
import { publicUrl } from '../../../src/http/requests/public-url.ts'
import { trustProxies } from '../../../src/http/server/proxies.ts'

const PATH = '/v1/cite?id=seed:samarra-2017-01-02'

/** Builds an application with a cached route whose response is the absolute URL of {@link PATH}. */
function buildApp({ publicUrl: url = null as string | null, trusted = false as false | string | number }) {
  const isTrusted = trustProxies(trusted)
  const app = Fastify({ trustProxy: isTrusted ?? false, http: { requireHostHeader: false } })
  registerProblems(app)
  registerPublicAddress(app, { basePath: isTrusted ? null : '', publicUrl: url, isTrusted })
  registerConditionalRequests(app, {
    revision: async () => ({ databaseId: 'a', state: 'b', number: 1, at: new Date(0) }),
    requireIntact: () => {},
    release: '1',
    now: () => new Date(),
    cache: new ResponseCache(1_000_000),
  })
  app.get('/url', { config: { absoluteUrls: ['json'] } }, async (request, reply) =>
    reply.send(JSON.stringify(publicUrl(request, PATH))),
  )
  app.get('/undeclared', async (request, reply) => reply.send(JSON.stringify(publicUrl(request, PATH))))
  return app
}

describe('an absolute URL', () => {
  const forwarded = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'example.org',
    'x-forwarded-prefix': '/conflict',
  }
  const PUBLIC_URL = 'https://incidents.example.org/data'

  test.each<[string, Parameters<typeof buildApp>[0], Record<string, string>, string]>([
    ['Host', {}, { host: 'example.org' }, 'http://example.org'],
    ['Host with a port', {}, { host: 'example.org:3000' }, 'http://example.org:3000'],
    ['Host with the port of the scheme', {}, { host: 'Example.org:80' }, 'http://example.org'],
    ['Host of IPv6', {}, { host: '[::1]:3000' }, 'http://[::1]:3000'],
    ['Host, as no proxy is trusted', {}, { host: 'a', ...forwarded, 'x-forwarded-port': '1' }, 'http://a'],
    ['Host, as another is trusted', { trusted: '10.0.0.1' }, { host: 'a', ...forwarded }, 'http://a'],
    ['a trusted proxy', { trusted: 1 }, { host: 'a', ...forwarded }, 'https://example.org/conflict'],
    [
      'the nearest proxy',
      { trusted: '127.0.0.1' },
      { host: 'a', 'x-forwarded-proto': 'ftp, HTTPS', 'x-forwarded-host': 'evil.example, example.org' },
      'https://example.org',
    ],
    [
      'X-Forwarded-Port',
      { trusted: 1 },
      { host: 'a', ...forwarded, 'x-forwarded-port': '8443' },
      'https://example.org:8443/conflict',
    ],
    [
      'the port of the scheme',
      { trusted: 1 },
      { host: 'a', ...forwarded, 'x-forwarded-port': '443' },
      'https://example.org/conflict',
    ],
    [
      'the port of X-Forwarded-Host',
      { trusted: 1 },
      { ...forwarded, 'x-forwarded-host': 'example.org:8443', 'x-forwarded-port': '443' },
      'https://example.org:8443/conflict',
    ],
    ['PUBLIC_URL', { publicUrl: PUBLIC_URL, trusted: 1 }, { host: 'a', ...forwarded }, PUBLIC_URL],
    ['PUBLIC_URL', { publicUrl: PUBLIC_URL }, { host: '' }, PUBLIC_URL],
  ])('begins with that of %s', async (_, options, headers, base) => {
    const { statusCode, body } = await buildApp(options).inject({ url: '/url', headers })
    expect(statusCode, body).toBe(200)
    expect(JSON.parse(body)).toBe(`${base}${PATH}`)
  })

  test.each<Record<string, string>>([
    { 'x-forwarded-host': 'a, ' },
    { 'x-forwarded-host': 'evil.example/path' },
    { 'x-forwarded-host': '"><script>' },
    { 'x-forwarded-host': 'user@evil.example' },
    { 'x-forwarded-host': 'a:b' },
    { 'x-forwarded-host': 'a:99999' },
    { 'x-forwarded-host': '[1:2]' },
    { 'x-forwarded-proto': 'javascript' },
    { 'x-forwarded-host': 'a', 'x-forwarded-port': 'http' },
    { 'x-forwarded-host': 'a', 'x-forwarded-port': '70000' },
  ])('cannot be made of %j', async (headers) => {
    const { statusCode, body } = await buildApp({ trusted: 1 }).inject({ url: '/url', headers })
    expect(statusCode, body).toBe(400)
    expect(JSON.parse(body)).toMatchObject({
      code: 'malformed_request',
      detail: expect.stringContaining('send the header Host or, from a trusted proxy, X-Forwarded-Proto'),
    })
  })

  test('cannot be made of a request whose URL is known from one before', async () => {
    const app = buildApp({ trusted: 1 })
    expect((await app.inject('/url')).statusCode).toBe(200)
    for (const headers of [{ 'x-forwarded-proto': 'javascript' }, { host: '999.999.999.999' }])
      expect((await app.inject({ url: '/url', headers })).statusCode).toBe(400)
    expect((await app.inject('/url')).statusCode).toBe(200)
  })

  test('is that of the request, also from the cache, and so is the ETag', async () => {
    const app = buildApp({})
    for (let time = 0; time < 2; time += 1) {
      const responses = await Promise.all(
        ['a', 'b'].map((host) => app.inject({ url: '/url', headers: { host } })),
      )
      expect(responses.map(({ body }) => JSON.parse(body))).toEqual([`http://a${PATH}`, `http://b${PATH}`])
      const [one, other] = responses.map(({ headers }) => headers.etag)
      expect(one).not.toBe(other)
    }
  })

  test('has one ETag for all hosts with PUBLIC_URL', async () => {
    const app = buildApp({ publicUrl: PUBLIC_URL })
    const [one, other] = await Promise.all(
      ['a', 'b'].map((host) => app.inject({ url: '/url', headers: { host } })),
    )
    expect(one?.headers.etag).toBe(other?.headers.etag)
  })

  test('is not made on a route whose cached responses are shared by all hosts', async () => {
    expect((await buildApp({}).inject('/undeclared')).statusCode).toBe(500)
    expect((await buildApp({ publicUrl: PUBLIC_URL }).inject('/undeclared')).statusCode).toBe(200)
  })
})
