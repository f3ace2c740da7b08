import { workerData } from 'node:worker_threads'
import { Connection } from '../database/connection.ts'
import type { QueryTasks } from '../database/query-client.ts'
import { handleTasks } from '../database/worker-tasks.ts'
import { findSimilarNames, rankKeysByName } from '../records/name-search.ts'
import { findRelatedActors } from '../records/related-actors.ts'
import { findSimilarTerms } from '../records/term-store.ts'
import { countMatching } from '../stats/count.ts'
import { countFacets } from '../stats/facets.ts'
import { queryStats } from '../stats/stats-query.ts'

/** The thread of queries that may read many records: each reads one state of the data. */

const { path, identity, interruptFlag } = workerData as {
  path: string
  identity?: string | null
  interruptFlag: Int32Array
}
let connection: Connection | undefined

handleTasks<QueryTasks>({
  stats: (query) => readOneState((reader) => queryStats(reader, query)),
  facets: (query) => readOneState((reader) => countFacets(reader, query)),
  total: (query) => readOneState((reader) => countMatching(reader, query)),
  rankedKeys: ({ table, q, where }) => readOneState((reader) => rankKeysByName(reader, table, q, where)),
  similarNames: ({ table, text, where, limit }) =>
    readOneState((reader) => findSimilarNames(reader, table, text, where, limit)),
  similarTerms: ({ field, name }) => readOneState((reader) => findSimilarTerms(reader, field, name)),
  relatedActors: ({ name, scopes }) => readOneState((reader) => findRelatedActors(reader, name, scopes)),
})

function readOneState<Result>(read: (connection: Connection) => Result): Result {
  connection ??= new Connection(path, 'read', {
    identity,
    isInterrupted: () => Atomics.load(interruptFlag, 0) === 1,
  })
  connection.execute('BEGIN')
  try {
    return read(connection)
  } finally {
    connection.execute('COMMIT')
  }
}
