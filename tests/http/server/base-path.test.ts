import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Config } from '../../../src/config.ts'
import { parseBasePath } from '../../../src/validation/base-path.ts'
import { type Service, startService } from '../../support/service.ts'

const PREFIX = '/conflict'
const FORWARDED = { 'x-forwarded-prefix': PREFIX }

/** How the base path comes to the service. */
interface Mode {
  name: string
  config: Partial<Config>
  headers: Record<string, string>
  /** What of the client's path a proxy passes on. */
  pass: (path: string) => string
}

const keep = (path: string) => path
const strip = (path: string) => path.slice(PREFIX.length) || '/'

const MODES: Mode[] = [
  { name: 'BASE_PATH and a proxy that keeps it', config: { BASE_PATH: PREFIX }, headers: {}, pass: keep },
  { name: 'BASE_PATH and a proxy that strips it', config: { BASE_PATH: PREFIX }, headers: {}, pass: strip },
  {
    name: 'X-Forwarded-Prefix and a proxy that keeps it',
    config: { TRUST_PROXY: '127.0.0.1' },
    headers: FORWARDED,
    pass: keep,
  },
  {
    name: 'X-Forwarded-Prefix and a proxy that strips it',
    config: { TRUST_PROXY: 1 },
    headers: FORWARDED,
    pass: strip,
  },
]

/** Starts a service for the tests around it; returns a function that sends a request to it. */
function serve(config: Partial<Config>) {
  let service: Service
  beforeAll(async () => {
    service = await startService({ config })
  })
  afterAll(() => service.close())
  return async (url: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') => {
    const response = await service.app.inject({ url, headers, remoteAddress })
    return { status: response.statusCode, headers: response.headers, body: response.body }
  }
}

describe.each(MODES)('$name', ({ config, headers, pass }) => {
  const send = serve(config)
  /** Requests a path as a client names it. */
  const get = (path: string, more: Record<string, string> = {}) => {
    expect(path.slice(0, PREFIX.length), 'links stay below the base path').toBe(PREFIX)
    return send(pass(path), { ...headers, ...more })
  }

  test.each(['/v1/incidents?limit=1', '/v1/places?limit=100', '/v1/stats?group_by=city&limit=1'])(
    'pages of %s are linked, in the body and the header Link',
    async (start) => {
      let next: string | null = `${PREFIX}${start}`
      let pages = 0
      while (next !== null) {
        const { status, body, headers } = await get(next)
        expect(status, body).toBe(200)
        const { links, page } = JSON.parse(body)
        expect((await get(links.self)).body).toBe(body)
        expect(headers.link).toBe(links.next === null ? undefined : `<${links.next}>; rel="next"`)
        expect(links.next === null).toBe(page.next === null)
        next = links.next
        pages += 1
      }
      expect(pages).toBeGreaterThan(1)
    },
  )

  test('the landing document links every endpoint, and its links lead somewhere', async () => {
    const { links } = JSON.parse((await get(`${PREFIX}/`)).body) as {
      links: { href: string; templated: boolean }[]
    }
    const { paths } = JSON.parse((await get(`${PREFIX}/openapi.json`)).body) as { paths: object }
    const documents = ['/docs', '/openapi.json']
    expect(links.map(({ href }) => href)).toEqual(
      [...documents, ...Object.keys(paths)].map((path) => `${PREFIX}${path}`),
    )
    for (const { href, templated } of links) {
      expect(templated, href).toBe(href.includes('{'))
      // An endpoint knows that it has no such record; an unknown path is another error.
      const { status, body } = await get(href.replaceAll('{id}', 'none'))
      if (templated) expect(JSON.parse(body).code, href).toBe('record_not_found')
      else expect([200, 302], href).toContain(status)
    }
  })

  test('the page of the explorer names its files and links below the base path', async () => {
    const { body } = await get(`${PREFIX}/`, { accept: 'text/html' })
    expect(body).toContain(`data-base-path="${PREFIX}"`)
    const paths = [...body.matchAll(/(?:src|href)="(?!data:)([^"]*)"/g)].map(([, path = '']) => path)
    expect(paths.filter((path) => path.startsWith(`${PREFIX}/explorer/assets/`))).toHaveLength(2)
    for (const path of paths) expect([200, 302], path).toContain((await get(path)).status)
  })

  test.each(['/docs', '/docs/static/index.html'])('%s redirects to the page with a slash', async (path) => {
    const { status, headers } = await get(`${PREFIX}${path}`)
    expect({ status, location: headers.location }).toEqual({ status: 302, location: `${PREFIX}/docs/` })
    const { body } = await get(`${PREFIX}/docs/`)
    const files = [...body.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, file = '']) => file)
    expect(files.length).toBeGreaterThan(4)
    for (const file of files) {
      const { pathname } = new URL(file, `http://localhost${PREFIX}/docs/`)
      expect((await get(pathname)).status, file).toBe(200)
    }
  })

  test.each(['/openapi.json', '/docs/json'])('%s names the base path as its server', async (path) => {
    for (let time = 0; time < 2; time += 1) {
      const { servers, paths } = JSON.parse((await get(`${PREFIX}${path}`)).body)
      expect(servers).toEqual([expect.objectContaining({ url: PREFIX })])
      expect(paths).toHaveProperty('/v1/incidents')
    }
  })

  test('/docs/yaml names the base path as its server', async () => {
    expect((await get(`${PREFIX}/docs/yaml`)).body).toMatch(/^servers:\n\s+- url: \/conflict\n/m)
  })

  test('a slash at the end of a path makes no difference', async () => {
    const [one, other] = [await get(`${PREFIX}/v1/datasets`), await get(`${PREFIX}/v1/datasets/`)]
    expect(other.body).toBe(one.body)
    expect(other.headers.etag).toBe(one.headers.etag)
  })

  test('a problem names paths as the client knows them', async () => {
    const { status, body } = await get(`${PREFIX}/nothing`)
    expect(status).toBe(404)
    expect(body).toContain(`There is nothing at ${pass(`${PREFIX}/nothing`)}. `)
    expect(body).toContain(`listed at ${PREFIX}/openapi.json`)
  })
})

