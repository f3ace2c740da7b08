import type { ActorScope, RelatedActors } from '../../../actors/actor.store.ts'
import type { ServiceError } from '../../../errors.ts'
import type { FacetStore } from '../../../facets/facet.store.ts'
import type { IncidentFilter } from '../../../incidents/incident.store.ts'
import { type Caller, OWN_CALLER, type Total } from '../../../records.ts'
import type { StatsStore } from '../../../stats/stats.store.ts'
import type { TermField } from '../../../terms/term.store.ts'
import type { SimilarName } from '../../../text/name-ranking.ts'
import { type LaneName, QueryScheduler } from '../../scheduling/query-scheduler.ts'
import type { SqlFragment } from '../../sql/fragment.ts'
import { type ThreadTarget, WorkerThread } from './worker-thread.ts'

/** Tables whose rows have names. */
export type NamedTable = 'places' | 'actors' | 'publishers'

/** Queries that may read many rows. */
export interface QueryTasks {
  stats: (query: StatsQuery) => StatsResult
  facets: (query: FacetQuery) => FacetResult
  total: (query: { filter: IncidentFilter; isBounded: boolean }) => Total
  rankedKeys: (query: { table: NamedTable; q: string; where: SqlFragment }) => number[]
  similarNames: (query: {
    table: NamedTable
    text: string
    where: SqlFragment
    limit: number
  }) => SimilarName[]
  similarTerms: (query: { field: TermField; name: string }) => string[]
  relatedActors: (query: { name: string; scopes: readonly ActorScope[] }) => RelatedActors
  /** Writes the column store of the present state, where there is none. */
  prepareColumns: (query: null) => void
}

type StatsQuery = Parameters<StatsStore['stats']>[0]
type StatsResult = Awaited<ReturnType<StatsStore['stats']>>
type FacetQuery = Parameters<FacetStore['facets']>[0]
type FacetResult = Awaited<ReturnType<FacetStore['facets']>>

interface TaskQuery {
  task: keyof QueryTasks
  query: unknown
}

/** Runs queries in threads, one for each lane: what reads many rows keeps no other request waiting. */
export class QueryClient {
  readonly #threads: Record<LaneName, WorkerThread<QueryTasks>>
  readonly #scheduler: QueryScheduler<TaskQuery, unknown>

  /**
   * @param readDataVersion reads a number that changes with the data: equal queries share a result of one state
   */
  constructor(
    target: ThreadTarget,
    private readonly readDataVersion: () => number,
  ) {
    this.#threads = {
      short: new WorkerThread('query-worker', target),
      long: new WorkerThread('query-worker', target),
    }
    this.#scheduler = new QueryScheduler<TaskQuery, unknown>((lane, { task, query }) => {
      const thread = this.#threads[lane]
      return { done: thread.run(task, query as never), interrupt: () => thread.interrupt() }
    })
  }

  /** The number of queries that wait in each lane. */
  get queued(): Record<LaneName, number> {
    return this.#scheduler.queued
  }

  /**
   * Runs a query when its turn comes.
   * @throws what the task throws, and what `QueryScheduler.run` throws
   */
  run<K extends keyof QueryTasks>(
    task: K,
    query: Parameters<QueryTasks[K]>[0],
    caller: Caller = OWN_CALLER,
  ): Promise<ReturnType<QueryTasks[K]>> {
    const key = JSON.stringify([this.readDataVersion(), task, query])
    return this.#scheduler.run({ task, query }, key, caller) as Promise<ReturnType<QueryTasks[K]>>
  }

  /** Writes the column store of the present state, where there is none, however long it takes. */
  async prepareColumns(): Promise<void> {
    await this.#threads.long.run('prepareColumns', null)
  }

  /** Ends the threads; queries that run or wait fail, with the cause if there is one. */
  async close(cause?: ServiceError): Promise<void> {
    this.#scheduler.close(cause)
    await Promise.all(Object.values(this.#threads).map((thread) => thread.close(cause)))
  }
}
