import type { FastifySchema } from 'fastify'
import type { TObject, TSchema } from 'typebox'
import { ERRORS, type ErrorCode } from '../../errors.ts'
import { Type } from '../../validation/schema.ts'
import { PROBLEM_TYPE, Problem } from '../errors/problems.ts'
import { type Format, MEDIA_TYPES } from '../formats/formats.ts'

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
  'overloaded',
  'precondition_failed',
  'expectation_failed',
]

/** Builds an endpoint's schema, by which Fastify validates requests and from which the OpenAPI document is made. */
export function operation<Query extends TObject, Params extends TObject>({
  operationId,
  summary,
  description,
  tag,
  query = Type.Object({}, { additionalProperties: false }) as unknown as Query,
  params,
  response,
  errors = [],
  example,
}: Operation<Query, Params>) {
  const content =
    'mediaTypes' in response
      ? response.mediaTypes
      : Object.fromEntries(
          (response.formats ?? ['json']).map((format) => [MEDIA_TYPES[format], response.schema]),
        )
  return {
    operationId,
    summary,
    description,
    tags: [tag],
    querystring: query,
    ...((params && { params }) as { params: Params }),
    'x-example': example,
    response: {
      200: { description: response.description, content: mediaTypes(content) },
      304: {
        description: 'The copy that the client named in `If-None-Match` or `If-Modified-Since` is current.',
      },
      ...problemResponses([...COMMON, ...errors]),
    } as unknown,
  } satisfies FastifySchema & Record<string, unknown>
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
