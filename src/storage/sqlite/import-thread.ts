import { parentPort, workerData } from 'node:worker_threads'
import { OperatorError } from '../../errors.ts'
import { Connection, explained } from './connection.ts'
import type { Order, Reply } from './import-writer.ts'
import { Applier } from './writes.ts'

/** The thread that writes an import: one transaction from its start to its end. */

const { path } = workerData as { path: string }

function reply(message: Reply): void {
  parentPort?.postMessage(message)
}

function attempt(work: () => void): void {
  try {
    explained(path, work)
    reply({})
  } catch (error) {
    const { message } = error as Error
    reply({ failure: { message, isOperators: error instanceof OperatorError } })
  }
}

let connection: Connection | undefined
let applier: Applier | undefined
attempt(() => {
  connection = new Connection(path, 'bulk')
  connection.execute('BEGIN IMMEDIATE')
  applier = new Applier(connection)
})

parentPort?.on('message', ({ writes, end }: Order) =>
  attempt(() => {
    if (!connection || !applier) return
    applier.apply(writes)
    if (!end) return
    if (end === 'COMMIT') applier.finish()
    connection.execute(end)
    connection.close()
  }),
)
