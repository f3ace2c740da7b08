import { readdirSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { Lifecycle } from '../src/operation/lifecycle.ts'
import { readSeed } from '../src/seed/seed.ts'
import type { RecordBatch } from '../src/storage/contract/storage.ts'
import { expectOneLine, findProblems, withStorage } from './support/database.ts'
import { OpenApiOracle } from './support/openapi.ts'
import { isWindows } from './support/platform.ts'
import { runIncidents, type Server, setUpServers, startIncidents } from './support/process.ts'
import { startService } from './support/service.ts'

const { seededPath, newPath, serve } = setUpServers()

/** Repeats a request until its result is as expected, and returns it. */
async function until<T>(request: () => Promise<T>, isExpected: (result: T) => boolean): Promise<T> {
  for (;;) {
    const result = await request()
    if (isExpected(result)) return result
    await setTimeout(20)
  }
}

/** Requests the status of a response, or null if nothing listens. */
const fetchStatus = (url: string) =>
  fetch(url, { headers: { connection: 'close' } }).then(
    async (response) => {
      await response.arrayBuffer()
      return response.status
    },
    () => null,
  )

describe.concurrent('serving', () => {
  test('starts in an empty folder and serves the seed', async () => {
    const path = newPath()
    const { origin, output } = await serve(path)
    expect(await fetchStatus(`${origin}/readyz`)).toBe(200)
    const { data } = (await (await fetch(`${origin}/v1/incidents`)).json()) as { data: { id: string }[] }
    expect(data.map(({ id }) => id).sort()).toEqual(
      readSeed()
        .incidents.map(({ record }) => record.id)
        .sort(),
    )
    expect(output.stderr).toBe('')
  })

  test('warns of a new database at a path that was set, not at the default one', async () => {
    const path = join(newPath(), '..', 'mistyped', 'incidents.db')
    const { output } = await serve(path)
    expect(output.stdout).toMatch(
      `There was no database at ${JSON.stringify(path).slice(1, -1)}: a new one is created and seeded. If you expected`,
    )
    const lines = (text: string) => text.split('\n').filter((line) => line.includes('There was no database'))
    expect(lines(output.stdout)).toEqual([expect.stringContaining('"level":40')])

    const cwd = join(newPath(), '..')
    const first = startIncidents(['serve'], { cwd, env: { PORT: '0' } })
    await until(
      async () => first.output.stdout,
      (text) => text.includes('Ready.'),
    )
    expect(lines(first.output.stdout)).toEqual([expect.stringContaining('"level":30')])
    first.process.kill('SIGTERM')
    const outcome = await first.ended
    if (!isWindows) expect(outcome).toMatchObject({ code: 0 })
    const again = await serve(path)
    expect(lines(again.output.stdout)).toEqual([])
  })

  test.each<[trusted: string, forwarded: string, warnings: number]>([
    ['off', '203.0.113.7', 1],
    ['10.0.0.0/8', '203.0.113.7', 1],
    ['127.0.0.1', '203.0.113.7', 0],
    ['1', '127.0.0.1', 0],
  ])(
    'with TRUST_PROXY=%s logs once that X-Forwarded-For: %s is not trusted',
    async (trusted, forwarded, warnings) => {
      const { origin, output } = await serve(await seededPath(), { TRUST_PROXY: trusted })
      for (const path of ['/v1/datasets', '/v1/datasets', '/nothing'])
        await (await fetch(`${origin}${path}`, { headers: { 'x-forwarded-for': forwarded } })).text()
      const warned = () => output.stdout.split('\n').filter((line) => line.includes('set TRUST_PROXY'))
      // The log of the last request comes after a warning about it.
      await until(
        async () => output.stdout,
        (log) => log.split('request completed').length > 3,
      )
      expect(warned()).toHaveLength(warnings)
    },
  )

  test('logs once that the prefix of a proxy differs from the base path, and where the documentation is', async () => {
    const env = { TRUST_PROXY: '127.0.0.1', BASE_PATH: '/conflict' }
    const { origin, output } = await serve(await seededPath(), env)
    expect(new URL(origin).pathname).toBe('/conflict')
    for (const prefix of ['/conflict', '/other', '/third'])
      await (await fetch(`${origin}/docs/`, { headers: { 'x-forwarded-prefix': prefix } })).text()
    await until(
      async () => output.stdout,
      (log) => log.split('request completed').length > 3,
    )
    const warned = output.stdout.split('\n').filter((line) => line.includes('X-Forwarded-Prefix'))
    expect(warned.map((line) => JSON.parse(line).msg)).toEqual([
      'The proxy at 127.0.0.1 names "/other" in X-Forwarded-Prefix, but BASE_PATH or PUBLIC_URL names /conflict, which counts.',
    ])
  })

  test('restores records of the seed that were lost since it was loaded', async () => {
    const path = newPath()
    const first = await serve(path)
    first.process.kill('SIGTERM')
    await first.ended
    await withStorage(path, (storage) => storage.load({ ...readSeed(), incidents: [], tolls: [] }))
    const { origin, output } = await serve(path)
    const { data } = (await (await fetch(`${origin}/v1/incidents`)).json()) as { data: unknown[] }
    expect(data).toHaveLength(3)
    expect(output.stdout).toContain('The seed is loaded')
  })

  test.skipIf(isWindows).each(['SIGTERM', 'SIGINT'] as const)(
    'exits at %s with 0 and a closed database',
    async (signal) => {
      const path = await seededPath()
      const server = await serve(path)
      // Without waiting for idle connections.
      expect((await fetch(`${server.origin}/v1/incidents`)).status).toBe(200)
      const started = Date.now()
      server.process.kill(signal)
      expect(await server.ended).toMatchObject({ code: 0, stderr: '' })
      expect(Date.now() - started).toBeLessThan(5000)
      expect(readdirSync(join(path, '..'))).toEqual(['incidents.db'])
      expect(await withStorage(path, findProblems)).toEqual([])
    },
  )

  test.skipIf(isWindows)('finishes requests in flight after SIGTERM and rejects new ones', async () => {
    const path = newPath()
    const lines = await fill(path)
    const { origin, process, ended } = await serve(path, { SHUTDOWN_DELAY: '3000' })
    const response = await new Promise<IncomingMessage>((resolve) =>
      get(`${origin}/v1/incidents?format=ndjson`, resolve),
    )
    // Larger than the buffers between server and client, so the response is still in flight.
    await new Promise((resolve) => response.once('readable', resolve))
    process.kill('SIGTERM')
    expect(
      await until(
        () => fetchStatus(`${origin}/readyz`),
        (status) => status !== 200,
      ),
    ).toBe(503)
    const rejected = await fetch(`${origin}/v1/incidents`)
    expect(rejected.status).toBe(503)
    expect(await rejected.json()).toMatchObject({ code: 'shutting_down' })
    expect(Number(rejected.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(rejected.headers.get('connection')).toBe('close')
    expect(await fetchStatus(`${origin}/livez`)).toBe(200)
    await until(
      () => fetchStatus(`${origin}/livez`),
      (status) => status === null,
    )
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) text += chunk
    expect(text.trimEnd().split('\n')).toHaveLength(lines)
    expect(() =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).not.toThrow()
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
    expect(readdirSync(join(path, '..'))).toEqual(['incidents.db'])
  })

  test.each<[string, (port: number) => Record<string, string>, RegExp]>([
    ['a taken port', (PORT) => ({ PORT: String(PORT) }), /port \d+ is taken: set PORT to another one/],
    ["an address that is not this machine's", () => ({ HOST: '203.0.113.1', PORT: '0' }), /203\.0\.113\.1/],
  ])('reports %s in one line, and closes the database', async (_, env, cause) => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const path = newPath()
    await withStorage(path, (storage) => storage.migrate())
    const settings = { DATABASE_URL: `sqlite:${path}`, LOG_LEVEL: 'silent', ...env(port) }
    expectOneLine(await runIncidents(['serve'], { env: settings }), cause)
    await new Promise((resolve) => other.close(resolve))
    expect(readdirSync(join(path, '..'))).toEqual(['incidents.db'])
  })

  test('logs JSON lines, with ids of requests and without secrets', async () => {
    const { origin, output } = await serve(await seededPath())
    const { headers } = await fetch(`${origin}/v1/incidents?city=Samarra&api_key=hunter2&limit=1`, {
      headers: { authorization: 'Bearer hunter3', cookie: 'session=hunter4' },
    })
    await until(
      async () => output.stdout,
      (text) => text.includes('request completed'),
    )
    const logged = output.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { req?: { id: string; method: string; url: string } })
    expect(logged.find(({ req }) => req)?.req).toMatchObject({
      id: headers.get('x-request-id'),
      method: 'GET',
      url: '/v1/incidents?city=Samarra&api_key=***&limit=1',
    })
    expect(output.stdout).not.toMatch(/hunter\d/)
  })
})