describe('a proxy that keeps the base path', () => {
  describe.each(MODES.filter(({ pass }) => pass === keep))('with $name', ({ config, headers }) => {
    const send = serve(config)

    test.each([
      ['/conflict', '/conflict/'],
      ['/conflict?city=Samarra&map=a/b', '/conflict/?city=Samarra&map=a/b'],
    ])('%s redirects to %s', async (path, location) => {
      const response = await send(path, headers)
      expect(response).toMatchObject({ status: 302, headers: { location } })
      expect(response.headers['x-content-type-options']).toBe('nosniff')
    })

    test.each([
      '/conflictx',
      '/conflictx/v1/incidents',
      '/Conflict/v1/incidents',
      '/conflict/conflict/v1/incidents',
      '/conflict//v1/incidents',
      '/conflict/conflict',
      '//conflict/v1/incidents',
    ])('%s is not found', async (path) => {
      expect((await send(path, headers)).status).toBe(404)
    })

    test('paths without it are served, too, for checks that come past the proxy', async () => {
      expect((await send('/livez')).status).toBe(200)
      expect((await send('/v1/incidents')).status).toBe(200)
    })
  })
})

describe('with BASE_PATH', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService({ config: { BASE_PATH: PREFIX } })
  })
  afterAll(() => service.close())

  test.each([
    ['POST', '/conflict', 405],
    ['POST', '/conflict/v1/incidents', 405],
    ['OPTIONS', '/conflict', 204],
    ['HEAD', '/conflict', 302],
    ['HEAD', '/conflict/v1/incidents', 200],
  ] as const)('%s %s gets %i', async (method, url, status) => {
    expect((await service.app.inject({ method, url })).statusCode).toBe(status)
  })

  test('a URL that cannot be decoded, or is too long, is rejected', async () => {
    expect((await service.app.inject('/conflict/v1/incidents/%zz')).statusCode).toBe(400)
    expect((await service.app.inject(`/conflict/v1/incidents?q=${'x'.repeat(8000)}`)).statusCode).toBe(414)
  })

  test('X-Forwarded-Prefix makes no difference', async () => {
    const { body } = await service.app.inject({
      url: '/v1/incidents',
      headers: { 'x-forwarded-prefix': '/x' },
    })
    expect(JSON.parse(body).links.self).toBe('/conflict/v1/incidents')
  })
})

