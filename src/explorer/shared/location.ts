import { createContext } from 'preact'
import { useCallback, useContext, useEffect, useState } from 'preact/hooks'

/**
 * The filters of incidents that the explorer offers, named as the API names them. Everything else in the address
 * is what of them is shown, and how.
 */
export const FILTERS = [
  ...['city', 'place', 'actor', 'event_type', 'dataset', 'date_from', 'date_to', 'deaths_min', 'deaths_max'],
  ...['bbox', 'q'],
]

/** What becomes of parameters: a value, or null for none. */
export type Changes = Readonly<Record<string, string | null>>

/** What the address says, and how it is changed. */
export interface Location {
  params: URLSearchParams
  /** Changes parameters: with an entry in the history, or in place of the present one. */
  change(changes: Changes, how?: 'push' | 'replace'): void
}

/** The location of the explorer, given to all of its parts. */
export const LocationContext = createContext<Location>({ params: new URLSearchParams(), change: () => {} })

/** The location of the explorer. */
export function useLocation(): Location {
  return useContext(LocationContext)
}

/** Keeps the state of the explorer in the address: reload, back, forward and a shared link all show the same. */
export function useAddress(): Location {
  const [params, setParams] = useState(() => new URLSearchParams(window.location.search))
  useEffect(() => {
    const read = () => setParams(new URLSearchParams(window.location.search))
    addEventListener('popstate', read)
    return () => removeEventListener('popstate', read)
  }, [])
  const change = useCallback((changes: Changes, how: 'push' | 'replace' = 'push') => {
    // What the address says now counts, not what it said when a part was drawn.
    const now = window.location.search
    const next = changed(new URLSearchParams(now), changes)
    const search = next.size > 0 ? `?${next}` : ''
    if (search === now) return
    history[`${how}State`](null, '', search || window.location.pathname)
    setParams(next)
  }, [])
  return { params, change }
}

/** Parameters after a change. Another filter or order begins at the first page. */
export function changed(params: URLSearchParams, changes: Changes): URLSearchParams {
  const next = new URLSearchParams(params)
  const restarts = Object.keys(changes).some((name) => FILTERS.includes(name) || name === 'sort')
  for (const [name, value] of Object.entries({ ...(restarts && { cursor: null }), ...changes })) {
    if (value === null || value === '') next.delete(name)
    else next.set(name, value)
  }
  return next
}

/** The path of a question to the API about the records that the filters leave; `more` null leaves a filter out. */
export function apiPath(endpoint: string, params: URLSearchParams, more: Changes = {}): string {
  const query = new URLSearchParams()
  for (const name of FILTERS) {
    const value = params.get(name)
    if (value !== null && !(name in more)) query.set(name, value)
  }
  for (const [name, value] of Object.entries(more)) if (value !== null) query.set(name, value)
  return query.size > 0 ? `/v1/${endpoint}?${query}` : `/v1/${endpoint}`
}
