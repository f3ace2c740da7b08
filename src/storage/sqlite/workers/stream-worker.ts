import { workerData } from 'node:worker_threads'
import type { IncidentQuery } from '../../../incidents/incident.store.ts'
import type { NdjsonBatch } from '../../../records.ts'
import { Connection } from '../database/connection.ts'
import type { StreamTasks } from '../database/stream-client.ts'
import { handleTasks } from '../database/worker-tasks.ts'
import type { ThreadData } from '../database/worker-thread.ts'
import { streamIncidents } from '../incidents/export-stream.ts'

/** The thread that reads streams, each in one state of the data: a batch of records per request. */

const { path, identity } = workerData as ThreadData
const streams = new Map<number, Generator<NdjsonBatch>>()

handleTasks<StreamTasks>(
  {
    open({ stream, query }) {
      streams.set(stream, readBatches(query))
    },
    next(stream) {
      const batches = streams.get(stream)
      if (!batches) throw new Error('The thread that read the stream so far has ended')
      return batches.next().value ?? null
    },
    close(stream) {
      streams.get(stream)?.return(undefined)
      streams.delete(stream)
    },
  },
  (batch) => (batch && ownsBuffer(batch) ? [batch.json.buffer as ArrayBuffer] : []),
)

function* readBatches(query: IncidentQuery): Generator<NdjsonBatch> {
  const connection = new Connection(path, 'stream', { identity })
  try {
    connection.execute('BEGIN')
    yield* streamIncidents(connection, query)
  } finally {
    connection.close()
  }
}

/** Whether a batch has its buffer to itself: small ones are cut from a pool, which cannot be transferred. */
function ownsBuffer({ json }: NdjsonBatch): boolean {
  return json.byteLength === json.buffer.byteLength
}
