import { LRUCache } from 'lru-cache'
import { type IncidentFilter, type IncidentStore, MOST_COUNTED } from '../../../incidents/incident.store.ts'
import type { Total } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import { facets } from '../stats/facets.ts'
import { clausesOf } from '../database/sql-fragment.ts'
import { INCIDENT_CLAUSES } from './where-clauses.ts'
import type { QueryThread } from '../database/query-client.ts'

/** Totals that are remembered. */
const MOST_KEPT = 10_000

/** How many incidents match: all of them, or no more than {@link MOST_COUNTED}. */
export function total(
  connection: Connection,
  { filter, isBounded }: { filter: IncidentFilter; isBounded: boolean },
): Total {
  // Of most filters sums made ahead tell the number.
  if (!isBounded)
    return { total: facets(connection, { filter, fields: [], limit: 1 }).records, total_is: 'exact' }
  const { sql, values } = clausesOf(INCIDENT_CLAUSES, filter)
  const { n = 0 } =
    connection.get<{ n: number }>(
      `SELECT count(*) AS n FROM (SELECT 1 FROM incidents WHERE ${sql} LIMIT ?)`,
      ...values,
      MOST_COUNTED + 1,
    ) ?? {}
  return n > MOST_COUNTED ? { total: MOST_COUNTED, total_is: 'at_least' } : { total: n, total_is: 'exact' }
}

/** Totals as a thread counts them, each once for one state of the data. */
export class Totals {
  readonly #kept = new LRUCache<string, Promise<Total>>({ max: MOST_KEPT })
  #state: number | undefined

  constructor(
    private readonly connection: Connection,
    private readonly thread: QueryThread,
  ) {}

  of: IncidentStore['total'] = (filter, kind) => {
    const state = this.connection.state()
    if (state !== this.#state) this.#kept.clear()
    this.#state = state
    const key = JSON.stringify([kind, Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))])
    const kept = this.#kept.get(key)
    if (kept) return kept
    const counted = this.thread.ask('total', { filter, isBounded: kind === 'bounded' })
    this.#kept.set(key, counted)
    // What failed is asked again.
    counted.catch(() => this.#kept.delete(key))
    return counted
  }
}
