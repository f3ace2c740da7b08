import { setImmediate } from 'node:timers/promises'
import type { IncidentQuery } from '../../../incidents/incident.store.ts'
import type { NdjsonBatch } from '../../../records.ts'
import { Thread } from './worker-thread.ts'

/** What the thread is asked: the next records of a stream, with the query the first time; or that it is done with. */
export type StreamRequest = { stream: number } & ({ query?: IncidentQuery } | { isOver: true })

/** What it answers to each question for records, in order; null behind the last of them. */
export interface StreamReply {
  stream: number
  lines?: NdjsonBatch | null
  failure?: unknown
}

/** Who waits for a reply. */
interface Waiting {
  resolve: (lines: NdjsonBatch | null) => void
  reject: (cause: unknown) => void
}

/** So many batches of a stream are read ahead: one while another is on its way. */
const AHEAD = 2

/**
 * Reads streams in a thread of its own, each on a connection of its own and only so far ahead of who takes it: what
 * reads every record keeps no request waiting. It starts with the first stream.
 */
export class StreamClient {
  #last = 0
  /** By stream, those who wait, in order. */
  readonly #waiting = new Map<number, Waiting[]>()
  readonly #thread: Thread<StreamRequest, StreamReply>

  constructor(path: string) {
    this.#thread = new Thread('stream-worker', path, {
      reply: ({ stream, lines = null, failure }) => {
        // Nobody waits for what was under way when a stream was left.
        const waiting = this.#waiting.get(stream)?.shift()
        if (failure) waiting?.reject(failure)
        else waiting?.resolve(lines)
      },
      fail: (cause) => {
        for (const { reject } of [...this.#waiting.values()].flat()) reject(cause)
      },
    })
  }

  /**
   * Every record of a query, of the state of the data when the first of them are taken.
   * @throws Error when they cannot be read
   */
  async *read(query: IncidentQuery): AsyncGenerator<NdjsonBatch> {
    this.#last += 1
    const stream = this.#last
    this.#waiting.set(stream, [])
    const ahead = [this.#ask({ stream, query })]
    try {
      for (;;) {
        while (ahead.length < AHEAD) ahead.push(this.#ask({ stream }))
        const lines = await ahead.shift()
        if (!lines) return
        // Replies are handed over one behind the other as long as there are any: other requests go first.
        await setImmediate()
        yield lines
      }
    } finally {
      this.#waiting.delete(stream)
      this.#thread.tell({ stream, isOver: true })
      if (this.#waiting.size === 0) this.#thread.rest()
    }
  }

  /** Ends the thread; streams that are not at their end fail. */
  close(): Promise<void> {
    return this.#thread.close()
  }

  #ask(request: StreamRequest): Promise<NdjsonBatch | null> {
    const reply = new Promise<NdjsonBatch | null>((resolve, reject) =>
      this.#waiting.get(request.stream)?.push({ resolve, reject }),
    )
    // A failure is told to who takes the records, when its turn comes.
    reply.catch(() => {})
    this.#thread.ask(request)
    return reply
  }
}
