import { COMPONENT } from '../../validation/types.ts'
import { MEDIA_TYPES } from '../formats/formats.ts'
import type { Examples } from './examples.ts'

/** A part of an OpenAPI document. */
export type Node = Record<string, unknown>

/** Completes the document of @fastify/swagger: named components, list parameters, examples, common headers. */
export function completeDocument(document: Node, examples: Examples): Node {
  const components: Record<string, Node> = {}
  const hoisted = hoist(document, components) as Node
  for (const operation of listOperations(hoisted)) {
    completeParameters(operation)
    completeResponses(operation, examples[String(operation.operationId)] ?? {})
  }
  const sorted = Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))
  return { ...hoisted, components: { schemas: Object.fromEntries(sorted), headers: HEADERS } }
}

function* listOperations(document: Node): Generator<Node> {
  for (const path of Object.values(document.paths as Record<string, Node>))
    yield* Object.values(path) as Node[]
}

/** Collects every named schema in `components` and replaces it by a reference. */
function hoist(node: unknown, components: Record<string, Node>): unknown {
  if (Array.isArray(node)) return node.map((item) => hoist(item, components))
  if (typeof node !== 'object' || node === null) return node
  const { [COMPONENT]: name, ...rest } = node as Node
  const inner = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, hoist(value, components)]),
  )
  if (typeof name !== 'string') return inner
  const reference = { $ref: `#/components/schemas/${name}` }
  const first = components[name]
  components[name] ??= inner
  const { description } = inner
  return first && description !== first.description ? { ...reference, description } : reference
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

const INTEGER: Node = { type: 'integer', format: 'int32', minimum: 0, maximum: 2_147_483_647 }

/** The headers of responses, by name. */
const HEADERS: Record<string, Node> = {
  'Access-Control-Allow-Origin': header('The origins whose pages may read the response: any.', {
    type: 'string',
    enum: ['*'],
  }),
  'RateLimit-Limit': header('Requests a minute that one client may make.', INTEGER),
  'RateLimit-Remaining': header('Requests that this client may still make in this minute.', INTEGER),
  'RateLimit-Reset': header('Seconds until the minute is over.', INTEGER),
  'Retry-After': header('Seconds to wait before the next request.', INTEGER),
  'X-Request-Id': header('The id of this request; quote it when you report a problem.', {
    type: 'string',
    format: 'uuid',
    maxLength: 36,
  }),
  ETag: header('Validator of the response: follows the data, the query and the format.', {
    type: 'string',
    maxLength: 40,
  }),
  'Last-Modified': header('When the data last changed; left out until the second of the change is over.', {
    type: 'string',
    maxLength: 40,
  }),
  'X-Hints': header(
    'The hints of a response in CSV, NDJSON or Parquet, as JSON in ASCII; absent when there are none.',
    {
      type: 'string',
      maxLength: 10_000,
    },
  ),
  'Content-Disposition': header('The suggested name of a Parquet file; absent in other formats.', {
    type: 'string',
    maxLength: 100,
  }),
  Link: header('The next page, `rel="next"` (RFC 8288).', { type: 'string', maxLength: 10_000 }),
}

function header(description: string, schema: Node): Node {
  return { description, schema }
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