describe.concurrent('the log', () => {
  test.each(['1', '2'])('names variables that resemble settings once, of %s processes', async (PROCESSES) => {
    const { output } = await serve(await seededPath(), { PROCESSES, RATE_LIMITS: '5', UNRELATED: 'x' })
    const warnings = output.stdout.split('\n').filter((line) => line.includes('is not a setting'))
    expect(warnings.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        level: 40,
        msg: 'RATE_LIMITS is not a setting and has no effect (did you mean RATE_LIMIT?)',
      }),
    ])
    expect(output.stderr).toBe('')
  })

  test.each(['1', '2'])('is for people with LOG_FORMAT=pretty, of %s processes', async (PROCESSES) => {
    const { origin, output, process, ended } = await serve(await seededPath(), {
      PROCESSES,
      LOG_FORMAT: 'pretty',
    })
    await (await fetch(`${origin}/v1/incidents?token=hunter2`)).text()
    await until(
      async () => output.stdout,
      (text) => text.includes('request completed'),
    )
    process.kill('SIGTERM')
    const { code, stdout } = await ended
    if (!isWindows) expect(code).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    for (const line of lines)
      expect(line).toMatch(/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [+-]\d{4}\] (INFO|WARN) \(\d+\): \S/)
    expect(lines.join('\n')).toMatch(/INFO .*incoming request .*"\/v1\/incidents\?token=\*\*\*"/)
  })
})

