import { ProblemError, TransferError } from './errors.ts'

/** How often and how long a request is repeated. */
export interface RetryPolicy {
  /** The number of repetitions. */
  retries: number
  /** The time that all waits of one request may take, in milliseconds. */
  maxWaitMs: number
}

/** Statuses after which the same request may succeed: limits, starts and stops of the service and of proxies. */
const RETRYABLE = new Set([429, 502, 503, 504])
/** The longest wait before the first repetition if the response does not say how long; doubled for each further one. */
const FIRST_WAIT_MS = 500

/**
 * Requests until there is a response without an error.
 * @param read reads what is needed of the response; a transfer that breaks off in it is repeated as well
 * @throws the error of the last attempt, or the signal's reason
 */
export async function requestWithRetries<T>(
  url: string,
  send: () => Promise<Response>,
  read: (response: Response) => T | Promise<T>,
  { retries, maxWaitMs }: RetryPolicy,
  signal: AbortSignal | undefined,
): Promise<T> {
  let waited = 0
  for (let attempt = 0; ; attempt += 1) {
    let error: ProblemError | TransferError
    let wait = FIRST_WAIT_MS * 2 ** attempt * (0.5 + Math.random() / 2)
    try {
      const response = await send()
      if (response.ok || response.status === 304) return await read(response)
      const problem = await ProblemError.read(response)
      if (!RETRYABLE.has(problem.status)) throw problem
      wait = problem.retryAfterMs ?? wait
      error = problem
    } catch (cause) {
      signal?.throwIfAborted()
      if (cause instanceof ProblemError || cause instanceof TransferError) throw cause
      error = TransferError.from(url, cause)
    }
    waited += wait
    if (attempt >= retries || waited > maxWaitMs) throw error
    await sleep(wait, signal)
  }
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
