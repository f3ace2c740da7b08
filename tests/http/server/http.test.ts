import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Service, startService } from '../../support/service.ts'

let service: Service

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

interface RawResponse {
  status: number
  headers: Record<string, string>
  body: string
}

/** Sends a request as it is written, and parses the response. */
async function sendRaw(...lines: string[]): Promise<RawResponse> {
  const { hostname, port } = new URL(service.origin)
  const socket = connect(Number(port), hostname)
  socket.write([...lines, 'Connection: close', '', ''].join('\r\n'))
  const [head = '', ...rest] = (await text(socket)).split('\r\n\r\n')
  const [first = '', ...fields] = head.split('\r\n')
  const headers = fields.map((field) => [
    field.slice(0, field.indexOf(':')).toLowerCase(),
    field.slice(field.indexOf(':') + 2),
  ])
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(headers),
    body: rest.join('\r\n\r\n'),
  }
}

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  sendRaw(
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    ...Object.entries(headers).map((field) => field.join(': ')),
  )

describe('the header Host', () => {
  test.each([
    ['two', ['Host: a', 'Host: b'], 400],
    ['twice the same', ['Host: a', 'Host: a'], 400],
    ['none', [], 400],
    ['with a path', ['Host: a/b'], 400],
    ['with a space', ['Host: a b'], 400],
    ['with user and password', ['Host: user:word@a'], 400],
    ['with a port that is no number', ['Host: a:http'], 400],
    ['with a control character of HTML', ['Host: <script>'], 400],
    ['an address of IPv6 that is none', ['Host: [1:2]'], 400],
    ['a name', ['Host: incidents.example.org'], 200],
    ['a name with a port', ['Host: localhost:3000'], 200],
    ['an address', ['Host: 127.0.0.1:3000'], 200],
    ['an address of IPv6', ['Host: [::1]:3000'], 200],
    ['empty', ['Host: '], 200],
  ])('%s', async (_, hosts, status) => {
    const response = await sendRaw('GET /livez HTTP/1.1', ...hosts)
    expect(response.status, response.body).toBe(status)
    if (status === 400) expect(JSON.parse(response.body)).toMatchObject({ code: 'malformed_request' })
  })

  test('may be left out in HTTP/1.0', async () => {
    expect((await sendRaw('GET /livez HTTP/1.0')).status).toBe(200)
  })
})

describe('the URL', () => {
  test.each([
    ['in absolute form', 'http://incidents.example.org/v1/incidents?kind=group', 200],
    ['in absolute form without a path', 'http://incidents.example.org', 200],
    ['of a list with a slash at its end', '/v1/incidents/', 200],
    ['of a list with a slash and parameters', '/v1/incidents/?kind=group', 200],
    ['of a record with a slash at its end', '/v1/incidents/seed:samarra-2017-01-02/', 200],
    ['of nothing with a slash at its end', '/v1/nothing/', 404],
    ['of a parameter that is not UTF-8', '/v1/incidents?city=%FF', 400],
    ['of a parameter that is Latin-1', '/v1/places?q=S%E3mr%E3', 400],
    ['of a name of a parameter that is not UTF-8', '/v1/incidents?%FF=1', 400],
  ])('%s', async (_, url, status) => {
    const { status: found, body } = await get(url)
    expect(found, body).toBe(status)
  })

  test('of a list has the same response with a slash at its end', async () => {
    const [one, other] = [await get('/v1/incidents?limit=1'), await get('/v1/incidents/?limit=1')]
    expect(other.body).toBe(one.body)
    expect(other.headers.etag).toBe(one.headers.etag)
  })

  test('that is not UTF-8 is reported by the parameter', async () => {
    expect(JSON.parse((await get('/v1/incidents?city=%FF')).body)).toMatchObject({
      code: 'invalid_parameter',
      errors: [{ parameter: 'city', reason: expect.stringContaining('UTF-8') }],
    })
  })
})

describe('the header Expect', () => {
  test('of what is not known is rejected with a problem', async () => {
    const response = await get('/v1/incidents', { expect: '200-maybe' })
    expect(response).toMatchObject({
      status: 417,
      headers: {
        'content-type': expect.stringContaining('application/problem+json'),
        'x-content-type-options': 'nosniff',
      },
    })
    expect(JSON.parse(response.body)).toMatchObject({ code: 'expectation_failed' })
  })

  test('100-continue is met', async () => {
    const response = await get('/livez', { expect: '100-continue' })
    expect([100, 200]).toContain(response.status)
    expect(response.body).toContain('"ok"')
  })
})

/** Responses that can be kept. */
const KEPT = [
  '/',
  '/docs/',
  '/openapi.json',
  '/v1/incidents',
  '/v1/incidents?format=csv',
  '/v1/incidents?format=parquet&limit=2',
  '/v1/incidents/seed:samarra-2017-01-02',
  '/v1/stats?group_by=country',
  '/v1/datasets',
]

