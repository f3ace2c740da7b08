import { setImmediate } from 'node:timers/promises'
import type { IncidentQuery } from '../../../incidents/incident.store.ts'
import type { NdjsonBatch } from '../../../records.ts'
import { type ThreadTarget, WorkerThread } from './worker-thread.ts'

/** The requests of the thread that reads streams, which are numbered. */
export interface StreamTasks {
  open: (request: { stream: number; query: IncidentQuery }) => void
  /** The next records; null after the last of them. */
  next: (stream: number) => NdjsonBatch | null
  close: (stream: number) => void
}

/** Batches of a stream that are read ahead: one while another is on its way. */
const AHEAD = 2

/**
 * Reads streams in a thread, each on its own connection and only so far ahead of its consumer: what reads every record
 * keeps no request waiting.
 */
export class StreamClient {
  readonly #thread: WorkerThread<StreamTasks>
  readonly #verify: () => void
  #last = 0

  /** @param verify throws when what was read may be of another file; called before any of it is handed over */
  constructor(target: ThreadTarget, verify: () => void = () => {}) {
    this.#verify = verify
    this.#thread = new WorkerThread('stream-worker', target)
  }

  /**
   * Reads every record of a query, of the state of the data when the first of them are read.
   * @throws Error when they cannot be read
   */
  async *read(query: IncidentQuery): AsyncGenerator<NdjsonBatch> {
    this.#last += 1
    const stream = this.#last
    const ahead: Promise<NdjsonBatch | null>[] = []
    const readAhead = () => {
      const batch = this.#thread.run('next', stream)
      // A failure is reported to the consumer when its turn comes.
      batch.catch(() => {})
      ahead.push(batch)
    }
    const opened = this.#thread.run('open', { stream, query })
    try {
      readAhead()
      await opened
      for (;;) {
        while (ahead.length < AHEAD) readAhead()
        const batch = await ahead.shift()
        this.#verify()
        if (!batch) return
        // Replies arrive in one go as long as there are any: other requests go first.
        await setImmediate()
        yield batch
      }
    } finally {
      this.#thread.runIfStarted('close', stream)
    }
  }

  /** Ends the thread; streams that are not at their end fail, with the cause if there is one. */
  close(cause?: Error): Promise<void> {
    return this.#thread.close(cause)
  }
}
