import cluster, { type Worker } from 'node:cluster'
import type { FastifyBaseLogger } from 'fastify'
import { OperatorError } from '../errors.ts'
import type { FromPrimary, FromWorker } from './messages.ts'

/** When more workers than this exit within the window, starting more will not help. */
const MAX_EXITS = 5
const EXIT_WINDOW_MS = 60_000
/** How long the workers may take to send their metrics, in milliseconds: one that hangs must not hide the others. */
const METRICS_TIMEOUT_MS = 2000

/** How often each worker is pinged, and how many pings in a row one that works may leave without a response. */
const PING_INTERVAL_MS = 1000
const MAX_MISSED_PINGS = 15

/** The metrics collected so far for a worker that requested them. */
interface MetricsCollection {
  awaited: Set<number>
  parts: object[][]
  finish: () => void
}

/** Keeps a number of workers serving on one port, from the primary process, which serves no requests itself. */
export class ClusterSupervisor {
  /** What workers are sent once they listen: whether they may serve requests. */
  #state: FromPrimary | undefined
  #isStopping = false
  /** Times of unexpected exits. */
  readonly #exits: number[] = []
  readonly #collections = new Map<string, MetricsCollection>()
  /** Pings without a response, by id of the listening worker. Counted, because a suspended machine would lose time. */
  readonly #missedPings = new Map<number, number>()
  /** Addresses by worker id. */
  readonly #listening = new Map<number, string>()
  #onListening: () => void = () => {}
  #checkDatabase: () => Promise<void> = async () => {}
  #fail: (cause: OperatorError) => void = () => {}
  /** Rejects when the workers cannot be kept running. */
  readonly failure = new Promise<never>((_, reject) => {
    this.#fail = reject
  })

