import { parentPort, workerData } from 'node:worker_threads'
import { OperatorError } from '../../../errors.ts'
import { Connection, explained } from '../database/connection.ts'
import type { Order, Reply } from '../writing/import-writer.ts'
import { settle } from '../writing/finalize.ts'
import { Applier } from '../writing/statements.ts'

/** The thread that writes an import: one transaction from its start to its end. */

const { path } = workerData as { path: string }

function reply(message: Reply): void {
  parentPort?.postMessage(message)
}

let connection: Connection | undefined
let applier: Applier | undefined
let failure: Reply['failure']

/** Does work, unless something failed before: what follows a failure must not be written without what failed. */
function attempt(work: () => void): void {
  if (!failure) {
    try {
      explained(path, work)
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
  applier = new Applier(connection)
})

parentPort?.on('message', ({ writes, end, settlement }: Order) =>
  attempt(() => {
    applier?.apply(writes)
    if (!end) return
    if (end === 'COMMIT') applier?.finish()
    if (settlement && connection) settle(connection, settlement)
    connection?.execute(end)
    connection?.close()
  }),
)