describe.concurrent('an invalid HTTP request is rejected with a problem document', () => {
  let server: Server
  beforeAll(async () => {
    server = await serve(await seededPath(), { RATE_LIMIT: 'off' })
  })

  test.each([
    ['no request at all', 'GARBAGE\r\n\r\n', 400, 'malformed_request'],
    ['a malformed request line', 'GET /livez extra HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'malformed_request'],
    ['an unknown method', 'BREW /livez HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'malformed_request'],
    ['an unknown version', 'GET /livez HTTP/9.9\r\nHost: x\r\n\r\n', 400, 'malformed_request'],
    ['a header without a name', 'GET /livez HTTP/1.1\r\nHost: x\r\n: x\r\n\r\n', 400, 'malformed_request'],
    ['no Host', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'malformed_request'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'malformed_request',
    ],
    [
      'a URL in bytes',
      'GET /v1/places?q=\u0633\u0627\u0645\u0631\u0627\u0621 HTTP/1.1\r\nHost: x\r\n\r\n',
      400,
      'malformed_request',
    ],
    [
      'a URL that cannot be decoded',
      'GET /v1/incidents/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      400,
      'malformed_request',
    ],
    [
      'an oversized header',
      `GET /livez HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(40_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['an oversized URL', `GET /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'headers_too_large'],
    [
      'a long URL',
      `GET /v1/incidents?q=${'x'.repeat(8000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      414,
      'url_too_long',
    ],
  ])('%s', async (_, request, status, code) => {
    expectProblem(await exchange(server.origin, request), status, code)
    expect(await fetchStatus(`${server.origin}/livez`)).toBe(200)
  })

  test('headers that arrive too slowly are rejected', async () => {
    const started = Date.now()
    const response = exchange(server.origin, 'GET /livez HTTP/1.1\r\nHost: x\r\n', 'X-Slow: 1\r\n')
    expectProblem(await response, 408, 'request_timeout')
    expect(Date.now() - started).toBeLessThan(15_000)
  })
})

describe.concurrent('while the service', () => {
  test.for<[string, string, (lifecycle: Lifecycle) => void]>([
    ['starts', 'not_ready', () => {}],
    [
      'shuts down',
      'shutting_down',
      (lifecycle) => {
        lifecycle.ready()
        lifecycle.drain()
      },
    ],
    [
      'has lost its database',
      'unavailable',
      (lifecycle) => {
        lifecycle.ready()
        lifecycle.fail('The database file was deleted.')
      },
    ],
  ])(
    '%s every request is rejected with 503 %s, but not /livez',
    async ([, code, advance], { onTestFinished }) => {
      const lifecycle = new Lifecycle()
      advance(lifecycle)
      const service = await startService({ lifecycle })
      onTestFinished(() => service.close())
      const api = await OpenApiOracle.load(service.origin)
      const paths = Object.keys(api.document.paths)
        .filter((path) => path.startsWith('/v1/') || path === '/readyz')
        .map((path) => path.replace('{id}', 'seed:samarra-2017-01-02'))
      expect(paths.length).toBeGreaterThan(8)
      for (const path of [...paths, '/v1/incidents?format=csv', '/v1/incidents?no=such']) {
        const { response, body } = await api.fetch(`${service.origin}${path}`)
        expect(response.status, path).toBe(503)
        expect(body).toMatchObject({ code, status: 503 })
        expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d?$/)
        expect(response.headers.get('cache-control')).toBe('no-store')
      }
      expect((await api.fetch(`${service.origin}/livez`)).body).toEqual({ status: 'ok' })
      lifecycle.ready()
      expect((await api.fetch(`${service.origin}/readyz`)).response.status).toBe(200)
      expect((await api.fetch(`${service.origin}/v1/incidents`)).response.status).toBe(200)
    },
  )
})

/** Loads the seed and another data set, which startup does not change; returns the number of incidents. */
async function fill(path: string): Promise<number> {
  const seed = readSeed()
  const [template] = seed.incidents
  const [dataset] = seed.datasets
  if (!template || !dataset) throw new Error('The seed has incidents and data sets')
  const description = 'A long story. '.repeat(500)
  const batch: RecordBatch = {
    ...{ ...seed, sources: [], actors: [], places: [], tolls: [] },
    datasets: [{ ...dataset, id: 'made' }],
    incidents: Array.from({ length: 3000 }, (_, index) => ({
      record: { ...template.record, id: `made:${index}`, dataset: 'made', part_of: [], description },
      claims: [],
    })),
  }
  await withStorage(path, async (storage) => {
    await storage.migrate()
    await storage.load(seed)
    await storage.load(batch)
  })
  return batch.incidents.length + seed.incidents.length
}

/** Writes a text to a server, and `trickle` every half second; returns everything that it sends back. */
function exchange(origin: string, text: string, trickle?: string): Promise<string> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(Number(port), hostname, () => socket.write(text))
    const timer = trickle && setInterval(() => socket.writable && socket.write(trickle), 500)
    socket.setEncoding('utf8').on('data', (part) => {
      received += part
    })
    socket.on('error', (error) => !received && reject(error))
    socket.on('close', () => {
      clearInterval(timer || undefined)
      resolve(received)
    })
  })
}

/** Asserts that a raw response is a complete problem document. */
function expectProblem(response: string, status: number, code: string): void {
  const [head = '', body = ''] = response.split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} \\w`))
  expect(head).toMatch(/^content-type: application\/problem\+json/im)
  expect(head).toMatch(/^connection: close$/im)
  expect(head).toMatch(new RegExp(`^content-length: ${Buffer.byteLength(body)}$`, 'im'))
  expect(JSON.parse(body)).toMatchObject({ type: `urn:conflict-incidents:${code}`, status, code })
}
