import type { FacetStore } from '../../facets/facet.store.ts'
import type { StatsStore } from '../../stats/stats.store.ts'
import { QueryThread } from './query-thread.ts'

/** Sums and facets in SQLite. */
export class SqliteStatsStore implements StatsStore, FacetStore {
  readonly #thread: QueryThread

  constructor(path: string) {
    this.#thread = new QueryThread(path)
  }

  stats: StatsStore['stats'] = (query) => this.#thread.ask('stats', query)

  facets: FacetStore['facets'] = (query) => this.#thread.ask('facets', query)

  close(): Promise<void> {
    return this.#thread.close()
  }
}
