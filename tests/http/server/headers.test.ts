import { get } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Lifecycle } from '../../../src/operation/lifecycle.ts'
import { OpenApiOracle } from '../../support/openapi.ts'
import { type Service, startService } from '../../support/service.ts'

let service: Service
let oracle: OpenApiOracle
const sent = new Set<string>()
beforeAll(async () => {
  service = await startService({ config: { RATE_LIMIT: 1_000_000 } })
  oracle = await OpenApiOracle.load(service.origin)
})
afterAll(() => service?.close())

/** Sends a request, whose response must have the documented headers; returns it. */
async function request(path: string, headers: Record<string, string> = {}, { origin } = service) {
  const { response } = await oracle.fetch(`${origin}${path}`, { headers })
  for (const name of response.headers.keys()) sent.add(name)
  return response
}

describe('the document describes the headers', () => {
  it('of every operation, in every format, and of its errors', async () => {
    for (const [path, { get: operation }] of Object.entries(oracle.document.paths)) {
      const example = encodeURI(operation['x-example'])
      const { content = {} } = operation.responses['200'] as { content?: object }
      for (const accept of Object.keys(content)) {
        const response = await request(example, { accept })
        expect(response.status, example).toBe(200)
        const etag = response.headers.get('etag')
        expect(etag !== null, `${path} has an ETag`).toBe('304' in operation.responses)
        if (etag === null) continue
        expect((await request(example, { accept, 'if-none-match': etag })).status).toBe(304)
        expect((await request(example, { accept, 'if-match': '"other"' })).status).toBe(412)
      }
      const separator = example.includes('?') ? '&' : '?'
      expect((await request(`${example}${separator}no_such=1`)).status).toBe(400)
      expect((await request(`${example}${separator}q=${'x'.repeat(8000)}`)).status).toBe(414)
      if (path.startsWith('/v1/')) expect((await request(example, { accept: 'image/png' })).status).toBe(406)
      if (path.includes('{'))
        expect((await request(path.replace('{id}', 'seed:no-such-record'))).status).toBe(404)
    }
  })

  it.each([
    '/v1/incidents?limit=1',
    '/v1/incidents?limit=1&format=csv',
    ...['csv', 'ndjson', 'parquet', 'xlsx', 'geojson'].map(
      (format) => `/v1/incidents?city=Bagdad&format=${format}`,
    ),
    '/v1/incidents?cursor=altered',
    '/v1/stats?city=Bagdad&format=csv',
    '/v1/stats?group_by=actor&format=csv',
    '/v1/stats?group_by=city&format=ndjson',
    '/v1/cite?city=Bagdad',
    '/v1/incidents/datapackage.json?city=Bagdad',
    '/v1/places?limit=1',
  ])('of %s', async (path) => {
    await request(path)
  })

  it('of a client that is limited, and of a server that shuts down', async () => {
    const lifecycle = new Lifecycle()
    lifecycle.drain()
    const [limited, closing] = await Promise.all([
      startService({ config: { RATE_LIMIT: 1 } }),
      startService({ lifecycle }),
    ])
    try {
      await request('/v1/incidents', {}, limited)
      expect((await request('/v1/incidents', {}, limited)).status).toBe(429)
      expect((await request('/v1/incidents', {}, closing)).status).toBe(503)
      expect((await request('/readyz', {}, closing)).status).toBe(503)
    } finally {
      await Promise.all([limited.close(), closing.close()])
    }
  })

  it('of what is not read as HTTP', async () => {
    const { status, headers } = await new Promise<{ status: number; headers: Headers }>((resolve, reject) => {
      const options = { headers: { 'x-long': 'x'.repeat(40_000) }, agent: false }
      get(`${service.origin}/livez`, options, (response) => {
        response.resume()
        const given = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
        resolve({ status: response.statusCode ?? 0, headers: new Headers(given as [string, string][]) })
      }).on('error', reject)
    })
    expect(status).toBe(431)
    oracle.assertHeaders('/livez', { status, headers })
  })

  it('that are sent, and no others', () => {
    const described = Object.keys(oracle.document.components.headers).map((name) => name.toLowerCase())
    expect(described.filter((name) => !sent.has(name))).toEqual([])
  })
})
