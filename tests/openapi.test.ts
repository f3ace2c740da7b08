import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import openapiTS, { astToString } from 'openapi-typescript'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ERRORS } from '../src/errors.ts'
import type { Examples } from '../src/http/openapi/examples.ts'
import { buildDocument, captureExamples } from '../src/openapi.ts'
import { isWindows } from './support/platform.ts'
import { startService } from './support/service.ts'

type Node = Record<string, unknown>

interface Media {
  schema: Node
  example?: unknown
}
interface Parameter {
  name: string
  in: 'path' | 'query'
  description?: string
  schema: Node
  example?: unknown
}
interface Response {
  description: string
  content?: Record<string, Media>
}
interface Operation {
  operationId: string
  summary: string
  description: string
  tags: string[]
  'x-example': string
  parameters?: Parameter[]
  responses: Record<string, Response | { $ref: string }>
}
interface Document {
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Node>; responses: Record<string, Response> }
}

const PROJECT = fileURLToPath(new URL('../', import.meta.url))
const COMMITTED = readFileSync(join(PROJECT, 'openapi/openapi.json'), 'utf8')
const DOCUMENT = JSON.parse(COMMITTED) as Document
const OPERATIONS = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { responses, ...operation }]) => ({
    path,
    method,
    operation: {
      ...operation,
      responses: Object.fromEntries(
        Object.entries(responses).map(([status, response]) => [status, resolveResponse(response)]),
      ),
    },
    id: operation.operationId,
  })),
)

function resolveResponse(response: Response | { $ref: string }): Response {
  if (!('$ref' in response)) return response
  const resolved = DOCUMENT.components.responses[response.$ref.split('/').at(-1) ?? '']
  if (!resolved) throw new Error(`There is no ${response.$ref}`)
  return resolved
}

const STALE = 'is out of date: run `npm run openapi`, look at what changed, and commit it'

describe('the committed OpenAPI document', () => {
  let examples: Examples
  beforeAll(async () => {
    examples = await captureExamples()
  })

  it('has the current responses of the service as examples', () => {
    const committed = JSON.parse(readFileSync(join(PROJECT, 'openapi/examples.json'), 'utf8')) as Examples
    expect(committed, `openapi/examples.json ${STALE}`).toEqual(examples)
  })

  it('is exactly what the code generates', async () => {
    const generated = await buildDocument(examples)
    expect(DOCUMENT, `openapi/openapi.json ${STALE}`).toEqual(JSON.parse(generated))
    expect(COMMITTED === generated, `openapi/openapi.json ${STALE}`).toBe(true)
  })

  it('is what the service serves, at /docs too', async () => {
    const service = await startService()
    onTestFinished(() => service.close())
    for (const path of ['/openapi.json', '/docs/json']) {
      const response = await fetch(`${service.origin}${path}`)
      expect(response.headers.get('content-type')).toMatch(/^application\/json/)
      expect(await response.json(), `openapi/openapi.json ${STALE}`).toEqual(DOCUMENT)
    }
  })
})

/** Runs a tool of the project; returns its exit code and output. */
function run(tool: string, ...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      join(PROJECT, 'node_modules/.bin', tool),
      args,
      {
        cwd: PROJECT,
        // There it is a batch file.
        shell: isWindows,
        env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
      },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? -1) : 0, output: `${stdout}${stderr}` })
      },
    )
  })
}

describe.concurrent('linters', () => {
  it.each([
    ['redocly', 'lint', 'openapi/openapi.json', '--config', 'openapi/redocly.yaml'],
    [
      'spectral',
      'lint',
      'openapi/openapi.json',
      '--ruleset',
      'openapi/spectral.yaml',
      '--fail-severity=error',
    ],
  ])('%s reports no error', async (tool, ...args) => {
    const { code, output } = await run(tool, ...args)
    expect(code, output).toBe(0)
  })
})

