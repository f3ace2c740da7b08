import { LRUCache } from 'lru-cache'
import {
  type IncidentFilter,
  type IncidentStore,
  MAX_BOUNDED_TOTAL,
} from '../../../incidents/incident.store.ts'
import type { Total } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import type { QueryClient } from '../database/query-client.ts'
import { clausesOf } from '../database/sql-fragment.ts'
import { countFacets } from '../stats/facets.ts'
import { WHERE_CLAUSES } from './where-clauses.ts'

/** Totals that are remembered. */
const MAX_CACHED_TOTALS = 10_000

/** How many incidents match: all of them, or no more than {@link MAX_BOUNDED_TOTAL}. */
export function countMatching(
  connection: Connection,
  { filter, isBounded }: { filter: IncidentFilter; isBounded: boolean },
): Total {
  // Of most filters sums made ahead tell the number.
  if (!isBounded)
    return { total: countFacets(connection, { filter, fields: [], limit: 1 }).records, total_is: 'exact' }
  const { sql, values } = clausesOf(WHERE_CLAUSES, filter)
  const { n = 0 } =
    connection.get<{ n: number }>(
      `SELECT count(*) AS n FROM (SELECT 1 FROM incidents WHERE ${sql} LIMIT ?)`,
      ...values,
      MAX_BOUNDED_TOTAL + 1,
    ) ?? {}
  return n > MAX_BOUNDED_TOTAL
    ? { total: MAX_BOUNDED_TOTAL, total_is: 'at_least' }
    : { total: n, total_is: 'exact' }
}

/** Totals as a thread counts them, each once for one state of the data. */
export class TotalCache {
  readonly #kept = new LRUCache<string, Promise<Total>>({ max: MAX_CACHED_TOTALS })
  #state: number | undefined

  constructor(
    private readonly connection: Connection,
    private readonly thread: QueryClient,
  ) {}

  get: IncidentStore['total'] = (filter, kind) => {
    const state = this.connection.dataVersion()
    if (state !== this.#state) this.#kept.clear()
    this.#state = state
    const key = JSON.stringify([kind, Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))])
    const kept = this.#kept.get(key)
    if (kept) return kept
    const counted = this.thread.run('total', { filter, isBounded: kind === 'bounded' })
    this.#kept.set(key, counted)
    // What failed is asked again.
    counted.catch(() => this.#kept.delete(key))
    return counted
  }
}
