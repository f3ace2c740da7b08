import { LRUCache } from 'lru-cache'
import type { IncidentStore } from '../../../incidents/incident.store.ts'
import type { Total } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import type { QueryClient } from '../database/query-client.ts'

const MAX_CACHED_TOTALS = 10_000

/** Totals, each counted once for one state of the data. */
export class TotalCache {
  readonly #totals = new LRUCache<string, Total>({ max: MAX_CACHED_TOTALS })
  #dataVersion: number | undefined

  constructor(
    private readonly connection: Connection,
    private readonly queries: QueryClient,
  ) {}

  get: IncidentStore['total'] = async (filter, kind, caller) => {
    const version = this.connection.dataVersion()
    if (version !== this.#dataVersion) this.#totals.clear()
    this.#dataVersion = version
    const sorted = Object.fromEntries(Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1)))
    const key = JSON.stringify([kind, sorted])
    const cached = this.#totals.get(key)
    if (cached) return cached
    const counted = await this.queries.run('total', { filter: sorted, isBounded: kind === 'bounded' }, caller)
    // It is of an older state where the data have changed meanwhile.
    if (this.connection.dataVersion() === version) this.#totals.set(key, counted)
    return counted
  }
}