describe('every operation', () => {
  it('has a unique id', () => {
    const ids = OPERATIONS.map(({ id }) => id)
    expect(ids.length).toBeGreaterThan(10)
    expect(
      ids.filter((id, index) => !/^[a-z]+([A-Z][a-z]+)*$/.test(id) || ids.indexOf(id) !== index),
    ).toEqual([])
  })

  it.each(OPERATIONS)(
    '$id is described and has an example of its request and response',
    ({ path, operation }) => {
      expect(operation.summary).toMatch(/\S/)
      expect(operation.description).toMatch(/\S/)
      expect(operation.tags).toHaveLength(1)
      expect(DOCUMENT.tags.map(({ name }) => name)).toEqual(expect.arrayContaining(operation.tags))
      const pattern = path.replaceAll(/\{\w+\}/g, '[^/?]+')
      expect(operation['x-example']).toMatch(new RegExp(`^${pattern}(\\?.+)?$`))
      const content = operation.responses['200']?.content ?? {}
      expect(Object.keys(content)).not.toEqual([])
      const bare = Object.entries(content).filter(([, media]) => media.example === undefined)
      const without = ['text/plain', 'text/html', 'application/vnd.apache.parquet']
      expect(bare.map(([type]) => type).filter((type) => !without.includes(type))).toEqual([])
    },
  )

  it.each(OPERATIONS)('$id has the parameters of its example request as examples', ({ path, operation }) => {
    const given = (operation.parameters ?? []).filter(({ example }) => example !== undefined)
    const url = given
      .filter((parameter) => parameter.in === 'path')
      .reduce((text, { name, example }) => text.replace(`{${name}}`, String(example)), path)
    const query = given
      .filter((parameter) => parameter.in === 'query')
      .map(({ name, example }) => [name, String(example)])
    const example = new URL(operation['x-example'], 'http://localhost')
    expect(url).toBe(example.pathname)
    expect(Object.fromEntries(query)).toEqual(Object.fromEntries(example.searchParams))
  })

  it('describes its parameters', () => {
    const bare = OPERATIONS.flatMap(({ id, operation }) =>
      (operation.parameters ?? [])
        .filter(({ description }) => !description)
        .map(({ name }) => `${id}: ${name}`),
    )
    expect(bare).toEqual([])
  })
})

it('every property of every component is described, itself or by a reference', () => {
  const { schemas } = DOCUMENT.components
  const isDescribed = ({ description, $ref }: Node): boolean =>
    Boolean(description) ||
    (typeof $ref === 'string' && isDescribed(schemas[$ref.split('/').at(-1) ?? ''] ?? {}))
  const properties = listProperties(schemas, 'components')
  expect(properties.length).toBeGreaterThan(100)
  expect(properties.filter(({ schema }) => !isDescribed(schema)).map(({ at }) => at)).toEqual([])
  expect(Object.keys(schemas).filter((name) => !isDescribed(schemas[name] ?? {}))).toEqual([])
})

it('no vocabulary has null among its values, which generators of clients misread', () => {
  const withNull = [...COMMITTED.matchAll(/"enum": \[[^\]]*\bnull\b[^\]]*\]/g)]
  expect(withNull.map(([found]) => found)).toEqual([])
})

/** Lists all properties of all objects in a schema, at any depth. */
function listProperties(node: unknown, at: string): { at: string; schema: Node }[] {
  if (typeof node !== 'object' || node === null) return []
  const { type, properties } = node as Node
  const own =
    type === 'object' && typeof properties === 'object'
      ? Object.entries(properties as Record<string, Node>).map(([name, schema]) => ({
          at: `${at}.${name}`,
          schema,
        }))
      : []
  return [...own, ...Object.entries(node).flatMap(([key, value]) => listProperties(value, `${at}.${key}`))]
}

/** Errors that no GET of a documented path can return, with the requests that return them. */
const ELSEWHERE: Partial<Record<keyof typeof ERRORS, string>> = {
  route_not_found: 'another path',
  method_not_allowed: 'another method',
  body_too_large: 'a method that takes a body',
  unsupported_media_type: 'a method that takes a body',
  client_closed: 'a client that does not wait for the response',
}

it.each(Object.entries(ERRORS).filter(([code]) => !(code in ELSEWHERE)))(
  '%s is documented under its status',
  (code, { status }) => {
    const descriptions = OPERATIONS.map(({ operation }) => operation.responses[status]?.description ?? '')
    expect(descriptions.filter((description) => description.includes(`\`${code}\``))).not.toEqual([])
  },
)

