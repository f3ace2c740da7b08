import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import {
  ERRORS,
  type ErrorCode,
  isOutOfFiles,
  MAX_ISSUES,
  type ParameterIssue,
  ServiceError,
} from '../../errors.ts'
import { Type } from '../../validation/schema.ts'
import { component, enumeration, list, text } from '../../validation/types.ts'

/** Lengths of the texts of a problem document in characters: a response to an error stays small, whatever was sent. */
const MAX_DETAIL_LENGTH = 4000
const MAX_REASON_LENGTH = 4000
const MAX_NAME_LENGTH = 300

/** Schema of a problem document. */
export const Problem = component(
  'Problem',
  {
    type: text(200, {
      description: 'A URI that names the kind of problem: `urn:conflict-incidents:` and the code.',
    }),
    title: text(200, { description: 'The kind of problem, the same for every occurrence.' }),
    status: Type.Integer({ minimum: 400, maximum: 599, format: 'int32', description: 'The HTTP status.' }),
    detail: text(MAX_DETAIL_LENGTH, { description: 'The problem with this request and how to fix it.' }),
    code: enumeration(Object.keys(ERRORS) as ErrorCode[], { description: 'A stable code to switch on.' }),
    instance: Type.Optional(
      text(100, { description: 'The request, as in the response header `x-request-id`.' }),
    ),
    errors: Type.Optional(
      list(
        Type.Object(
          {
            parameter: text(MAX_NAME_LENGTH, { description: 'The parameter, as it was sent.' }),
            reason: text(MAX_REASON_LENGTH, { description: 'The problem, and what is permitted.' }),
            suggestion: Type.Optional(
              text(MAX_NAME_LENGTH, { description: 'The nearest permitted name or value.' }),
            ),
          },
          { additionalProperties: false },
        ),
        { description: 'One entry for each thing that is wrong; the first of many.', maxItems: MAX_ISSUES },
      ),
    ),
  },
  {
    description: 'An RFC 9457 problem document.',
    examples: [
      {
        type: 'urn:conflict-incidents:unknown_parameter',
        title: 'A parameter is not known',
        status: 400,
        detail: 'citty is not known here; did you mean city?',
        code: 'unknown_parameter',
        instance: 'urn:uuid:469d5f07-e337-4592-a2d3-654500d203f8',
        errors: [{ parameter: 'citty', reason: 'is not known here', suggestion: 'city' }],
      },
    ],
  },
)
/** An RFC 9457 problem document. */
export type Problem = Static<typeof Problem>

/** The media type of problem documents (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json'

/** Renders a failure as a problem document. */
function toProblem({ code, message, status, options }: ServiceError, requestId?: string): Problem {
  return {
    type: `urn:conflict-incidents:${code}`,
    title: ERRORS[code].title,
    status,
    detail: cut(message, MAX_DETAIL_LENGTH),
    code,
    ...(requestId && { instance: `urn:uuid:${requestId}` }),
    ...(options.issues && { errors: options.issues.slice(0, MAX_ISSUES).map(cutIssue) }),
  }
}

function cutIssue({ parameter, reason, suggestion }: ParameterIssue): ParameterIssue {
  return {
    parameter: cut(parameter, MAX_NAME_LENGTH),
    reason: cut(reason, MAX_REASON_LENGTH),
    ...(suggestion && { suggestion: cut(suggestion, MAX_NAME_LENGTH) }),
  }
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1).toWellFormed()}…` : text
}

/** Error codes of Fastify, as ours with a detail. */
const FASTIFY_CODES: Readonly<Record<string, [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body_too_large', 'Send the request without a body.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Send the request without a body.'],
}

/** Translates any failure of a request; an unexpected one hides its cause from the client. */
function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error
  // Only logs and metrics show this one.
  if ((error as Error).name === 'AbortError')
    return new ServiceError('client_closed', 'The client did not wait for the response.', { cause: error })
  const { code = '', statusCode = 500, message } = error as Partial<FastifyError>
  const translated = FASTIFY_CODES[code]
  if (translated) return new ServiceError(...translated, { cause: error })
  if (statusCode >= 400 && statusCode < 500) {
    return new ServiceError('malformed_request', `The request cannot be read: ${message}`, { cause: error })
  }
  if (isOutOfFiles(error)) {
    return new ServiceError('overloaded', 'The server cannot open more files. Try again in a few seconds.', {
      headers: { 'retry-after': '5' },
      cause: error,
    })
  }
  return new ServiceError(
    'internal_error',
    'This is an error of the server. Quote the request id when you report it.',
    { cause: error },
  )
}

/** Builds the error of an unknown id; the nearest known one is suggested. */
export function recordNotFound(what: string, id: string, nearest: readonly string[]): ServiceError {
  const [suggestion] = nearest
  const reason = `is the id of no ${what}`
  return new ServiceError(
    'record_not_found',
    `There is no ${what} ${id}.${suggestion ? ` Did you mean ${suggestion}?` : ''}`,
    { issues: [{ parameter: 'id', reason, ...(suggestion && { suggestion }) }] },
  )
}

/** Sends a failure as a problem document; one of the server is logged. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const failure = toServiceError(error)
  // What makes the service unavailable is logged once, when it is noticed.
  if (failure.status >= 500 && failure.code !== 'unavailable')
    request.log.error({ err: error }, failure.message)
  for (const header of ['etag', 'last-modified', 'content-disposition', 'content-encoding', 'link'])
    reply.removeHeader(header)
  return reply
    .code(failure.status)
    .headers(failure.options.headers ?? {})
    .header('cache-control', 'no-store')
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(toProblem(failure, request.id)))
}

/** Turns every error and every unknown path into a problem document. */
export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler(sendProblem)
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      new ServiceError(
        'route_not_found',
        `There is nothing at ${request.originalUrl.split('?')[0]}. The paths are listed at ${request.basePath}/openapi.json.`,
      ),
      request,
      reply,
    ),
  )
}

/** Errors of Node's HTTP parser, as ours with a detail. */
const CLIENT_ERRORS: Readonly<Record<string, [ErrorCode, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'Send the whole request at once.'],
  HPE_INVALID_URL: [
    'malformed_request',
    'The URL holds characters that must be percent-encoded as UTF-8; curl does it with -G --data-urlencode.',
  ],
  HPE_HEADER_OVERFLOW: [
    'headers_too_large',
    'Send fewer or shorter headers, and a URL of at most 8000 characters.',
  ],
}

/** Responds on the bare socket to what is not a valid HTTP request. */
export function sendClientError(error: Error & { code?: string }, socket: Socket): void {
  // The client is gone.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [code, detail] = CLIENT_ERRORS[error.code ?? ''] ?? [
    'malformed_request',
    'The request is not valid HTTP/1.1.',
  ]
  const problem = toProblem(new ServiceError(code as ErrorCode, detail as string))
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    // As every response: a page could not read what is wrong with its request.
    'Access-Control-Allow-Origin: *',
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
