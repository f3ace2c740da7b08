import { workerData } from 'node:worker_threads'
import { ColumnFiles } from '../../columns/column-files.ts'
import { ColumnStore, type Columns } from '../../columns/column-store.ts'
import { countFacets, countIncidents } from '../../columns/facets.ts'
import type { RecordLookups } from '../../columns/record-lookups.ts'
import { queryStats } from '../../columns/stats-query.ts'
import { Connection } from '../database/connection.ts'
import type { QueryTasks } from '../database/query-client.ts'
import { handleTasks } from '../database/worker-tasks.ts'
import { INTERRUPT, type ThreadData } from '../database/worker-thread.ts'
import { findSimilarNames, rankKeysByName } from '../records/name-search.ts'
import { findRelatedActors } from '../records/related-actors.ts'
import { findSimilarTerms } from '../records/term-store.ts'
import { SqliteColumnSource } from '../stats/column-source.ts'
import { countBounded } from '../stats/count.ts'
import { SqliteRecordLookups } from '../stats/record-lookups.ts'

/** The thread of queries that may read many records: each reads one state of the data. */

const { path, identity, columns, interruptFlag } = workerData as ThreadData
const isInterrupted = () => Atomics.load(interruptFlag, 0) !== INTERRUPT.none
const isEnding = () => Atomics.load(interruptFlag, 0) === INTERRUPT.everything
let connection: Connection | undefined
// What is written is for others too, and not given up with the query that needed it first.
const store = new ColumnStore(new ColumnFiles(columns), columns.limits, { isInterrupted, isEnding })

handleTasks<QueryTasks>({
  stats: (query) => readColumns((read, records) => queryStats(read, records, query)),
  facets: (query) => readColumns((read, records) => countFacets(read, records, query)),
  total: ({ filter, isBounded }) =>
    isBounded
      ? readOneState((reader) => countBounded(reader, filter))
      : readColumns(async (read, records) => ({
          total: await countIncidents(read, records, filter),
          total_is: 'exact',
        })),
  rankedKeys: ({ table, q, where }) => readOneState((reader) => rankKeysByName(reader, table, q, where)),
  similarNames: ({ table, text, where, limit }) =>
    readOneState((reader) => findSimilarNames(reader, table, text, where, limit)),
  similarTerms: ({ field, name }) => readOneState((reader) => findSimilarTerms(reader, field, name)),
  relatedActors: ({ name, scopes }) => readOneState((reader) => findRelatedActors(reader, name, scopes)),
  prepareColumns: () => readColumns(async () => {}),
})

/** Runs queries on the columns of the present state, with the records of the same. */
function readColumns<Result>(
  read: (columns: Columns, records: RecordLookups) => Promise<Result>,
): Promise<Result> {
  return readOneState((reader) =>
    store.read(new SqliteColumnSource(reader), (found) => read(found, new SqliteRecordLookups(reader))),
  )
}

async function readOneState<Result>(
  read: (connection: Connection) => Result | Promise<Result>,
): Promise<Result> {
  connection ??= new Connection(path, 'read', { identity, isInterrupted })
  connection.execute('BEGIN')
  try {
    return await read(connection)
  } finally {
    connection.execute('COMMIT')
  }
}
