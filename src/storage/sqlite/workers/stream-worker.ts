import { workerData } from 'node:worker_threads'
import { type FilePart, type FileRequest, renderFile } from '../../../incidents/incident.files.ts'
import type { IncidentQuery } from '../../../incidents/incident.store.ts'
import { Connection } from '../database/connection.ts'
import type { StreamTasks } from '../database/stream-client.ts'
import { handleTasks } from '../database/worker-tasks.ts'
import type { ThreadData } from '../database/worker-thread.ts'
import { streamIncidents } from '../incidents/export-stream.ts'
import { SqliteDatasetStore } from '../records/reference-stores.ts'
import { readRevision } from '../records/store-row.ts'

/** The thread that reads records and renders files of them, each in one state of the data: a part per request. */

const { path, identity } = workerData as ThreadData
const streams = new Map<number, AsyncGenerator<FilePart>>()

handleTasks<StreamTasks>(
  {
    open({ stream, query, file }) {
      streams.set(stream, readFile(query, file))
    },
    async next(stream) {
      const parts = streams.get(stream)
      if (!parts) throw new Error('The thread that read the stream so far has ended')
      const { value } = await parts.next()
      return value ? { ...value, bytes: own(value.bytes) } : null
    },
    async close(stream) {
      await streams.get(stream)?.return(undefined)
      streams.delete(stream)
    },
  },
  (part) => (part ? [part.bytes.buffer as ArrayBuffer] : []),
)

async function* readFile(query: IncidentQuery, file: FileRequest): AsyncGenerator<FilePart> {
  const connection = new Connection(path, 'stream', { identity })
  const batches = streamIncidents(connection, query)
  try {
    connection.execute('BEGIN')
    const datasets = new SqliteDatasetStore(connection)
    yield* renderFile(batches, file, async () => ({
      revision: readRevision(connection),
      findCitations: (ids) => datasets.citations(ids),
    }))
  } finally {
    // A workbook reads ahead, and a connection that is reading cannot be closed.
    batches.return(undefined)
    connection.close()
  }
}

/** Bytes with a buffer of their own, which can be handed over: small ones are cut from a pool. */
function own(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}
