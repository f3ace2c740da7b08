/**
 * The registry of error codes. A code names one cause, is never renamed and never reused;
 * clients may switch on it. docs/errors.md lists every code (a test compares them).
 */
export const ERRORS = {
  malformed_request: {
    status: 400,
    title: 'The request is not well-formed HTTP or its URL cannot be decoded',
  },
  invalid_parameter: { status: 400, title: 'A parameter has a value that is not permitted' },
  unknown_parameter: { status: 400, title: 'A parameter is not known' },
  invalid_cursor: { status: 400, title: 'The cursor was altered or belongs to another query' },
  route_not_found: { status: 404, title: 'There is nothing at this path' },
  record_not_found: { status: 404, title: 'There is no record with this id' },
  method_not_allowed: { status: 405, title: 'The method is not permitted: this API is read-only' },
  not_acceptable: { status: 406, title: 'None of the accepted media types is available here' },
  request_timeout: { status: 408, title: 'The request was not completed in time' },
  precondition_failed: { status: 412, title: 'The representation is not the one that the request names' },
  body_too_large: { status: 413, title: 'The request body is too large: no endpoint takes one' },
  url_too_long: { status: 414, title: 'The URL is too long' },
  unsupported_media_type: { status: 415, title: 'The request body has an unsupported media type' },
  expectation_failed: { status: 417, title: 'The request has an expectation that is not known' },
  rate_limited: { status: 429, title: 'Too many requests from this client' },
  headers_too_large: { status: 431, title: 'The request headers are too large' },
  client_closed: { status: 499, title: 'The client closed the connection before the response' },
  internal_error: { status: 500, title: 'The server failed to answer' },
  not_ready: { status: 503, title: 'The server is starting' },
  shutting_down: { status: 503, title: 'The server is shutting down' },
  unavailable: { status: 503, title: 'The database cannot be used until an operator has repaired it' },
  overloaded: { status: 503, title: 'The server is overloaded' },
} as const satisfies Record<string, { status: number; title: string }>

/** A stable, machine-readable cause: a key of {@link ERRORS}. */
export type ErrorCode = keyof typeof ERRORS

/** The number of issues that a response lists: those after them are neither looked for nor shown. */
export const MAX_ISSUES = 10

/** One thing that is wrong with one parameter. */
export interface ParameterIssue {
  /** The parameter's name as it was sent. */
  parameter: string
  /** The problem and what is permitted, as the rest of a sentence that begins with the parameter. */
  reason: string
  /** The nearest permitted name or value, where one is near. */
  suggestion?: string
}

/** A failure that is reported to the client, as an RFC 9457 problem document. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'

  constructor(
    readonly code: ErrorCode,
    /** The problem with this request and how to fix it. */
    detail: string,
    readonly options: {
      issues?: readonly ParameterIssue[]
      headers?: Readonly<Record<string, string>>
      cause?: unknown
    } = {},
  ) {
    super(detail, { cause: options.cause })
  }

  get status(): number {
    return ERRORS[this.code].status
  }
}

/**
 * Builds the error of a cursor that cannot be continued, also for an engine whose position has another shape.
 * @param cause what is wrong with the cursor, such as `was altered`
 */
export function invalidCursor(cause: string): ServiceError {
  const reason = `${cause}: take page.next of the previous page unchanged, with the same filters, or leave it out to begin`
  return new ServiceError('invalid_cursor', `The cursor ${reason}.`, {
    issues: [{ parameter: 'cursor', reason }],
  })
}

/** The problem of a database in whose place there is another one. */
export const REPLACED = 'was replaced by another one while it was in use'

/**
 * Builds the error of a database that can no longer be used by this process.
 * @param problem the rest of a sentence about its file, such as `was deleted`
 */
export function databaseUnavailable(problem: string, cause?: unknown): ServiceError {
  return new ServiceError(
    'unavailable',
    `The database file ${problem}. Nothing is served until an operator has put the right file back and restarted the service.`,
    { headers: { 'retry-after': '60' }, cause },
  )
}

/** A failure of operation (configuration, database file, seed) that an operator can fix: printed as one line. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}

/** Codes of Node.js and SQLite where no file descriptor is left; a thread that cannot start has its own. */
const OUT_OF_FILES = ['EMFILE', 'ENFILE', 'SQLITE_CANTOPEN', 'ERR_WORKER_INIT_FAILED']

/** Whether a failure, or what caused it, is that no more files can be opened: other requests will succeed. */
export function isOutOfFiles(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code = '' } = error as NodeJS.ErrnoException
  return OUT_OF_FILES.some((known) => code.startsWith(known)) || isOutOfFiles(error.cause)
}
