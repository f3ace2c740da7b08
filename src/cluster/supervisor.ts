import cluster, { type Worker } from 'node:cluster'
import type { FastifyBaseLogger } from 'fastify'
import { OperatorError } from '../errors.ts'
import type { FromPrimary, FromWorker } from './messages.ts'

/** More processes than this that end by themselves within the span are a fault that starting more will not mend. */
const MAX_EXITS = 5
const EXIT_WINDOW_MS = 60_000
/** How long other processes may take to tell their metrics, in milliseconds: a sick one must not hide the rest. */
const METRICS_TIMEOUT_MS = 2000

/** Metrics on their way from all processes to one that asked. */
interface Gathering {
  awaited: Set<number>
  parts: object[][]
  finish: () => void
}

/** Keeps a number of processes answering on one port. It answers nothing itself. */
export class ClusterSupervisor {
  #isReady = false
  #isStopping = false
  readonly #losses: number[] = []
  readonly #gatherings = new Map<string, Gathering>()
  readonly #listening = new Map<number, string>()
  #noticed: () => void = () => {}
  #failed: (cause: OperatorError) => void = () => {}
  /** Rejects when the processes cannot be kept. */
  readonly failure = new Promise<never>((_, reject) => {
    this.#failed = reject
  })

  constructor(
    readonly count: number,
    readonly log: FastifyBaseLogger,
  ) {
    // Whoever waits learns of it; nobody has to.
    this.failure.catch(() => {})
    cluster.on('message', (worker, message: FromWorker) => this.#onMessage(worker, message))
    cluster.on('exit', (worker, code, signal) => this.#onExit(worker, signal ?? code))
    for (let index = 0; index < count; index += 1) cluster.fork()
  }

  /** Resolves with the address when all processes listen. */
  async listening(): Promise<string> {
    const all = new Promise<void>((resolve) => {
      this.#noticed = () => {
        if (this.#listening.size >= this.count) resolve()
      }
      this.#noticed()
    })
    await Promise.race([all, this.failure])
    return [...this.#listening.values()][0] ?? ''
  }

  /** Lets the processes answer, those that are started later too. */
  ready(): void {
    this.#isReady = true
    for (const worker of workers()) tell(worker, { type: 'ready' })
  }

  /** Lets every process finish what is in flight; resolves when all have ended. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await Promise.all(
      workers().map((worker) => {
        const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
        tell(worker, { type: 'drain' })
        return ended
      }),
    )
  }

  #onMessage(worker: Worker, message: FromWorker): void {
    switch (message.type) {
      case 'listening':
        this.#listening.set(worker.id, message.address)
        // What was said while it started, it has not heard.
        if (this.#isReady) tell(worker, { type: 'ready' })
        if (this.#isStopping) tell(worker, { type: 'drain' })
        this.#noticed()
        break
      case 'failed':
        this.#isStopping = true
        this.#failed(new OperatorError(message.message))
        break
      case 'rates':
        for (const other of this.#others(worker)) tell(other, message)
        break
      case 'metrics-asked':
        this.#collectMetrics(worker, message.id)
        break
      case 'metrics': {
        const gathering = this.#gatherings.get(`${message.asker} ${message.id}`)
        gathering?.parts.push(message.metrics)
        gathering?.awaited.delete(worker.id)
        if (gathering?.awaited.size === 0) gathering.finish()
      }
    }
  }

  #collectMetrics(asker: Worker, id: number): void {
    const others = this.#others(asker)
    const key = `${asker.id} ${id}`
    const finish = () => {
      clearTimeout(limit)
      if (this.#gatherings.delete(key)) tell(asker, { type: 'metrics-gathered', id, parts })
    }
    const parts: object[][] = []
    const limit = setTimeout(finish, METRICS_TIMEOUT_MS)
    this.#gatherings.set(key, { awaited: new Set(others.map((other) => other.id)), parts, finish })
    for (const other of others) tell(other, { type: 'metrics-asked', asker: asker.id, id })
    if (others.length === 0) finish()
  }

  /** The processes that listen, but for one. */
  #others(worker: Worker): Worker[] {
    return workers().filter(({ id }) => id !== worker.id && this.#listening.has(id))
  }

  #onExit(worker: Worker, cause: string | number): void {
    this.#listening.delete(worker.id)
    for (const { awaited, finish } of this.#gatherings.values())
      if (awaited.delete(worker.id) && awaited.size === 0) finish()
    if (this.#isStopping) return
    const now = Date.now()
    this.#losses.push(now)
    const recent = this.#losses.filter((at) => at > now - EXIT_WINDOW_MS)
    this.log.error({ process: worker.process.pid, cause, recent: recent.length }, 'A process ended')
    if (recent.length <= MAX_EXITS) {
      // With port 0 it takes the port that the others have.
      cluster.fork()
      return
    }
    const reason = `${recent.length} processes ended within a minute, the last with ${cause}`
    this.#isStopping = true
    this.#failed(new OperatorError(`${reason}: see the log for the cause`))
  }
}

function workers(): Worker[] {
  return Object.values(cluster.workers ?? {}).flatMap((worker) =>
    worker && !worker.isDead() ? [worker] : [],
  )
}

function tell(worker: Worker, message: FromPrimary): void {
  // One that is ending hears nothing any more, and need not.
  if (worker.isConnected()) worker.send(message, () => {})
}
