import { parentPort, workerData } from 'node:worker_threads'
import type { IncidentQuery } from '../../../incidents/incident.store.ts'
import type { NdjsonBatch } from '../../../records.ts'
import { Connection } from '../database/connection.ts'
import type { StreamReply, StreamRequest } from '../database/stream-client.ts'
import { streamIncidents } from '../incidents/export-stream.ts'

/** The thread that reads streams, each in one state of the data: a batch of records for each question. */

const { path } = workerData as { path: string }
const streams = new Map<number, Generator<NdjsonBatch>>()

parentPort?.on('message', (request: StreamRequest) => {
  const { stream } = request
  if ('isOver' in request) {
    streams.get(stream)?.return(undefined)
    streams.delete(stream)
    return
  }
  if (request.query) streams.set(stream, linesOf(request.query))
  const { lines, failure } = next(stream)
  const reply: StreamReply = { stream, lines: lines ?? null, failure }
  parentPort?.postMessage(reply, lines ? [lines.json.buffer as ArrayBuffer] : [])
})

function next(stream: number): Pick<StreamReply, 'lines' | 'failure'> {
  try {
    const records = streams.get(stream)
    if (!records) throw new Error('The thread that read the stream before has ended')
    return { lines: records.next().value ?? null }
  } catch (failure) {
    return { failure }
  }
}

function* linesOf(query: IncidentQuery): Generator<NdjsonBatch> {
  const connection = new Connection(path, 'stream')
  try {
    connection.execute('BEGIN')
    yield* streamIncidents(connection, query)
  } finally {
    connection.close()
  }
}