  /** @param port on which every worker listens: for 0, later ones would get another than those before */
  constructor(
    readonly count: number,
    readonly port: number,
    readonly log: FastifyBaseLogger,
  ) {
    // Without this, a failure that no one awaits would end the process.
    this.failure.catch(() => {})
    // Workers accept from one socket. Node's default, to accept here and pass connections on, never closes one that was
    // on its way to a worker that died: the client would wait for ever (nodejs/node#21746).
    cluster.schedulingPolicy = cluster.SCHED_NONE
    cluster.on('message', (worker, message: FromWorker) => this.#onMessage(worker, message))
    cluster.on('exit', (worker, code, signal) => this.#onExit(worker, signal ?? code))
    for (let index = 0; index < count; index += 1) this.#fork()
    setInterval(() => this.#ping(), PING_INTERVAL_MS).unref()
  }

  #fork(): void {
    cluster.fork({ PORT: String(this.port) })
  }

  /** Resolves with the address when all workers listen. */
  async listening(): Promise<string> {
    const all = new Promise<void>((resolve) => {
      this.#onListening = () => {
        if (this.#listening.size >= this.count) resolve()
      }
      this.#onListening()
    })
    await Promise.race([all, this.failure])
    return [...this.#listening.values()][0] ?? ''
  }

  /**
   * Lets all workers serve requests, including those started later.
   * @param checkDatabase is called before a worker that was started later may: the others may have ended because of what
   * became of the database, and it has opened that; calls `makeUnavailable` if so
   */
  ready(identity: string, checkDatabase: () => Promise<void>): void {
    this.#checkDatabase = checkDatabase
    this.#announce({ type: 'ready', identity })
  }

  /** Lets no worker serve requests any more, nor those started later. */
  makeUnavailable(reason: string): void {
    this.#announce({ type: 'unavailable', reason })
  }

  #announce(state: FromPrimary): void {
    this.#state = state
    for (const worker of workers()) send(worker, state)
  }

  /**
   * Drains all workers, and kills those that have not exited after a time in milliseconds; resolves when all have.
   * The number of those that did not exit with 0.
   */
  async stop(timeout: number): Promise<number> {
    this.#isStopping = true
    const limit = setTimeout(() => {
      for (const worker of workers()) this.#kill(worker, 'A process has not closed in time: it is killed')
    }, timeout)
    const exits = workers().map((worker) => {
      const exited = new Promise<string | number>((resolve) =>
        worker.once('exit', (code, signal) => resolve(signal ?? code)),
      )
      send(worker, { type: 'drain' })
      return exited
    })
    const causes = await Promise.all(exits)
    clearTimeout(limit)
    return causes.filter((cause) => cause !== 0).length
  }

  /** Pings every listening worker, and kills those that no longer respond: they would keep clients waiting. */
  #ping(): void {
    for (const worker of workers().filter(({ id }) => this.#listening.has(id))) {
      const missed = this.#missedPings.get(worker.id) ?? 0
      this.#missedPings.set(worker.id, missed + 1)
      if (missed < MAX_MISSED_PINGS) send(worker, { type: 'ping' })
      else this.#kill(worker, 'A process does not respond: it is killed')
    }
  }

  #kill(worker: Worker, reason: string): void {
    this.#missedPings.delete(worker.id)
    this.log.error({ process: worker.process.pid }, reason)
    worker.process.kill('SIGKILL')
  }

  #onMessage(worker: Worker, message: FromWorker): void {
    switch (message.type) {
      case 'listening':
        this.#listening.set(worker.id, message.address)
        // It did not receive what was sent before it listened.
        void this.#checkDatabase().then(() => this.#state && send(worker, this.#state))
        if (this.#isStopping) send(worker, { type: 'drain' })
        this.#onListening()
        break
      case 'pong':
        this.#missedPings.delete(worker.id)
        break
      case 'failed':
        this.#isStopping = true
        this.#fail(new OperatorError(message.message))
        break
      case 'rates':
        for (const other of this.#others(worker)) send(other, message)
        break
      case 'metrics-requested':
        this.#collectMetrics(worker, message.id)
        break
      case 'metrics': {
        const collection = this.#collections.get(`${message.requester} ${message.id}`)
        collection?.parts.push(message.metrics)
        collection?.awaited.delete(worker.id)
        if (collection?.awaited.size === 0) collection.finish()
      }
    }
  }

  #collectMetrics(requester: Worker, id: number): void {
    const others = this.#others(requester)
    const key = `${requester.id} ${id}`
    const finish = () => {
      clearTimeout(limit)
      if (this.#collections.delete(key)) send(requester, { type: 'metrics-collected', id, parts })
    }
    const parts: object[][] = []
    const limit = setTimeout(finish, METRICS_TIMEOUT_MS)
    this.#collections.set(key, { awaited: new Set(others.map((other) => other.id)), parts, finish })
    for (const other of others) send(other, { type: 'metrics-requested', requester: requester.id, id })
    if (others.length === 0) finish()
  }

  /** Every listening worker but one. */
  #others(worker: Worker): Worker[] {
    return workers().filter(({ id }) => id !== worker.id && this.#listening.has(id))
  }

  #onExit(worker: Worker, cause: string | number): void {
    this.#listening.delete(worker.id)
    this.#missedPings.delete(worker.id)
    for (const { awaited, finish } of this.#collections.values())
      if (awaited.delete(worker.id) && awaited.size === 0) finish()
    if (this.#isStopping) {
      if (cause !== 0) this.log.error({ process: worker.process.pid, cause }, 'A process ended while closing')
      return
    }
    const now = Date.now()
    this.#exits.push(now)
    const recent = this.#exits.filter((at) => at > now - EXIT_WINDOW_MS)
    this.log.error({ process: worker.process.pid, cause, recent: recent.length }, 'A process ended')
    if (recent.length <= MAX_EXITS) {
      this.#fork()
      return
    }
    const reason = `${recent.length} processes ended within a minute, the last with ${cause}`
    this.#isStopping = true
    this.#fail(new OperatorError(`${reason}: see the log for the cause`))
  }
}

function workers(): Worker[] {
  return Object.values(cluster.workers ?? {}).flatMap((worker) =>
    worker && !worker.isDead() ? [worker] : [],
  )
}

function send(worker: Worker, message: FromPrimary): void {
  // One that is exiting cannot receive messages, and need not.
  if (worker.isConnected()) worker.send(message, () => {})
}