describe('X-Forwarded-Prefix', () => {
  const send = serve({ TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' })
  const readSelf = async (prefix: string, remoteAddress?: string) => {
    const { status, body } = await send('/v1/datasets', { 'x-forwarded-prefix': prefix }, remoteAddress)
    expect(status, body).toBe(200)
    return JSON.parse(body).links.self as string
  }

  test.each([
    ['/conflict/', '/conflict/v1/datasets'],
    ['/a/b-c_1.0~', '/a/b-c_1.0~/v1/datasets'],
    ['/', '/v1/datasets'],
    ['', '/v1/datasets'],
    ['/conflict, ', '/v1/datasets'],
    // Those before came with the request to the nearest proxy.
    ['/forged, /conflict', '/conflict/v1/datasets'],
    ['https://example.org/, /conflict', '/conflict/v1/datasets'],
  ])('%j gives %s', async (prefix, self) => {
    expect(await readSelf(prefix)).toBe(self)
  })

  test.each(['10.1.2.3', '::ffff:10.1.2.3'])('from %s is trusted', async (address) => {
    expect(await readSelf('/conflict', address)).toBe('/conflict/v1/datasets')
  })

  test.each(['192.0.2.1', '::1', '::ffff:192.0.2.1'])('from %s is ignored', async (address) => {
    expect(await readSelf('/conflict', address)).toBe('/v1/datasets')
    expect(await readSelf('//evil.example', address)).toBe('/v1/datasets')
  })

  test.each([
    'conflict',
    '//evil.example',
    '/a//b',
    '/a/../b',
    '/a b',
    '/a"><script>',
    '/%61',
    '/v1',
    'https://evil.example/a',
    `/${'x'.repeat(100)}`,
  ])('%j is rejected', async (prefix) => {
    const { status, body } = await send('/v1/datasets', { 'x-forwarded-prefix': prefix })
    expect(status).toBe(400)
    expect(JSON.parse(body)).toMatchObject({
      code: 'malformed_request',
      detail: expect.stringMatching(/^The header X-Forwarded-Prefix must be a path such as \/conflict/),
    })
  })

  test('responses of one prefix are never sent for another', async () => {
    const read = async (prefix: string, headers: Record<string, string> = {}) => {
      const response = await send('/v1/incidents?limit=1', { 'x-forwarded-prefix': prefix, ...headers })
      return { ...response, etag: String(response.headers.etag) }
    }
    for (let time = 0; time < 2; time += 1) {
      const [root, one, other] = [await read('/'), await read('/one'), await read('/other')]
      expect(JSON.parse(root.body).links.self).toBe('/v1/incidents?limit=1')
      expect(JSON.parse(one.body).links.self).toBe('/one/v1/incidents?limit=1')
      expect(JSON.parse(other.body).links.self).toBe('/other/v1/incidents?limit=1')
      expect(one.headers.link).toMatch(/^<\/one\/v1\/incidents\?/)
      expect(new Set([root.etag, one.etag, other.etag]).size).toBe(3)
      expect((await read('/one', { 'if-none-match': one.etag })).status).toBe(304)
      expect((await read('/one', { 'if-none-match': other.etag })).status).toBe(200)
    }
  })

  test('a cursor is valid under every prefix', async () => {
    const { body } = await send('/v1/incidents?limit=1', { 'x-forwarded-prefix': '/one' })
    const next = JSON.parse(body).links.next.slice('/one'.length)
    expect((await send(next, { 'x-forwarded-prefix': '/other' })).status).toBe(200)
  })
})

describe('without either', () => {
  const send = serve({})

  test.each(['/conflict', '/conflict/v1/incidents'])('%s is not found', async (path) => {
    expect((await send(path, FORWARDED)).status).toBe(404)
  })

  test('links begin at the root, whatever a client sends', async () => {
    const { body } = await send('/v1/datasets', FORWARDED)
    expect(JSON.parse(body).links.self).toBe('/v1/datasets')
    expect(JSON.parse((await send('/openapi.json', FORWARDED)).body).servers[0].url).toBe('/')
    expect((await send('/docs')).headers.location).toBe('/docs/')
  })
})

test('no path of the service can begin a base path', () => {
  const document = readFileSync(new URL('../../../openapi/openapi.json', import.meta.url), 'utf8')
  const paths = Object.keys(JSON.parse(document).paths).filter((path) => path !== '/')
  expect(paths.length).toBeGreaterThan(15)
  for (const path of [...paths, '/docs', '/openapi.json', '/explorer/assets/'])
    expect(parseBasePath(path.replace(/\{.*/, 'x')), path).toBeNull()
})
