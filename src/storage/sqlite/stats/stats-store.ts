import type { FacetStore } from '../../../facets/facet.store.ts'
import type { StatsStore } from '../../../stats/stats.store.ts'
import type { QueryThread } from '../database/query-client.ts'

/** Sums and facets in SQLite. */
export class SqliteStatsStore implements StatsStore, FacetStore {
  constructor(private readonly thread: QueryThread) {}

  stats: StatsStore['stats'] = (query) => this.thread.ask('stats', query)

  facets: FacetStore['facets'] = (query) => this.thread.ask('facets', query)
}
