import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import { clientOf } from '../requests/caller.ts'

/** The least that a client has to read in a time, and how often that is measured. */
export interface Pace {
  bytes: number
  windowMs: number
  intervalMs: number
}

/** 1 kB a second for a minute. */
const MIN_PACE: Pace = { bytes: 60_000, windowMs: 60_000, intervalMs: 5000 }

/** How many responses may be streamed at a time: in all, and to one client. */
export interface StreamLimits {
  total: number
  perClient: number
}

/**
 * Bounds the responses that are streamed, each of which holds memory and a connection to the database for as long as
 * its client reads. One that is read too slowly is aborted.
 */
export class StreamLimiter {
  /** The number of open streams of each client that has any. */
  readonly #open = new Map<string, number>()
  #total = 0

  constructor(
    private readonly limits: StreamLimits,
    private readonly minPace = MIN_PACE,
  ) {}

  /** The number of responses that are being streamed. */
  get open(): number {
    return this.#total
  }

  /**
   * Sends a response as a stream; to HEAD without its body, which is not read then.
   * @throws ServiceError overloaded when too many are being streamed
   */
  send(
    request: FastifyRequest,
    reply: FastifyReply,
    source: AsyncIterable<string | Uint8Array>,
  ): FastifyReply {
    if (request.method === 'HEAD') return reply.send(Readable.from([]))
    const client = clientOf(request)
    this.#acquire(client)
    const stopWatching = watchPace(reply, this.minPace)
    reply.raw.once('close', () => {
      stopWatching()
      this.#release(client)
    })
    return reply.send(Readable.from(source))
  }

  #acquire(client: string): void {
    const { total, perClient } = this.limits
    const own = this.#open.get(client) ?? 0
    if (own >= perClient)
      throw tooMany(`${own} exports of this client are running, the most that it may have`)
    if (this.#total >= total) throw tooMany(`${total} exports are running, the most that the server allows`)
    this.#open.set(client, own + 1)
    this.#total += 1
  }

  #release(client: string): void {
    const own = (this.#open.get(client) ?? 1) - 1
    if (own > 0) this.#open.set(client, own)
    else this.#open.delete(client)
    this.#total -= 1
  }
}

function tooMany(cause: string): ServiceError {
  return new ServiceError('overloaded', `${cause}. Retry when one has ended, or read pages with limit.`, {
    headers: { 'retry-after': '10' },
  })
}

/** Ends the connection of a client that reads too slowly. Time in which nothing waits to be read does not count. */
function watchPace({ raw, log }: FastifyReply, { bytes, windowMs, intervalMs }: Pace): () => void {
  const { socket } = raw
  /** Times and the bytes that had left the process at each, since something waits to be read. */
  let samples: { at: number; sent: number }[] = []
  const timer = setInterval(() => {
    if (!socket || socket.writableLength === 0) {
      samples = []
      return
    }
    const now = { at: performance.now(), sent: socket.bytesWritten - socket.writableLength }
    samples.push(now)
    while (samples[1] && samples[1].at <= now.at - windowMs) samples.shift()
    const [first = now] = samples
    const isWholeWindow = now.at - first.at >= windowMs - intervalMs
    if (!isWholeWindow || now.sent - first.sent >= bytes) return
    log.warn(`An export was aborted: its client read less than ${bytes} bytes in ${windowMs / 1000} seconds`)
    raw.destroy()
  }, intervalMs)
  return () => clearInterval(timer)
}
