import type { FacetStore } from '../../../facets/facet.store.ts'
import type { StatsStore } from '../../../stats/stats.store.ts'
import type { QueryClient } from '../database/query-client.ts'

/** Sums and facets in SQLite. */
export class SqliteStatsStore implements StatsStore, FacetStore {
  constructor(private readonly queries: QueryClient) {}

  stats: StatsStore['stats'] = (query, caller) => this.queries.run('stats', query, caller)

  facets: FacetStore['facets'] = (query, caller) => this.queries.run('facets', query, caller)
}
