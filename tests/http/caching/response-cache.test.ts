import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSeed } from '../../../src/seed/seed.ts'
import { type Service, startService } from '../../support/service.ts'

let service: Service
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const URLS = [
  '/v1/incidents?limit=2',
  '/v1/incidents?city=Bagdad',
  '/v1/incidents?format=geojson&deaths_min=10',
  '/v1/incidents?format=csv&limit=2&city=Bagdad',
  '/v1/incidents/seed:samarra-2017-01-02',
  '/v1/stats?group_by=city&format=csv',
  '/v1/facets?fields=event_type',
  '/v1/tolls',
  '/v1/places?q=bagd',
]
const DECODERS: Record<string, (body: Buffer) => Buffer> = {
  identity: (body) => body,
  gzip: gunzipSync,
  br: brotliDecompressSync,
  deflate: inflateSync,
}

/** Requests a path; omits the headers that differ between responses. */
async function get(path: string, headers: Record<string, string> = {}) {
  const response = await service.app.inject({ url: path, headers })
  const { date, 'x-request-id': _, connection, ...headersOfContent } = response.headers
  const encoding = String(headersOfContent['content-encoding'] ?? 'identity')
  const body = DECODERS[encoding]?.(response.rawPayload) ?? response.rawPayload
  return { status: response.statusCode, headers: headersOfContent, body: body.toString(), encoding }
}

describe('the response cache', () => {
  test.each(URLS)('%s returns the same response twice, and 304 for its ETag', async (path) => {
    const first = await get(path)
    const again = await get(path)
    expect(first.status).toBe(200)
    expect(again).toEqual(first)
    const { status, body } = await get(path, { 'if-none-match': String(first.headers.etag) })
    expect({ status, body }).toEqual({ status: 304, body: '' })
  })

  test.each(URLS.flatMap((path) => Object.keys(DECODERS).map((encoding) => [path, encoding] as const)))(
    '%s is sent as %s with the same content, also from the cache',
    async (path, encoding) => {
      const plain = await get(path)
      for (let time = 0; time < 2; time += 1) {
        const { headers, body } = await get(path, { 'accept-encoding': encoding })
        expect(body).toBe(plain.body)
        expect(headers.etag).toBe(plain.headers.etag)
        expect(headers.link).toBe(plain.headers.link)
        expect(headers['x-hints']).toBe(plain.headers['x-hints'])
      }
    },
  )

  test('equivalent spellings of a request return the same bytes and ETag', async () => {
    const parameters: [string, string[]][] = [
      ['city', ['Samarra', 'Baghdad']],
      ['deaths_min', ['1']],
      ['sort', ['-deaths']],
      ['limit', ['1']],
    ]
    const expected = await get(
      `/v1/incidents?${parameters.map(([name, values]) => `${name}=${values}`).join('&')}`,
    )
    const spell = ([name, values]: [string, string[]], repeat: boolean, quote: boolean) => {
      const written = values.map((value) =>
        quote ? [...value].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('') : value,
      )
      return repeat ? written.map((value) => `${name}=${value}`).join('&') : `${name}=${written.join('%2C')}`
    }
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(parameters, { minLength: parameters.length }),
        fc.boolean(),
        fc.boolean(),
        async (order, repeat, quote) => {
          const query = order.map((parameter) => spell(parameter, repeat, quote)).join('&')
          expect(await get(`/v1/incidents?${query}`)).toEqual(expected)
        },
      ),
      { numRuns: 40 },
    )
    const { links } = JSON.parse(expected.body) as { links: { self: string; next: string } }
    expect(links.self).toBe('/v1/incidents?city=Samarra,Baghdad&deaths_min=1&limit=1&sort=-deaths')
    expect((await get(links.self)).body).toBe(expected.body)
    expect((await get(links.next)).status).toBe(200)
  })

  test('each format has its own response', async () => {
    const bodies = new Set<string>()
    for (let time = 0; time < 2; time += 1) {
      for (const accept of ['application/json', 'application/geo+json', 'text/csv'])
        bodies.add((await get('/v1/incidents?limit=3', { accept })).body)
    }
    expect(bodies.size).toBe(3)
    expect((await get('/v1/incidents?limit=3', { accept: 'image/png' })).status).toBe(406)
  })

  test('a change of the data invalidates the response', async () => {
    const path = '/v1/incidents?city=Samarra'
    const before = await get(path)
    const batch = readSeed()
    const renamed = batch.incidents.map(({ record, claims }) => ({
      record: { ...record, title: `${record.title}, renamed` },
      claims,
    }))
    await service.storage.load({ ...batch, incidents: renamed })
    const after = await get(path, { 'if-none-match': String(before.headers.etag) })
    expect(after.status).toBe(200)
    expect(after.headers.etag).not.toBe(before.headers.etag)
    expect(after.body).toContain(', renamed')
    await service.storage.load(batch)
  })

  test('responses are correct when the cache is full', async () => {
    const small = await startService({ config: { RESPONSE_CACHE: 1 } })
    try {
      // Each about 60 kB: together far more than the megabyte.
      for (let time = 0; time < 2; time += 1) {
        for (let offset = 0; offset < 40; offset += 1) {
          const path = `/v1/places?limit=${100 + offset}`
          const [cached, plain] = [await small.app.inject(path), await service.app.inject(path)]
          expect(cached.statusCode).toBe(200)
          const idsIn = (response: typeof cached) => response.json().data.map(({ id }: { id: string }) => id)
          expect(idsIn(cached)).toEqual(idsIn(plain))
        }
      }
    } finally {
      await small.close()
    }
  })

  test('errors are never cached', async () => {
    for (let time = 0; time < 2; time += 1) {
      const { status, headers } = await get('/v1/incidents/seed:nothing')
      expect(status).toBe(404)
      expect(headers['cache-control']).toBe('no-store')
      expect(headers.etag).toBeUndefined()
    }
  })
})
