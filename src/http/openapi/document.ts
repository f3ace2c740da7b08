import { isDeepStrictEqual } from 'node:util'
import { COMPONENT } from '../../validation/types.ts'
import { renderCodeSamples } from './code-samples.ts'
import type { Examples } from './examples.ts'
import { COMMON_HEADERS, HEADERS, type HeaderName } from './headers.ts'
import { type CompletedByName, HEADERS_OF_SUCCESS, RESPONSE_NAMES } from './operation.ts'

/** A part of an OpenAPI document. */
export type Node = Record<string, unknown>

/** Completes the document of @fastify/swagger: named components, list parameters, examples, headers. */
export function completeDocument(document: Node, examples: Examples): Node {
  const components: Record<string, Node> = {}
  const responses: Record<string, Node> = {}
  const hoisted = hoist(document, components) as Node
  for (const [path, operation] of listOperations(hoisted)) {
    completeParameters(path, operation)
    completeResponses(operation, examples[String(operation.operationId)] ?? {}, responses)
  }
  return {
    ...hoisted,
    components: { schemas: sortByName(components), responses: sortByName(responses), headers: HEADERS },
  }
}

function sortByName(components: Record<string, Node>): Record<string, Node> {
  return Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * Adds code that sends the example of each operation, in several languages.
 * @param base the URL of the service, without a slash at its end
 */
export function withCodeSamples(document: Node, base: string): Node {
  const paths = Object.entries(document.paths as Record<string, Record<string, Node>>).map(
    ([path, methods]) => [
      path,
      Object.fromEntries(
        Object.entries(methods).map(([method, operation]) => {
          const { content = {} } = (operation.responses as Record<string, { content?: Node }>)['200'] ?? {}
          const [accept = ''] = Object.keys(content)
          const url = `${base}${encodeURI(String(operation['x-example']))}`
          return [method, { ...operation, 'x-codeSamples': renderCodeSamples(url, accept) }]
        }),
      ),
    ],
  )
  return { ...document, paths: Object.fromEntries(paths) }
}

function* listOperations(document: Node): Generator<[path: string, operation: Node]> {
  for (const [path, methods] of Object.entries(document.paths as Record<string, Record<string, Node>>))
    for (const operation of Object.values(methods)) yield [path, operation]
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

function completeParameters(path: string, operation: Node): void {
  const [examplePath = '', exampleQuery] = String(operation['x-example']).split('?')
  const query = new URLSearchParams(exampleQuery)
  const segments = path.split('/')
  for (const parameter of (operation.parameters ?? []) as Node[]) {
    const schema = parameter.schema as Node
    if (schema.type === 'array') Object.assign(parameter, { style: 'form', explode: false })
    const example = query.get(String(parameter.name))
    if (example !== null) parameter.example = schema.type === 'array' ? example.split(',') : example
    if (parameter.in === 'path')
      parameter.example = examplePath.split('/')[segments.indexOf(`{${parameter.name}}`)]
  }
}

/**
 * Completes the responses of an operation with headers and examples. Every response but the successful one is a
 * component that operations share.
 */
function completeResponses(
  operation: Node,
  examples: Record<string, unknown>,
  shared: Record<string, Node>,
): void {
  const { [HEADERS_OF_SUCCESS]: own, [RESPONSE_NAMES]: names } = operation as unknown as CompletedByName
  delete operation[HEADERS_OF_SUCCESS]
  delete operation[RESPONSE_NAMES]
  const responses = operation.responses as Record<string, Node>
  for (const [status, response] of Object.entries(responses)) {
    response.headers = referToHeaders([
      ...COMMON_HEADERS,
      ...(status === '200' ? own : (HEADERS_OF[status] ?? [])),
    ])
    if (status === '304') delete response.content
    const name = names[status]
    if (name) {
      if (shared[name] && !isDeepStrictEqual(shared[name], response))
        throw new Error(`Two different responses are called ${name}`)
      shared[name] = response
      responses[status] = { $ref: `#/components/responses/${name}` }
    } else
      for (const [type, media] of Object.entries(response.content as Record<string, Node>))
        if (type in examples) media.example = examples[type]
  }
}

/** Headers of responses that are not successful, besides those of any. */
const HEADERS_OF: Readonly<Record<string, readonly HeaderName[]>> = {
  304: ['ETag', 'Last-Modified'],
  429: ['Retry-After'],
  503: ['Retry-After'],
}

function referToHeaders(names: readonly HeaderName[]): Node {
  return Object.fromEntries(names.toSorted().map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}
