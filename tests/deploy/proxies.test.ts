import { brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Config } from '../../src/config.ts'
import {
  CADDY,
  get as fetchUrl,
  lint,
  NGINX,
  OPENSSL,
  PREFIX,
  type ProxiedResponse,
  type RunningProxy,
  startCaddy,
  startNginx,
} from '../support/proxies.ts'
import { type Service, startService } from '../support/service.ts'

/** A proxy as it is shipped or may be changed, and the settings of the service behind it. */
interface Setup {
  name: string
  canRun: boolean
  start: (upstream: string) => Promise<RunningProxy>
  config: Partial<Config>
  /** Whether the service gets the path as the client sent it. */
  keeps: boolean
}

const TRUSTED = { TRUST_PROXY: '127.0.0.1' }

const SETUPS: Setup[] = [
  {
    name: 'nginx with TLS, as shipped',
    canRun: NGINX !== null && OPENSSL !== null,
    start: (upstream) => startNginx(upstream, { tls: true }),
    config: TRUSTED,
    keeps: true,
  },
  {
    name: 'nginx without TLS and X-Forwarded-Prefix, with BASE_PATH',
    canRun: NGINX !== null,
    start: (upstream) => startNginx(upstream, { tls: false, silent: true }),
    config: { ...TRUSTED, BASE_PATH: PREFIX },
    keeps: true,
  },
  {
    name: 'nginx without TLS that strips the base path',
    canRun: NGINX !== null,
    start: (upstream) => startNginx(upstream, { tls: false, strips: true }),
    config: TRUSTED,
    keeps: false,
  },
  {
    name: 'Caddy without TLS',
    canRun: CADDY !== null,
    start: startCaddy,
    config: TRUSTED,
    keeps: true,
  },
]

