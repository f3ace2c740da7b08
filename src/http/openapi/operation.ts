import { STATUS_CODES } from 'node:http'
import type { FastifySchema } from 'fastify'
import type { TObject, TSchema } from 'typebox'
import { ERRORS, type ErrorCode } from '../../errors.ts'
import { Type } from '../../validation/schema.ts'
import { PROBLEM_TYPE, Problem } from '../errors/problems.ts'
import { type Format, MEDIA_TYPES } from '../formats/formats.ts'
import type { HeaderName } from './headers.ts'

/** The keyword with the names of the headers that only the successful response of an operation has. */
export const HEADERS_OF_SUCCESS = 'x-headers-of-success'
/** The keyword with the names of the components that the responses of an operation become, by status. */
export const RESPONSE_NAMES = 'x-response-names'

/** What an operation's schema has for the document to be completed with. */
export interface CompletedByName {
  [HEADERS_OF_SUCCESS]: readonly HeaderName[]
  [RESPONSE_NAMES]: Readonly<Record<string, string>>
}

/** The documentation of an endpoint. */
interface Operation<Query extends TObject, Params extends TObject> {
  operationId: string
  /** One line. */
  summary: string
  description: string
  tag: keyof typeof TAGS
  query?: Query
  params?: Params
  /** The body of a successful response: JSON or other formats of one schema, or a schema per media type. */
  response:
    | { description: string; schema: TSchema; formats?: readonly Format[] }
    | { description: string; mediaTypes: Record<string, TSchema> }
  /** Headers of the successful response, besides those of any response, validators, and the link to the next page. */
  headers?: readonly HeaderName[]
  /** Whether responses may be kept, and have a validator. */
  isCacheable?: boolean
  /** Error codes besides those that any request may have. */
  errors?: readonly ErrorCode[]
  /** A request (path and query) whose captured response is the example. */
  example: string
}

/** The groups of endpoints, in the order of the documentation. */
export const TAGS = {
  incidents: 'Conflict incidents, and groups of incidents that a source reports together.',
  tolls:
    'Totals that sources report over a place and a period, next to what the recorded incidents account for.',
  stats: 'Sums over incidents in which nobody is counted twice, and counts of values.',
  places: 'The gazetteer: countries, governorates, cities and districts with their names in any script.',
  actors: 'Who acts in incidents or is their target.',
  sources: 'The publications in which claims are made.',
  datasets: 'The data sets that records come from, with version, licence and citation.',
  'event-types': 'The code book of event types, with a cross-walk to other code books.',
  operation: 'For those who run the service.',
} as const

/** Error codes that any request may have. */
const COMMON: readonly ErrorCode[] = [
  'malformed_request',
  'invalid_parameter',
  'unknown_parameter',
  'not_acceptable',
  'request_timeout',
  'url_too_long',
  'rate_limited',
  'headers_too_large',
  'internal_error',
  'not_ready',
  'shutting_down',
  'unavailable',
  'overloaded',
  'expectation_failed',
]

/** Error codes of requests with conditions, besides {@link COMMON}. */
const CONDITIONAL: readonly ErrorCode[] = ['precondition_failed']

/** Builds an endpoint's schema, by which Fastify validates requests and from which the OpenAPI document is made. */
export function operation<Query extends TObject, Params extends TObject>({
  operationId,
  summary,
  description,
  tag,
  query = Type.Object({}, { additionalProperties: false }) as unknown as Query,
  params,
  response,
  headers = [],
  isCacheable = true,
  errors = [],
  example,
}: Operation<Query, Params>) {
  const content =
    'mediaTypes' in response
      ? response.mediaTypes
      : Object.fromEntries(
          (response.formats ?? ['json']).map((format) => [MEDIA_TYPES[format], response.schema]),
        )
  const codes = [...COMMON, ...(isCacheable ? CONDITIONAL : []), ...errors]
  return {
    operationId,
    summary,
    description,
    tags: [tag],
    querystring: query,
    ...((params && { params }) as { params: Params }),
    'x-example': example,
    [HEADERS_OF_SUCCESS]: [
      ...(isCacheable ? (['ETag'] as const) : []),
      ...(isCacheable && tag !== 'operation' ? (['Last-Modified'] as const) : []),
      ...('cursor' in query.properties ? (['Link'] as const) : []),
      ...headers,
    ],
    [RESPONSE_NAMES]: { ...(isCacheable && { 304: nameResponse(304) }), ...nameProblems(codes) },
    response: {
      200: { description: response.description, content: mediaTypes(content) },
      ...(isCacheable && { 304: { description: NOT_MODIFIED } }),
      ...problemResponses(codes),
    } as unknown,
  } satisfies FastifySchema & Record<string, unknown> & CompletedByName
}

const NOT_MODIFIED = 'The copy that the client named in `If-None-Match` or `If-Modified-Since` is current.'

/** Names the problem responses of these codes by status, such as `NotFound` and `BadRequestOrInvalidCursor`. */
function nameProblems(codes: readonly ErrorCode[]): Record<string, string> {
  const names: Record<string, string> = {}
  for (const code of codes) {
    const { status } = ERRORS[code]
    const isNamed = status in names
    names[status] ??= nameResponse(status)
    if (isNamed && !COMMON.includes(code)) names[status] += `Or${toPascalCase(code)}`
  }
  return names
}

/** Names the response of a status by its reason phrase, such as `BadRequest`. */
function nameResponse(status: number): string {
  return (STATUS_CODES[status] ?? String(status)).replaceAll(' ', '')
}

function toPascalCase(name: string): string {
  return name.replace(/(?:^|_)(.)/g, (_, first: string) => first.toUpperCase())
}

function mediaTypes(content: Record<string, TSchema>) {
  return Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }]))
}

function problemResponses(codes: readonly ErrorCode[]) {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))]
  return Object.fromEntries(
    statuses.map((status) => {
      const causes = codes.filter((code) => ERRORS[code].status === status)
      return [
        status,
        {
          description: causes.map((code) => `\`${code}\`: ${ERRORS[code].title}.`).join(' '),
          content: mediaTypes({ [PROBLEM_TYPE]: Problem }),
        },
      ]
    }),
  )
}
