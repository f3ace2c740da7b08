import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSeed } from '../../src/seed/seed.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const QUESTIONS = [
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

/** An answer without what belongs to its request alone. */
async function ask(path: string, headers: Record<string, string> = {}) {
  const response = await service.app.inject({ url: path, headers })
  const { date, 'x-request-id': _, connection, ...lasting } = response.headers
  const encoding = String(lasting['content-encoding'] ?? 'identity')
  const body = DECODERS[encoding]?.(response.rawPayload) ?? response.rawPayload
  return { status: response.statusCode, headers: lasting, body: body.toString(), encoding }
}

describe('asked again', () => {
  test.each(QUESTIONS)('%s is answered the same, and 304 to who has the answer', async (path) => {
    const first = await ask(path)
    const again = await ask(path)
    expect(first.status).toBe(200)
    expect(again).toEqual(first)
    const { status, body } = await ask(path, { 'if-none-match': String(first.headers.etag) })
    expect({ status, body }).toEqual({ status: 304, body: '' })
  })

  test.each(QUESTIONS.flatMap((path) => Object.keys(DECODERS).map((encoding) => [path, encoding] as const)))(
    '%s comes as %s with the same meaning, the second time too',
    async (path, encoding) => {
      const plain = await ask(path)
      for (let time = 0; time < 2; time += 1) {
        const { headers, body } = await ask(path, { 'accept-encoding': encoding })
        expect(body).toBe(plain.body)
        expect(headers.etag).toBe(plain.headers.etag)
        expect(headers.link).toBe(plain.headers.link)
        expect(headers['x-hints']).toBe(plain.headers['x-hints'])
      }
    },
  )

  test('in other words, it is answered byte by byte the same, under one ETag', async () => {
    const parameters: [string, string[]][] = [
      ['city', ['Samarra', 'Baghdad']],
      ['deaths_min', ['1']],
      ['sort', ['-deaths']],
      ['limit', ['1']],
    ]
    const wanted = await ask(
      `/v1/incidents?${parameters.map(([name, values]) => `${name}=${values}`).join('&')}`,
    )
    const spelled = ([name, values]: [string, string[]], repeat: boolean, quote: boolean) => {
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
          const query = order.map((parameter) => spelled(parameter, repeat, quote)).join('&')
          expect(await ask(`/v1/incidents?${query}`)).toEqual(wanted)
        },
      ),
      { numRuns: 40 },
    )
    const { links } = JSON.parse(wanted.body) as { links: { self: string; next: string } }
    expect(links.self).toBe('/v1/incidents?city=Samarra,Baghdad&deaths_min=1&limit=1&sort=-deaths')
    expect((await ask(links.self)).body).toBe(wanted.body)
    expect((await ask(links.next)).status).toBe(200)
  })

  test('by Accept and by parameter, each format has an answer of its own', async () => {
    const bodies = new Set<string>()
    for (let time = 0; time < 2; time += 1) {
      for (const accept of ['application/json', 'application/geo+json', 'text/csv'])
        bodies.add((await ask('/v1/incidents?limit=3', { accept })).body)
    }
    expect(bodies.size).toBe(3)
    expect((await ask('/v1/incidents?limit=3', { accept: 'image/png' })).status).toBe(406)
  })

  test('after the data changed, the answer is the new one', async () => {
    const path = '/v1/incidents?city=Samarra'
    const before = await ask(path)
    const batch = readSeed()
    const renamed = batch.incidents.map(({ record, claims }) => ({
      record: { ...record, title: `${record.title}, renamed` },
      claims,
    }))
    await service.storage.load({ ...batch, incidents: renamed })
    const after = await ask(path, { 'if-none-match': String(before.headers.etag) })
    expect(after.status).toBe(200)
    expect(after.headers.etag).not.toBe(before.headers.etag)
    expect(after.body).toContain(', renamed')
    await service.storage.load(batch)
  })

  test('more than the memory holds is answered right all the same', async () => {
    const small = await startService({ config: { RESPONSE_CACHE: 1 } })
    try {
      // Each about 60 kB: together far more than the megabyte.
      for (let time = 0; time < 2; time += 1) {
        for (let offset = 0; offset < 40; offset += 1) {
          const path = `/v1/places?limit=${100 + offset}`
          const [kept, plain] = [await small.app.inject(path), await service.app.inject(path)]
          expect(kept.statusCode).toBe(200)
          const idsIn = (response: typeof kept) => response.json().data.map(({ id }: { id: string }) => id)
          expect(idsIn(kept)).toEqual(idsIn(plain))
        }
      }
    } finally {
      await small.close()
    }
  })

  test('errors are never kept', async () => {
    for (let time = 0; time < 2; time += 1) {
      const { status, headers } = await ask('/v1/incidents/seed:nothing')
      expect(status).toBe(404)
      expect(headers['cache-control']).toBe('no-store')
      expect(headers.etag).toBeUndefined()
    }
  })
})