describe('every example validates', () => {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    formats: {
      date: /^\d{4}-\d\d-\d\d$/,
      'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
      uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
      int32: true,
      int64: true,
      double: true,
    },
  })
  ajv.addSchema(DOCUMENT, 'openapi')

  /** Validates a value; references are resolved in the document. */
  function findErrors(schema: Node, value: unknown): unknown[] {
    const validate = ajv.compile(resolveReferences(schema) as Node)
    validate(value)
    return validate.errors ?? []
  }

  function resolveReferences(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(resolveReferences)
    if (typeof node !== 'object' || node === null) return node
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [
        key,
        key === '$ref' ? `openapi${value}` : resolveReferences(value),
      ]),
    )
  }

  const media = OPERATIONS.flatMap(({ id, operation }) =>
    Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
      Object.entries(content)
        .filter(([, { example }]) => example !== undefined)
        .map(([type, { schema, example }]) => ({ id, status, type, schema, example })),
    ),
  )
  it.each(media)('$id $status $type', ({ type, schema, example }) => {
    expect(findErrors(schema, example)).toEqual([])
    if (type !== 'application/x-ndjson') return
    const lines = String(example).trimEnd().split('\n')
    const [, component] = /\((\w+)\) a line/.exec(String(schema.description)) ?? []
    const line = { $ref: `#/components/schemas/${component}` }
    expect(lines.flatMap((text) => findErrors(line, JSON.parse(text)))).toEqual([])
  })

  const parameters = OPERATIONS.flatMap(({ id, operation }) =>
    (operation.parameters ?? [])
      .filter(({ example }) => example !== undefined)
      .map(({ name, schema, example }) => ({ id, name, schema, example })),
  )
  it.each(parameters)('$id, parameter $name', ({ schema, example }) => {
    expect(findErrors(schema, example)).toEqual([])
  })

  it('in the schemas', () => {
    const schemas = listProperties(DOCUMENT.components.schemas, 'components').map(({ schema }) => schema)
    const responses = OPERATIONS.flatMap(({ operation }) => Object.values(operation.responses))
    const all = [
      ...schemas,
      ...responses.flatMap(({ content = {} }) => Object.values(content).map((one) => one.schema)),
    ]
    const examples = all.flatMap((schema) =>
      [...((schema.examples ?? []) as unknown[]), ...('example' in schema ? [schema.example] : [])].map(
        (example) => ({ schema, example }),
      ),
    )
    expect(examples).not.toEqual([])
    expect(examples.flatMap(({ schema, example }) => findErrors(schema, example))).toEqual([])
  })
})

