import { parentPort, workerData } from 'node:worker_threads'
import { OperatorError } from '../../../errors.ts'
import { Connection, withFileErrors } from '../database/connection.ts'
import { finalizeChange } from '../writing/finalize.ts'
import type { WriteReply, WriteRequest } from '../writing/import-writer.ts'
import { StatementExecutor } from '../writing/statements.ts'

/** The thread that writes an import: one transaction from its start to its end. */

const { path } = workerData as { path: string }

function reply(message: WriteReply): void {
  parentPort?.postMessage(message)
}

let connection: Connection | undefined
let applier: StatementExecutor | undefined
let failure: WriteReply['failure']

/** Does work, unless something failed before: what follows a failure must not be written without what failed. */
function attempt(work: () => void): void {
  if (!failure) {
    try {
      withFileErrors(path, work)
    } catch (error) {
      failure = { message: (error as Error).message, isOperators: error instanceof OperatorError }
      // Closing takes back what the transaction wrote.
      connection?.close()
      connection = undefined
    }
  }
  reply(failure ? { failure } : {})
}

attempt(() => {
  connection = new Connection(path, 'bulk')
  connection.execute('BEGIN IMMEDIATE')
  applier = new StatementExecutor(connection)
})

parentPort?.on('message', ({ writes, end, settlement }: WriteRequest) =>
  attempt(() => {
    applier?.execute(writes)
    if (!end) return
    if (end === 'COMMIT') applier?.finish()
    if (settlement && connection) finalizeChange(connection, settlement)
    connection?.execute(end)
    connection?.close()
  }),
)
