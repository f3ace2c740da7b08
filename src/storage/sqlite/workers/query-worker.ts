import { workerData } from 'node:worker_threads'
import { Connection } from '../database/connection.ts'
import type { QueryTasks } from '../database/query-client.ts'
import { handleTasks } from '../database/worker-tasks.ts'
import { countMatching } from '../stats/count.ts'
import { countFacets } from '../stats/facets.ts'
import { queryStats } from '../stats/stats-query.ts'

/** The thread of queries that may read many records: each reads one state of the data. */

const { path, identity } = workerData as { path: string; identity?: string | null }
let connection: Connection | undefined

handleTasks<QueryTasks>({
  stats: (query) => readOneState((reader) => queryStats(reader, query)),
  facets: (query) => readOneState((reader) => countFacets(reader, query)),
  total: (query) => readOneState((reader) => countMatching(reader, query)),
})

function readOneState<Result>(read: (connection: Connection) => Result): Result {
  connection ??= new Connection(path, 'read', identity)
  connection.execute('BEGIN')
  try {
    return read(connection)
  } finally {
    connection.execute('COMMIT')
  }
}
