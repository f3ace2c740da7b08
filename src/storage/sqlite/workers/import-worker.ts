import { workerData } from 'node:worker_threads'
import { ColumnFiles } from '../../columns/column-files.ts'
import { DuckDb } from '../../columns/duckdb.ts'
import { writeColumns } from '../../columns/write-columns.ts'
import { Connection, withFileErrors } from '../database/connection.ts'
import { handleTasks } from '../database/worker-tasks.ts'
import { INTERRUPT, type ThreadData } from '../database/worker-thread.ts'
import { SqliteColumnSource } from '../stats/column-source.ts'
import { hasChangedMany } from '../writing/change-log.ts'
import { finalizeChange } from '../writing/finalize.ts'
import type { ImportTasks } from '../writing/import-writer.ts'
import { StatementExecutor } from '../writing/statements.ts'
import { selectStoredTotals } from '../writing/stored-totals.ts'

/** The thread that writes an import: one transaction from its start to its end. */

const { path, identity, columns, interruptFlag } = workerData as ThreadData
const isEnding = () => Atomics.load(interruptFlag, 0) === INTERRUPT.everything

/** The open transaction; undefined before it begins, and after it was committed or has failed. */
let transaction: { connection: Connection; executor: StatementExecutor } | undefined
let failure: unknown

handleTasks<ImportTasks>({
  begin: () =>
    attempt(() => {
      const connection = new Connection(path, 'bulk', { identity })
      connection.execute('BEGIN IMMEDIATE')
      transaction = { connection, executor: new StatementExecutor(connection) }
    }),
  write: (statements) => attempt(() => begun().executor.execute(statements)),
  totals: (request) =>
    attempt(() => {
      const { connection, executor } = begun()
      executor.finish()
      return selectStoredTotals(connection, request)
    }),
  async commit(summary) {
    attempt(() => {
      const { connection, executor } = begun()
      executor.finish()
      finalizeChange(connection, summary)
    })
    await prepareColumns(begun().connection)
    attempt(() => {
      const { connection } = begun()
      connection.execute('COMMIT')
      connection.close()
      transaction = undefined
    })
  },
})

/** Writes the column store before others see the new state, so that no sum waits for it. */
async function prepareColumns(connection: Connection): Promise<void> {
  if (!hasChangedMany(connection)) return
  let database: DuckDb | undefined
  try {
    database = await DuckDb.open(columns.limits)
    database.isInterrupted = isEnding
    await writeColumns(new ColumnFiles(columns), new SqliteColumnSource(connection), database)
  } catch {
    // It follows from the records: the first query writes it, or fails with the reason.
  } finally {
    database?.close()
  }
}

function begun() {
  if (!transaction) throw new Error('The thread that wrote the import so far has ended')
  return transaction
}

/** Does work, unless something failed before: what follows a failure must not be written without what failed. */
function attempt<T>(work: () => T): T {
  if (failure) throw failure
  try {
    return withFileErrors(path, work)
  } catch (error) {
    failure = error
    // Closing undoes what the transaction wrote.
    transaction?.connection.close()
    transaction = undefined
    throw error
  }
}
