import { useEffect, useState } from 'preact/hooks'
import type { Facet } from '../../facets/facet.schema.ts'
import type { Hint } from '../../http/requests/hint.ts'
import type { Note, StatsRow, StatsTotal } from '../../stats/stats.schema.ts'
import type { Toll } from '../../tolls/toll.schema.ts'
import { withBasePath } from './location.ts'

/** Response of the list endpoints: one page. */
export interface Page<T> {
  data: T[]
  page: { limit: number; next: string | null; total?: number; total_is?: 'exact' | 'at_least' }
  hints: Hint[]
  datasets: { id: string; name: string; licence: string; citation: string }[]
}

/** Response of `/v1/stats`. */
export interface StatsPage extends Page<StatsRow> {
  total: StatsTotal | null
  by_dataset: ({ dataset: string } & StatsTotal)[]
  tolls: Toll[]
  notes: Note[]
}

/** Response of `/v1/facets`. */
export interface Facets {
  data: Facet[]
}

/** Why a request failed. */
export interface ApiError {
  /** The `detail` of the API's problem document; null where the service could not be reached. */
  detail: string | null
  /** HTTP status; 0 where the service could not be reached. */
  status: number
}

/** State of a request to the API. */
export interface ApiState<T> {
  /** The last result; kept while the next request is pending. */
  result: T | null
  error: ApiError | null
  isLoading: boolean
}

/** The last result or error, and the request it belongs to. */
type Completed<T> = Pick<ApiState<T>, 'result' | 'error'> & { request: string | null }

const NOTHING_REQUESTED = { result: null, error: null, request: null }

const RETRY = 'retry-failed-requests'

/** Sends all failed requests of the page again. */
export function retryFailed(): void {
  dispatchEvent(new Event(RETRY))
}

/** Fetches `path` whenever it changes and aborts the request before; null fetches nothing. */
export function useApi<T>(
  path: string | null,
  read: (response: Response) => Promise<T> = readJson,
): ApiState<T> {
  const [state, setState] = useState<Completed<T>>(NOTHING_REQUESTED)
  const [attempt, setAttempt] = useState(0)
  const request = path === null ? null : `${attempt} ${path}`

  useEffect(() => {
    if (path === null || request === null) return setState(NOTHING_REQUESTED)
    const controller = new AbortController()
    fetchResult(path, read, controller.signal).then((outcome) => {
      if (controller.signal.aborted) return
      setState((before) => ({ result: before.result, error: null, ...outcome, request }))
    })
    return () => controller.abort()
  }, [request])

  const { error } = state
  useEffect(() => {
    if (!error) return
    const events = error.status === 0 ? [RETRY, 'online'] : [RETRY]
    const retry = () => setAttempt((count) => count + 1)
    for (const event of events) addEventListener(event, retry)
    return () => {
      for (const event of events) removeEventListener(event, retry)
    }
  }, [error])
  return { ...state, isLoading: request !== state.request }
}

/** Reads a response in NDJSON: one JSON object a line. */
export async function readNdjson<T>(response: Response): Promise<T[]> {
  const text = await response.text()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}

/** Reads sums in NDJSON, with the notes that their header has. */
export async function readSums(response: Response): Promise<{ rows: StatsRow[]; notes: Note[] }> {
  const notes = JSON.parse(response.headers.get('x-notes') ?? '[]') as Note[]
  return { rows: await readNdjson<StatsRow>(response), notes }
}

async function readJson<T>(response: Response): Promise<T> {
  return (await response.json()) as T
}

async function fetchResult<T>(
  path: string,
  read: (response: Response) => Promise<T>,
  signal: AbortSignal,
): Promise<{ result: T } | { error: ApiError }> {
  try {
    const response = await fetch(withBasePath(path), { signal })
    if (response.ok) return { result: await read(response) }
    const { detail } = (await response.json().catch(() => ({}))) as { detail?: string }
    return { error: { detail: detail ?? response.statusText, status: response.status } }
  } catch {
    return { error: { detail: null, status: 0 } }
  }
}
