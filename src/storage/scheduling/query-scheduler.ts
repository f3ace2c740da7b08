import { LRUCache } from 'lru-cache'
import { ServiceError } from '../../errors.ts'
import type { Caller } from '../../records.ts'
import { FairQueue } from './fair-queue.ts'

/**
 * Where a query runs. Each lane runs one at a time: `short` those that end within {@link MAX_SHORT_MS}, so that they
 * never wait for others; `long` those that did not.
 */
export type LaneName = 'short' | 'long'

/** A query that is running. */
export interface Execution<Result> {
  done: Promise<Result>
  /** Makes it end soon, usually with an error. */
  interrupt(): void
}

/** How long a query may run in the lane of short ones, before it begins again in the other. */
const MAX_SHORT_MS = 200
/** How long a query may run. */
const MAX_RUN_MS = 30_000
/** Queries that may wait in a lane, of all clients and of one. */
const MAX_QUEUED = 64
const MAX_QUEUED_PER_CLIENT = 16
/** Queries that are remembered as long. */
const MAX_KNOWN_LONG = 1000

/** A client that waits for a result. */
interface Waiter<Result> {
  resolve: (result: Result) => void
  reject: (cause: unknown) => void
}

interface ScheduledQuery<Query, Result> {
  query: Query
  key: string
  /** The client whose turn it takes. */
  client: string
  waiters: Set<Waiter<Result>>
  execution?: Execution<Result>
}

interface Lane<Scheduled> {
  queue: FairQueue<Scheduled>
  running?: Scheduled | undefined
}

/**
 * Schedules queries that may take long, so that no client keeps others waiting: clients take turns, equal queries run
 * once for all who wait for them, one that no client waits for any more is dropped or interrupted, and one that takes
 * too long fails with 503, after which the client may retry.
 */
export class QueryScheduler<Query, Result> {
  readonly #lanes: Record<LaneName, Lane<ScheduledQuery<Query, Result>>> = {
    short: { queue: new FairQueue() },
    long: { queue: new FairQueue() },
  }
  /** Queries that are waiting or running. */
  readonly #scheduled = new Map<string, ScheduledQuery<Query, Result>>()
  readonly #knownLong = new LRUCache<string, true>({ max: MAX_KNOWN_LONG })

  /** @param start begins a query in a lane, in which no other one is running */
  constructor(private readonly start: (lane: LaneName, query: Query) => Execution<Result>) {}

  /** The number of queries that wait in each lane. */
  get queued(): Record<LaneName, number> {
    return { short: this.#lanes.short.queue.length, long: this.#lanes.long.queue.length }
  }

  /**
   * Runs a query, or waits for an equal one.
   * @param key what equal queries on one state of the data have in common
   * @throws ServiceError overloaded when too many are waiting, or it has no result by the caller's deadline or runs too
   *   long; the reason of the caller's signal when that is aborted; what the query throws
   */
  run(query: Query, key: string, { client, signal, deadline }: Caller): Promise<Result> {
    signal?.throwIfAborted()
    const equal = this.#scheduled.get(key)
    const scheduled = equal ?? { query, key, client, waiters: new Set<Waiter<Result>>() }
    return new Promise((resolve, reject) => {
      const leave = (cause: unknown) => {
        waiter.reject(cause)
        scheduled.waiters.delete(waiter)
        if (scheduled.waiters.size === 0) this.#abandon(scheduled)
      }
      const onAbort = () => leave(signal?.reason)
      const patience =
        deadline !== undefined &&
        setTimeout(() => leave(overloaded('The query took too long')), deadline - performance.now())
      const stopWaiting = () => {
        signal?.removeEventListener('abort', onAbort)
        if (patience) clearTimeout(patience)
      }
      const waiter: Waiter<Result> = {
        resolve: (result) => {
          stopWaiting()
          resolve(result)
        },
        reject: (cause) => {
          stopWaiting()
          reject(cause)
        },
      }
      scheduled.waiters.add(waiter)
      signal?.addEventListener('abort', onAbort)
      if (equal) return
      this.#scheduled.set(key, scheduled)
      this.#admit(scheduled, this.#knownLong.has(key) ? 'long' : 'short')
    })
  }

  /** Fails the queries that are waiting. */
  close(cause = shuttingDown()): void {
    for (const { queue } of Object.values(this.#lanes))
      for (let scheduled = queue.take(); scheduled; scheduled = queue.take()) this.#fail(scheduled, cause)
  }

  #startNext(name: LaneName): void {
    const lane = this.#lanes[name]
    if (lane.running) return
    const scheduled = lane.queue.take()
    if (!scheduled) return
    lane.running = scheduled
    void this.#execute(scheduled, name).finally(() => {
      lane.running = undefined
      this.#startNext(name)
    })
  }

  async #execute(scheduled: ScheduledQuery<Query, Result>, name: LaneName): Promise<void> {
    const limit = name === 'short' ? MAX_SHORT_MS : MAX_RUN_MS
    const execution = this.start(name, scheduled.query)
    scheduled.execution = execution
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      execution.interrupt()
    }, limit)
    try {
      const result = await execution.done
      this.#forget(scheduled)
      for (const { resolve } of scheduled.waiters) resolve(result)
    } catch (cause) {
      delete scheduled.execution
      if (!isLate || scheduled.waiters.size === 0) this.#fail(scheduled, cause)
      else if (name === 'long')
        this.#fail(scheduled, overloaded(`The query took over ${limit / 1000} seconds`))
      else {
        this.#knownLong.set(scheduled.key, true)
        this.#admit(scheduled, 'long')
      }
    } finally {
      clearTimeout(timer)
    }
  }

  /** Queues a query, or fails it where too many are waiting. */
  #admit(scheduled: ScheduledQuery<Query, Result>, name: LaneName): void {
    const { queue } = this.#lanes[name]
    if (queue.length >= MAX_QUEUED) this.#fail(scheduled, overloaded('Too many queries are waiting'))
    else if (queue.lengthOf(scheduled.client) >= MAX_QUEUED_PER_CLIENT)
      this.#fail(scheduled, overloaded(`${MAX_QUEUED_PER_CLIENT} queries of this client are waiting`))
    else {
      queue.push(scheduled.client, scheduled)
      this.#startNext(name)
    }
  }

  /** Drops a query that no client waits for: one that is queued never runs, one that is running is interrupted. */
  #abandon(scheduled: ScheduledQuery<Query, Result>): void {
    this.#forget(scheduled)
    scheduled.execution?.interrupt()
    for (const { queue } of Object.values(this.#lanes)) queue.remove(scheduled.client, scheduled)
  }

  #fail(scheduled: ScheduledQuery<Query, Result>, cause: unknown): void {
    this.#forget(scheduled)
    for (const { reject } of scheduled.waiters) reject(cause)
  }

  /** Lets an equal query begin for itself. */
  #forget(scheduled: ScheduledQuery<Query, Result>): void {
    if (this.#scheduled.get(scheduled.key) === scheduled) this.#scheduled.delete(scheduled.key)
  }
}

function shuttingDown(): ServiceError {
  return new ServiceError('shutting_down', 'The server is shutting down.', {
    headers: { 'retry-after': '5' },
  })
}

function overloaded(cause: string): ServiceError {
  return new ServiceError('overloaded', `${cause}. Retry in a few seconds, or ask for less at once.`, {
    headers: { 'retry-after': '5' },
  })
}
