import { parentPort, workerData } from 'node:worker_threads'
import { ServiceError } from '../../../errors.ts'
import { Connection } from '../database/connection.ts'
import type { QueryReply, QueryRequest } from '../database/query-client.ts'
import { QUERY_TASKS } from './query-tasks.ts'

/** The thread that answers questions that may read many records: each in one state of the data. */

const { path } = workerData as { path: string }
const connection = new Connection(path, 'read')

parentPort?.on('message', ({ id, task, question }: QueryRequest) => {
  parentPort?.postMessage(answered(id, () => QUERY_TASKS[task](connection, question as never)))
})

function answered(id: number, work: () => unknown): QueryReply {
  connection.execute('BEGIN')
  try {
    return { id, answer: work() }
  } catch (error) {
    const { message } = error as Error
    if (!(error instanceof ServiceError)) return { id, failure: { message } }
    return { id, failure: { message, code: error.code, issues: error.options.issues ?? [] } }
  } finally {
    connection.execute('COMMIT')
  }
}
