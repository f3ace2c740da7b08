import { setImmediate } from 'node:timers/promises'
import type { FilePart, FileRequest } from '../../../incidents/incident.files.ts'
import type { IncidentQuery } from '../../../incidents/incident.store.ts'
import { type ThreadTarget, WorkerThread } from './worker-thread.ts'

/** The requests of the thread that reads streams, which are numbered. */
export interface StreamTasks {
  open: (request: { stream: number; query: IncidentQuery; file: FileRequest }) => void
  /** The next part; null after the last. */
  next: (stream: number) => FilePart | null
  close: (stream: number) => void
}

/** Parts of a file that are rendered ahead: one while another is on its way. */
const AHEAD = 2

/**
 * Reads and renders files in a thread, each on its own connection and only so far ahead of its consumer: this thread
 * only hands on bytes, and no request waits.
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
   * Renders every record of a query, of the state of the data when the first of them are read.
   * @throws Error when they cannot be read
   */
  async *read(query: IncidentQuery, file: FileRequest): AsyncGenerator<FilePart> {
    this.#last += 1
    const stream = this.#last
    const ahead: Promise<FilePart | null>[] = []
    const readAhead = () => {
      const part = this.#thread.run('next', stream)
      // A failure is reported to the consumer when its turn comes.
      part.catch(() => {})
      ahead.push(part)
    }
    const opened = this.#thread.run('open', { stream, query, file })
    try {
      readAhead()
      await opened
      for (;;) {
        while (ahead.length < AHEAD) readAhead()
        const part = await ahead.shift()
        this.#verify()
        if (!part) return
        // Replies arrive in one go as long as there are any: other requests go first.
        await setImmediate()
        yield part
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
