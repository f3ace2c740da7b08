import { LRUCache } from 'lru-cache'
import type { IncidentStore } from '../../../incidents/incident.store.ts'
import type { Total } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import type { QueryClient } from '../database/query-client.ts'

const MAX_CACHED_TOTALS = 10_000

/** Totals, each counted once for one state of the data by the query worker. */
export class TotalCache {
  readonly #totals = new LRUCache<string, Promise<Total>>({ max: MAX_CACHED_TOTALS })
  #dataVersion: number | undefined

  constructor(
    private readonly connection: Connection,
    private readonly queries: QueryClient,
  ) {}

  get: IncidentStore['total'] = (filter, kind) => {
    const version = this.connection.dataVersion()
    if (version !== this.#dataVersion) this.#totals.clear()
    this.#dataVersion = version
    const key = JSON.stringify([kind, Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))])
    const cached = this.#totals.get(key)
    if (cached) return cached
    const counted = this.queries.run('total', { filter, isBounded: kind === 'bounded' })
    this.#totals.set(key, counted)
    // A failure is not cached.
    counted.catch(() => this.#totals.delete(key))
    return counted
  }
}
