import type { ErrorCode, ParameterError, Problem } from './types.ts'

/** The service, or a proxy before it, responded with an error. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly status: number
  /** The cause, to switch on; null where the response is no problem document, as those of proxies. */
  readonly code: ErrorCode | null
  /** The kind of problem, the same for every occurrence. */
  readonly title: string
  /** The problem with this request and how to fix it. */
  readonly detail: string
  /** The wrong parameters, each with a suggestion where one is near. */
  readonly errors: readonly ParameterError[]
  /** Identifies the request in the service's log; null if the response does not have it. */
  readonly requestId: string | null
  /** After how many milliseconds the request may be repeated; null if the response does not say. */
  readonly retryAfterMs: number | null

  private constructor(response: Response, problem: Partial<Problem>) {
    const { status, headers } = response
    const title = problem.title ?? (response.statusText || `Status ${status}`)
    const detail = problem.detail ?? `${response.url} responded with status ${status}.`
    super(`${status} ${problem.code ?? title}: ${detail}`)
    this.status = status
    this.code = problem.code ?? null
    this.title = title
    this.detail = detail
    this.errors = problem.errors ?? []
    this.requestId = headers.get('x-request-id')
    this.retryAfterMs = parseRetryAfter(headers.get('retry-after'))
  }

  /** Reads the error of a response. */
  static async read(response: Response): Promise<ProblemError> {
    const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json')
    const text = await response.text()
    return new ProblemError(response, isProblem ? JSON.parse(text) : {})
  }
}

/** No complete response was received, or something other than the API responded. */
export class TransferError extends Error {
  override readonly name = 'TransferError'

  /** @param problem what happened, as the rest of a sentence that begins with the URL */
  constructor(
    readonly url: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${url} ${problem}`, options)
  }

  /** Wraps what `fetch` throws: its own message does not say what happened. */
  static from(url: string, cause: unknown): TransferError {
    const inner = cause instanceof Error ? (cause.cause ?? cause) : cause
    const { message, code } = inner as { message?: string; code?: string }
    return new TransferError(url, `could not be read: ${message || code || inner}`, { cause })
  }
}

/** Reads the header `Retry-After`, seconds or a date; in milliseconds. */
function parseRetryAfter(value: string | null): number | null {
  if (value === null) return null
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const date = value.endsWith('GMT') ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(date - Date.now(), 0)
}
