import type { FacetStore } from '../../../facets/facet.store.ts'
import type { StatsStore } from '../../../stats/stats.store.ts'
import type { QueryClient } from '../database/query-client.ts'

/** Sums and facets in SQLite. */
export class SqliteStatsStore implements StatsStore, FacetStore {
  constructor(private readonly thread: QueryClient) {}

  stats: StatsStore['stats'] = (query) => this.thread.run('stats', query)

  facets: FacetStore['facets'] = (query) => this.thread.run('facets', query)
}