describe.each(KEPT)('conditions on %s', (path) => {
  test('that hold or fail have the status of RFC 9110', async () => {
    const { etag = '', ...headers } = (await get(path)).headers
    expect(headers['cache-control']).toMatch(/no-cache/)
    expect(etag).toMatch(/^W\/"/)
    const strong = etag.replace('W/', '')
    for (const [conditions, status] of [
      [{ 'if-none-match': etag }, 304],
      [{ 'if-none-match': `"x", ${strong}` }, 304],
      [{ 'if-none-match': '*' }, 304],
      [{ 'if-none-match': '"x"' }, 200],
      [{ 'if-match': '*' }, 200],
      [{ 'if-match': '"x"' }, 412],
      [{ 'if-match': strong }, 412],
      [{ 'if-match': etag }, 412],
      [{ 'if-match': '"x"', 'if-none-match': etag }, 412],
    ] as const) {
      const response = await get(path, conditions)
      expect(response.status, JSON.stringify(conditions)).toBe(status)
      expect(response.headers.vary).toMatch(/accept, accept-encoding/)
      if (status === 304) expect(response).toMatchObject({ body: '', headers: { etag } })
      if (status === 412) expect(JSON.parse(response.body)).toMatchObject({ code: 'precondition_failed' })
    }
  })
})

test('conditions on times', async () => {
  const path = '/v1/incidents'
  // It is left out until its second is over.
  await expect.poll(async () => (await get(path)).headers, { timeout: 5000 }).toHaveProperty('last-modified')
  const modified = (await get(path)).headers['last-modified'] ?? ''
  const [before, after] = [-86_400_000, 0].map((shift) =>
    new Date(Date.parse(modified) + shift).toUTCString(),
  )
  for (const [conditions, status] of [
    [{ 'if-modified-since': after }, 304],
    [{ 'if-modified-since': before }, 200],
    [{ 'if-modified-since': 'yesterday' }, 200],
    [{ 'if-modified-since': after, 'if-none-match': '"x"' }, 200],
    [{ 'if-unmodified-since': after }, 200],
    [{ 'if-unmodified-since': before }, 412],
    [{ 'if-unmodified-since': before, 'if-match': '*' }, 200],
  ] as const)
    expect((await get(path, conditions as Record<string, string>)).status, JSON.stringify(conditions)).toBe(
      status,
    )
})

test('conditions do not hide that there is nothing', async () => {
  for (const condition of ['if-none-match', 'if-match'])
    expect((await get('/v1/incidents/seed:nothing', { [condition]: '*' })).status).toBe(404)
  expect((await get('/v1/incidents/seed:nothing', { 'if-match': '"x"' })).status).toBe(404)
})

describe('HEAD has every header of GET', () => {
  const paths = [
    ...KEPT,
    '/livez',
    '/docs/static/swagger-ui.css',
    '/v1/incidents?format=ndjson',
    '/v1/stats?format=csv&group_by=country',
    '/v1/nothing',
    `/v1/incidents?fields=${'x,'.repeat(90)}x`,
  ]
  const encodings = ['identity', 'gzip', 'br', 'deflate, gzip;q=0.5', '*']
  test.each(paths.flatMap((path) => encodings.map((encoding) => [path, encoding] as const)))(
    '%s as %s',
    async (path, encoding) => {
      const headers = { 'accept-encoding': encoding }
      // The first response may come from elsewhere than later ones.
      await get(path, headers)
      const [full, head] = [await get(path, headers), await get(path, headers, 'HEAD')]
      expect(head.status).toBe(full.status)
      // An error has the id of its request, which is compressed with the rest.
      const compare = ({
        date,
        'x-request-id': id,
        'content-length': length,
        ...rest
      }: RawResponse['headers']) => (full.status === 200 ? { ...rest, length } : rest)
      expect(compare(head.headers)).toEqual(compare(full.headers))
      expect(head.body).toBe('')
    },
  )
})

describe('OPTIONS', () => {
  const PREFLIGHT = ['access-control-allow-methods', 'access-control-max-age']

  test('without a preflight request has no headers of one', async () => {
    const { status, headers } = await get('/v1/incidents', {}, 'OPTIONS')
    expect({ status, allow: headers.allow }).toEqual({ status: 204, allow: 'GET, HEAD, OPTIONS' })
    for (const name of PREFLIGHT) expect(headers).not.toHaveProperty(name)
  })

  test('of the whole server is answered', async () => {
    const { status, headers } = await get('*', {}, 'OPTIONS')
    expect({ status, allow: headers.allow }).toEqual({ status: 204, allow: 'GET, HEAD, OPTIONS' })
  })

  test('as a preflight request has them', async () => {
    const asked = { origin: 'https://example.org', 'access-control-request-method': 'GET' }
    const { headers } = await get('/v1/incidents', asked, 'OPTIONS')
    for (const name of PREFLIGHT) expect(headers).toHaveProperty(name)
  })
})

test('every variant says what it varies by', async () => {
  for (const path of [...KEPT, '/livez', '/v1/nothing', '/v1/incidents?no=such'])
    for (const encoding of ['identity', 'gzip'])
      for (const accept of ['*/*', 'application/json', 'text/html', 'image/png']) {
        const { headers } = await get(path, { 'accept-encoding': encoding, accept })
        expect(headers.vary?.toLowerCase(), `${path} ${encoding} ${accept}`).toBe('accept, accept-encoding')
      }
})