/** Finds the paths that a response refers to, relative to its own. */
function findLinks(url: string, { headers, body }: ProxiedResponse): string[] {
  const type = headers['content-type'] ?? ''
  const text = body.toString()
  const found = [
    headers.location,
    ...[...(headers.link ?? '').matchAll(/<([^>]*)>/g)].map(([, link]) => link),
  ]
  if (type.includes('html'))
    found.push(...[...text.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link]) => link))
  if (type.includes('css')) found.push(...[...text.matchAll(/url\("?([^)"#]+)"?\)/g)].map(([, link]) => link))
  if (/^application\/(geo\+)?json/.test(type)) {
    const { links = [], servers = [] } = JSON.parse(text)
    // The landing document has a list, a page an object.
    const listed = Array.isArray(links) ? links.filter(({ templated }) => !templated) : []
    found.push(...listed.map(({ href }) => href), links.self, links.next)
    found.push(...servers.map(({ url }: { url: string }) => `${url}/v1/datasets`))
  }
  return found.flatMap((link) => (link && !link.startsWith('data:') ? [new URL(link, url).href] : []))
}

describe.each(SETUPS)('behind $name', ({ canRun, start, config, keeps }) => {
  describe.skipIf(!canRun)('the service', () => {
    let [service, proxy]: [Service?, RunningProxy?] = []
    let base: string
    beforeAll(async () => {
      service = await startService({ config })
      proxy = await start(service.origin)
      base = `${proxy.origin}${PREFIX}`
    })
    afterAll(async () => {
      await proxy?.close()
      await service?.close()
    })
    const get = (url: string, headers: Record<string, string> = {}) =>
      fetchUrl(url, { headers, ca: proxy?.certificate })

    test.each([
      ['JSON', 'application/json', ['/docs', '/openapi.json', '/v1/incidents', '/v1/places', '/livez']],
      ['pages', 'text/html', ['/docs/static/swagger-ui.css', '/docs/static/swagger-initializer.js']],
    ])('links of %s are followed from %s, and none leaves the base path', async (_, accept, expected) => {
      const seen = new Set([`${base}/`])
      for (const url of seen) {
        const response = await get(url, { accept: url.includes('/v1/') ? '*/*' : accept })
        expect([200, 302], url).toContain(response.status)
        for (const link of findLinks(url, response)) {
          expect(link.startsWith(`${base}/`), `${url} refers to ${link}`).toBe(true)
          seen.add(link)
        }
      }
      for (const path of expected) expect(seen).toContain(`${base}${path}`)
      if (accept === 'text/html')
        expect([...seen].filter((url) => url.startsWith(`${base}/explorer/assets/`)).length).toBeGreaterThan(
          2,
        )
    })

    test.each(['', '&format=geojson', '&format=csv'])('a list is read page by page (%s)', async (format) => {
      let next: string | undefined = `${base}/v1/incidents?limit=1${format}`
      let pages = 0
      while (next !== undefined) {
        const response = await get(next)
        expect(response.status, next).toBe(200)
        const link: string | undefined = /<([^>]*)>; rel="next"/.exec(response.headers.link ?? '')?.[1]
        next = link && new URL(link, base).href
        expect(next?.startsWith(`${base}/v1/`) ?? true, next).toBe(true)
        pages += 1
      }
      expect(pages).toBe(3)
    })

    test('the base path without a slash leads to the explorer, with its parameters', async () => {
      const { status, headers } = await get(`${base}?city=Samarra`)
      expect([301, 302]).toContain(status)
      expect(new URL(headers.location ?? '', base).href).toBe(`${base}/?city=Samarra`)
    })

    test('other paths do not reach the service', async () => {
      for (const path of ['/v1/incidents', '/conflictx', '/conflictx/v1/incidents'])
        expect((await get(`${proxy?.origin}${path}`)).headers, path).not.toHaveProperty('x-request-id')
    })

    test('what a client forwards is not believed', async () => {
      const { body } = await get(`${base}/v1/datasets`, {
        'x-forwarded-prefix': '/evil',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'ftp',
        'x-forwarded-port': 'x',
      })
      expect(JSON.parse(body.toString()).links.self).toBe(`${PREFIX}/v1/datasets`)
    })

    test('problems are those of the service, also of a long URL', async () => {
      const wrong = await get(`${base}/v1/incidents?citty=Samarra`)
      expect(JSON.parse(wrong.body.toString())).toMatchObject({ code: 'unknown_parameter' })
      const long = await get(`${base}/v1/incidents?q=${'x'.repeat(12_000)}`)
      expect(JSON.parse(long.body.toString())).toMatchObject({ code: 'url_too_long' })
    })

    test.runIf(keeps)('an id with a slash stays one segment', async () => {
      const { body } = await get(`${base}/v1/incidents/a%2Fb`)
      expect(JSON.parse(body.toString())).toMatchObject({
        code: 'record_not_found',
        detail: expect.stringContaining('a/b'),
      })
    })

    test('exports, compression and ETags pass unchanged', async () => {
      const direct = await fetch(`${service?.origin}/v1/incidents?format=csv`)
      const plain = await get(`${base}/v1/incidents?format=csv`)
      expect(plain.body.toString()).toBe(await direct.text())
      expect(plain.headers['content-type']).toBe(direct.headers.get('content-type'))
      const { headers, body } = await get(`${base}/v1/incidents`, { 'accept-encoding': 'br' })
      expect(headers['content-encoding']).toBe('br')
      expect(JSON.parse(brotliDecompressSync(body).toString()).data).toHaveLength(3)
      const { status } = await get(`${base}/v1/incidents`, { 'if-none-match': headers.etag ?? '' })
      expect(status).toBe(304)
    })
  })
})

describe.skipIf(NGINX === null)('deploy/nginx.conf', () => {
  test('is accepted by nginx -t', async () => {
    const { code, output } = await lint('nginx')
    expect(code, output).toBe(0)
    expect(output).not.toMatch(/\[(emerg|error)\]/)
  })

  test('redirects plain HTTP to TLS', async () => {
    const proxy = await startNginx('http://127.0.0.1:1', { tls: false })
    try {
      const { status, headers } = await fetchUrl(`${proxy.plainOrigin}/conflict/?city=Samarra`)
      expect({ status, location: headers.location }).toEqual({
        status: 308,
        location: 'https://127.0.0.1/conflict/?city=Samarra',
      })
    } finally {
      await proxy.close()
    }
  })
})

describe.skipIf(CADDY === null)('deploy/Caddyfile', () => {
  test('is accepted by caddy validate', async () => {
    const { code, output } = await lint('caddy')
    expect(code, output).toBe(0)
    expect(output).toContain('Valid configuration')
  })
})
