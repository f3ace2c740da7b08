import { existsSync, readFileSync } from 'node:fs'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify'
import { RELEASE } from '../../release.ts'
import { COMPONENT } from '../../validation/types.ts'
import { MEDIA_TYPES } from '../formats/formats.ts'
import { TAGS } from './operation.ts'
import type { Examples } from './routes.ts'

/** A part of an OpenAPI document. */
type Node = Record<string, unknown>

const EXAMPLES = new URL('../../../openapi/examples.json', import.meta.url)

const DESCRIPTION = `Conflict-incident records: who attacked whom, where, when, how many were killed, and who says so.

- Figures have **low, best and high**; a null high means that no upper bound was stated, never zero.
- Every **claim** is kept: who said what number, of whom, in which source.
- **Groups** and **reported totals** are modelled, so that nobody is counted twice.
- A parameter that is not known or malformed is a 400 that names it. Errors are RFC 9457 problem documents with a stable \`code\`.
- Lists are paged by \`page.next\`; responses carry an ETag that follows the data.`

/** The committed examples. */
function committedExamples(): Examples {
  return existsSync(EXAMPLES) ? (JSON.parse(readFileSync(EXAMPLES, 'utf8')) as Examples) : {}
}

/** An application that answers no question: it has the OpenAPI document of these routes and the pages that show it. */
export async function buildDocumentation(
  routes: readonly RouteOptions[],
  examples = committedExamples(),
): Promise<FastifyInstance> {
  const compilersFactory = {
    buildValidator: () => (() => () => true) as never,
    buildSerializer: () => () => JSON.stringify,
  }
  const app = Fastify({ schemaController: { compilersFactory } })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Conflict incidents',
        version: RELEASE,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' } as { name: string },
        contact: { name: 'The conflict-incidents authors' },
      },
      // Public and read-only: no operation asks who you are.
      security: [],
      servers: [
        { url: '/', description: 'This server, production or local', 'x-internal': false } as { url: string },
      ],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new Error('This is an OpenAPI 3 application')
      return finish(document.openapiObject as Node, examples) as never
    },
  })
  for (const { url, schema } of routes)
    app.route({ method: 'GET', url, ...(schema && { schema }), handler: () => {} })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: {
      deepLinking: true,
      displayRequestDuration: true,
      docExpansion: 'list',
      validatorUrl: null,
      url: '/openapi.json',
      layout: 'BaseLayout',
      tryItOutEnabled: true,
    },
    theme: { title: 'Conflict incidents API' },
  })
  await app.ready()
  return app
}

/** What @fastify/swagger leaves to do: named components, list parameters, examples, common headers. */
function finish(document: Node, examples: Examples): Node {
  const components: Record<string, Node> = {}
  const finished = hoist(document, components) as Node
  for (const operation of operationsOf(finished)) {
    completeParameters(operation)
    completeResponses(operation, examples[String(operation.operationId)] ?? {})
  }
  const sorted = Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))
  return { ...finished, components: { schemas: Object.fromEntries(sorted), headers: HEADERS } }
}

function* operationsOf(document: Node): Generator<Node> {
  for (const path of Object.values(document.paths as Record<string, Node>))
    yield* Object.values(path) as Node[]
}

/** Replaces every schema that has a name of its own by a reference to it, and collects it. */
function hoist(node: unknown, components: Record<string, Node>): unknown {
  if (Array.isArray(node)) return node.map((item) => hoist(item, components))
  if (typeof node !== 'object' || node === null) return node
  const { [COMPONENT]: name, ...rest } = node as Node
  const inner = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, hoist(value, components)]),
  )
  if (typeof name !== 'string') return inner
  const reference = { $ref: `#/components/schemas/${name}` }
  const known = components[name]
  components[name] ??= inner
  const { description } = inner
  return known && description !== known.description ? { ...reference, description } : reference
}

function completeParameters(operation: Node): void {
  const query = new URL(String(operation['x-example']), 'http://localhost').searchParams
  for (const parameter of (operation.parameters ?? []) as Node[]) {
    const schema = parameter.schema as Node
    if (schema.type === 'array') Object.assign(parameter, { style: 'form', explode: false })
    const example = query.get(String(parameter.name))
    if (example !== null) parameter.example = schema.type === 'array' ? example.split(',') : example
    if (parameter.in === 'path') parameter.example = String(operation['x-example']).split('/').at(-1)
  }
}

/** Headers of every response. */
const HEADERS: Record<string, Node> = {
  'Access-Control-Allow-Origin': header('Who may read the response in a browser: everybody.', {
    type: 'string',
    enum: ['*'],
  }),
  'RateLimit-Limit': header('Requests a minute that one client may make.', INTEGER()),
  'RateLimit-Remaining': header('Requests that this client may still make in this minute.', INTEGER()),
  'RateLimit-Reset': header('Seconds until the minute is over.', INTEGER()),
  'Retry-After': header('Seconds to wait before the next request.', INTEGER()),
  'X-Request-Id': header('The id of this request; quote it when you report a fault.', {
    type: 'string',
    format: 'uuid',
    maxLength: 36,
  }),
  ETag: header('Validator of the response: follows the data, the query and the format.', {
    type: 'string',
    maxLength: 40,
  }),
  'Last-Modified': header('When the data last changed.', { type: 'string', maxLength: 40 }),
  'X-Hints': header(
    'The hints of an answer in CSV, NDJSON or Parquet, as JSON in ASCII; absent when there are none.',
    {
      type: 'string',
      maxLength: 10_000,
    },
  ),
  'Content-Disposition': header('The name under which to keep a Parquet file; absent in other formats.', {
    type: 'string',
    maxLength: 100,
  }),
  Link: header('The next page, `rel="next"` (RFC 8288).', { type: 'string', maxLength: 10_000 }),
}

function header(description: string, schema: Node): Node {
  return { description, schema }
}

function INTEGER(): Node {
  return { type: 'integer', format: 'int32', minimum: 0, maximum: 2_147_483_647 }
}

function completeResponses(operation: Node, examples: Record<string, unknown>): void {
  const isData = !(operation.tags as string[]).includes('operation')
  const isPaged = ((operation.parameters ?? []) as Node[]).some(({ name }) => name === 'cursor')
  for (const [status, response] of Object.entries(operation.responses as Record<string, Node>)) {
    const content = (response.content ?? {}) as Record<string, Node>
    const names = [
      ...[
        'Access-Control-Allow-Origin',
        'RateLimit-Limit',
        'RateLimit-Remaining',
        'RateLimit-Reset',
        'X-Request-Id',
      ],
      ...(isData && (status === '200' || status === '304') ? ['ETag', 'Last-Modified'] : []),
      ...(isPaged && status === '200' ? ['Link'] : []),
      ...('text/csv' in content ? ['X-Hints'] : []),
      ...(MEDIA_TYPES.parquet in content ? ['Content-Disposition'] : []),
      ...(status === '429' || status === '503' ? ['Retry-After'] : []),
    ]
    response.headers = Object.fromEntries(
      names.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
    )
    if (status === '304') delete response.content
    for (const [type, media] of Object.entries(content)) {
      if (status === '200' && type in examples) media.example = examples[type]
    }
  }
}
