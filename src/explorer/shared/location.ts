import { createContext } from 'preact'
import { useCallback, useContext, useEffect, useState } from 'preact/hooks'

/**
 * The filters that the explorer offers: query parameters with the same names as in the API. Other parameters of the
 * address (`record`, `map`, `sort` …) hold the state of the view.
 */
export const FILTERS = [
  ...['city', 'place', 'actor', 'event_type', 'dataset', 'date_from', 'date_to', 'deaths_min', 'deaths_max'],
  ...['bbox', 'q'],
]

/** The path under which the browser reaches the service, which the server writes into the page; empty for the root. */
const BASE_PATH = document.documentElement.dataset.basePath ?? ''

/** Builds the path of a link or request from a path of the service, such as `/v1/datasets`. */
export function withBasePath(path: string): string {
  return `${BASE_PATH}${path}`
}

/** New values of query parameters; null removes one. */
export type ParamChanges = Readonly<Record<string, string | null>>

/** The query parameters of the page's address, and a function that changes them. */
interface ExplorerLocation {
  params: URLSearchParams
  /** Changes parameters; `push` (the default) adds an entry to the browser's history. */
  change(changes: ParamChanges, how?: 'push' | 'replace'): void
}

/** Hands the location to every component. */
export const LocationContext = createContext<ExplorerLocation>({
  params: new URLSearchParams(),
  change: () => {},
})

/** Reads the location from the context. */
export function useLocation(): ExplorerLocation {
  return useContext(LocationContext)
}

/** Keeps the state of the explorer in the address, so that reload, back, forward and a shared link restore it. */
export function useUrlState(): ExplorerLocation {
  const [params, setParams] = useState(() => new URLSearchParams(window.location.search))
  useEffect(() => {
    const read = () => setParams(new URLSearchParams(window.location.search))
    addEventListener('popstate', read)
    return () => removeEventListener('popstate', read)
  }, [])
  const change = useCallback((changes: ParamChanges, how: 'push' | 'replace' = 'push') => {
    // Starts from the current address: `params` may be older than the last change.
    const current = window.location.search
    const next = applyChanges(new URLSearchParams(current), changes)
    const search = next.size > 0 ? `?${next}` : ''
    if (search === current) return
    history[`${how}State`](null, '', search || window.location.pathname)
    setParams(next)
  }, [])
  return { params, change }
}

/** Applies changes to a copy of the parameters. A changed filter or order goes back to the first page. */
function applyChanges(params: URLSearchParams, changes: ParamChanges): URLSearchParams {
  const next = new URLSearchParams(params)
  const restarts = Object.keys(changes).some((name) => FILTERS.includes(name) || name === 'sort')
  for (const [name, value] of Object.entries({ ...(restarts && { cursor: null }), ...changes })) {
    if (value === null || value === '') next.delete(name)
    else next.set(name, value)
  }
  return next
}

/** Builds the path, without the base path, of an API request with the current filters; `more` adds parameters, null leaves one out. */
export function buildApiPath(endpoint: string, params: URLSearchParams, more: ParamChanges = {}): string {
  const query = new URLSearchParams()
  for (const name of FILTERS) {
    const value = params.get(name)
    if (value !== null && !(name in more)) query.set(name, value)
  }
  for (const [name, value] of Object.entries(more)) if (value !== null) query.set(name, value)
  return query.size > 0 ? `/v1/${endpoint}?${query}` : `/v1/${endpoint}`
}