/** A typical client: correct calls compile and mistakes do not. */
const CLIENT = `
import createClient from 'openapi-fetch'
import type { components, paths } from './schema.ts'

type Incident = components['schemas']['ListedIncident']
/** The media types that the client reads; without them the compiler would allow for CSV. */
type Media = 'application/json' | 'application/problem+json'

export async function readSamarra(baseUrl: string) {
  const client = createClient<paths, Media>({ baseUrl })
  const { data: page, error, response } = await client.GET('/v1/incidents', {
    params: {
      query: {
        city: ['Samarra'],
        country: ['IQ', 'SY'],
        event_type: ['battles', 'explosions_remote_violence'],
        date_from: '2017-01-01',
        deaths_min: 1,
        deaths_basis: 'low',
        bbox: [40, 30, 50, 40],
        sort: '-deaths',
        total: 'exact',
        limit: 10,
      },
    },
  })
  if (!page) throw new Error(\`\${response.status} \${error.code}: \${error.detail}\`)
  const incidents: Incident[] = page.data
  const [incident] = incidents
  if (!incident) throw new Error('Nothing happened')

  const one = await client.GET('/v1/incidents/{id}', { params: { path: { id: incident.id } } })
  const claimed: (number | null)[] | undefined = one.data?.claims.map((claim) => claim.low)
  const titles = await client.GET('/v1/incidents', { params: { query: { fields: ['id', 'place.name'] } } })
  const absent = await client.GET('/v1/incidents/{id}', { params: { path: { id: 'seed:none' } } })

  const best: number | undefined = incident.fatalities?.best
  const high: number | null | undefined = incident.fatalities?.high
  const killed: number | undefined = incident.fatalities?.by_group.security_forces?.best
  const roles: ('perpetrator' | 'target' | 'other')[] = incident.actors.map(({ role }) => role)
  return {
    id: incident.id,
    city: incident.place.city,
    country: incident.place.country_code,
    total: page.page.total,
    next: page.page.next,
    licences: page.datasets.map(({ licence }) => licence),
    title: one.data?.title,
    projected: titles.data?.data[0],
    absent: absent.error?.code,
    claimed,
    best,
    high,
    killed,
    roles,
  }
}

/** Never called: every line after a comment must be an error. */
export async function mistakes(incident: Incident) {
  const client = createClient<paths, Media>({ baseUrl: '' })
  // @ts-expect-error an unknown path
  await client.GET('/v1/attacks')
  // @ts-expect-error an unknown parameter
  await client.GET('/v1/incidents', { params: { query: { town: ['Samarra'] } } })
  // @ts-expect-error a value that is not in the vocabulary
  await client.GET('/v1/incidents', { params: { query: { event_type: ['bombings'] } } })
  // @ts-expect-error an unknown sort order
  await client.GET('/v1/incidents', { params: { query: { sort: 'random' } } })
  // @ts-expect-error an unknown field
  await client.GET('/v1/incidents', { params: { query: { fields: ['casualties'] } } })
  // @ts-expect-error a text where a number is wanted
  await client.GET('/v1/incidents', { params: { query: { deaths_min: 'many' } } })
  // @ts-expect-error the id is missing
  await client.GET('/v1/incidents/{id}')
  // @ts-expect-error the API is read-only
  await client.POST('/v1/incidents')
  // @ts-expect-error an unknown property
  incident.casualties
  // @ts-expect-error the number killed may be unknown
  incident.fatalities.best
  // @ts-expect-error a null high is not a number
  const high: number | undefined = incident.fatalities?.high
  // @ts-expect-error an unknown kind
  const isBattle = incident.kind === 'battle'
  return { high, isBattle }
}
`

describe('a typed client', () => {
  let folder: string
  let file: string
  beforeAll(async () => {
    // Below the project, so that its packages are found; the dot keeps it out of the other checks.
    folder = mkdtempSync(fileURLToPath(new URL('.generated-', import.meta.url)))
    file = join(folder, 'client.ts')
    const types = await openapiTS(new URL('../openapi/openapi.json', import.meta.url))
    writeFileSync(join(folder, 'schema.ts'), astToString(types))
    writeFileSync(file, CLIENT)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('compiles in strict mode, and its mistakes do not', () => {
    const program = ts.createProgram([file], {
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
      types: [],
    })
    const problems = ts.getPreEmitDiagnostics(program).map((diagnostic) =>
      ts.formatDiagnostic(diagnostic, {
        getCurrentDirectory: () => folder,
        getCanonicalFileName: (name) => name,
        getNewLine: () => '\n',
      }),
    )
    expect(problems).toEqual([])
  })

  it('reads values of the declared types from the service', async () => {
    const client = (await import(pathToFileURL(file).href)) as {
      readSamarra: (origin: string) => Promise<unknown>
    }
    // Started after compiling, which blocks the event loop: a service that is overloaded rejects requests.
    const service = await startService()
    onTestFinished(() => service.close())
    expect(await client.readSamarra(service.origin)).toEqual({
      id: 'seed:samarra-2017-01-02',
      title: 'Attack on two police stations in Samarra',
      city: 'Samarra',
      country: 'IQ',
      best: 13,
      high: null,
      killed: 7,
      claimed: [7, 6, null, null, null],
      roles: ['perpetrator', 'target', 'other'],
      total: 1,
      next: null,
      licences: [expect.stringMatching(/^CC0/)],
      projected: { id: 'seed:samarra-2017-01-02', place: { name: 'Samarra' } },
      absent: 'record_not_found',
    })
  })
})
