import { ServiceError } from '../../../errors.ts'
import type { FacetStore } from '../../../facets/facet.store.ts'
import type { IncidentFilter } from '../../../incidents/incident.store.ts'
import type { Total } from '../../../records.ts'
import type { StatsStore } from '../../../stats/stats.store.ts'
import { WorkerThread } from './worker-thread.ts'

/** Queries that may read many records. */
export interface QueryTasks {
  stats: (query: StatsQuery) => StatsResult
  facets: (query: FacetQuery) => FacetResult
  total: (query: { filter: IncidentFilter; isBounded: boolean }) => Total
}

type StatsQuery = Parameters<StatsStore['stats']>[0]
type StatsResult = Awaited<ReturnType<StatsStore['stats']>>
type FacetQuery = Parameters<FacetStore['facets']>[0]
type FacetResult = Awaited<ReturnType<FacetStore['facets']>>

/** Queries that may wait for their turn; later ones are rejected. */
const MAX_QUEUED = 32

/** Runs queries in a thread, one after the other: what reads many records keeps no other request waiting. */
export class QueryClient extends WorkerThread<QueryTasks> {
  constructor(path: string, identity?: string | null) {
    super('query-worker', path, identity)
  }

  /** @throws ServiceError overloaded when too many are waiting already, or what the task throws */
  override async run<K extends keyof QueryTasks>(
    task: K,
    query: Parameters<QueryTasks[K]>[0],
  ): Promise<ReturnType<QueryTasks[K]>> {
    if (this.pending >= MAX_QUEUED)
      throw new ServiceError('overloaded', 'Too many aggregate queries are queued: retry in a few seconds.', {
        headers: { 'retry-after': '5' },
      })
    return super.run(task, query)
  }
}
