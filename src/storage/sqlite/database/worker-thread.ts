import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { ColumnFolders } from '../../columns/column-files.ts'
import type { SumLimits } from '../../contract/storage.ts'
import { deserializeError, type SerializedError } from './error-transfer.ts'

/** One kind of request that a thread handles, as a function from the request to its result. */
export type Task = (request: never) => unknown

/** A request as a message to the thread. */
export interface TaskRequest {
  id: number
  task: string
  request: unknown
}

/** Its result, or why it failed, as a message back. */
export interface TaskReply {
  id: number
  result?: unknown
  error?: SerializedError
}

/** What a thread reads or writes. */
export interface ThreadTarget {
  /** The path of the database. */
  path: string
  /** Of the file that it must be, as of `identifyFile`; any file if left out. */
  identity?: string | null | undefined
  /** Where the column store of the database is. */
  columns: ColumnTarget
}

/** Where the column store of a database is, and how much of the machine it may use. */
export interface ColumnTarget extends ColumnFolders {
  limits: SumLimits
}

/** What a thread finds in `workerData`. */
export interface ThreadData extends ThreadTarget {
  interruptFlag: Int32Array
}

/** What a thread has to leave: nothing, the request that it is doing, or everything, because it is about to end. */
export const INTERRUPT = { none: 0, request: 1, everything: 2 } as const

/** How long a thread that ends may take to leave what it is doing, in milliseconds. */
const MAX_CLOSE_MS = 10_000

interface PendingRequest {
  resolve: (result: never) => void
  reject: (cause: unknown) => void
}

/**
 * A thread that handles requests one after the other, in the order in which they were made. It starts with the first
 * request, and again with the next one after it has ended; while it has nothing to do it keeps no process alive.
 */
export class WorkerThread<Tasks extends Record<keyof Tasks, Task>> {
  readonly #module: string
  readonly #target: ThreadTarget
  readonly #pending = new Map<number, PendingRequest>()
  /** Shared with the thread: one of {@link INTERRUPT}. */
  readonly #interruptFlag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  #worker: Worker | undefined
  #isClosing = false
  #onIdle = () => {}
  #lastId = 0

  /** @param module the module of ../workers that the thread runs */
  constructor(module: string, target: ThreadTarget) {
    this.#module = module
    this.#target = target
  }

  /** The number of requests that have no result yet. */
  get pending(): number {
    return this.#pending.size
  }

  /**
   * Makes a request.
   * @throws what the task throws, or Error when the thread ends before the request is done
   */
  run<K extends keyof Tasks & string>(
    task: K,
    request: Parameters<Tasks[K]>[0],
  ): Promise<ReturnType<Tasks[K]>> {
    this.#worker ??= this.#start()
    const worker = this.#worker
    if (this.#pending.size === 0) Atomics.store(this.#interruptFlag, 0, INTERRUPT.none)
    return new Promise((resolve, reject) => {
      this.#lastId += 1
      const message: TaskRequest = { id: this.#lastId, task, request }
      worker.postMessage(message)
      worker.ref()
      this.#pending.set(message.id, { resolve, reject })
    })
  }

  /** Makes the request that is running fail at its next check, where it has any; see `Connection`. */
  interrupt(): void {
    Atomics.store(this.#interruptFlag, 0, INTERRUPT.request)
  }

  /** Makes a request whose result is not needed, unless the thread has ended and with it what the request is about. */
  runIfStarted<K extends keyof Tasks & string>(task: K, request: Parameters<Tasks[K]>[0]): void {
    if (this.#worker) this.run(task, request).catch(() => {})
  }

  /**
   * Ends the thread; requests that are not done fail, with the cause if there is one. The thread first leaves what it is
   * doing: one that ended while DuckDB has a query would end the process.
   */
  async close(cause?: Error): Promise<void> {
    const worker = this.#worker
    if (!worker) return
    if (cause) for (const { reject } of this.#pending.values()) reject(cause)
    Atomics.store(this.#interruptFlag, 0, INTERRUPT.everything)
    worker.ref()
    this.#isClosing = true
    const isIdle = new Promise<void>((resolve) => {
      this.#onIdle = resolve
      if (this.#pending.size === 0) resolve()
    })
    await Promise.race([isIdle, setTimeout(MAX_CLOSE_MS, undefined, { ref: false })])
    await worker.terminate()
  }

  #start(): Worker {
    const data: ThreadData = { ...this.#target, interruptFlag: this.#interruptFlag }
    const worker = startThread(this.#module, data)
    const fail = (cause: unknown) => {
      // 'error' comes before 'exit', and by then another thread may have been started.
      if (this.#worker !== worker) return
      this.#worker = undefined
      for (const { reject } of this.#pending.values()) reject(cause)
      this.#pending.clear()
    }
    worker.on('message', ({ id, result, error }: TaskReply) => {
      const request = this.#pending.get(id)
      this.#pending.delete(id)
      if (this.#pending.size === 0) {
        // Without it the process could end before the thread has.
        if (!this.#isClosing) worker.unref()
        this.#onIdle()
      }
      if (error) request?.reject(deserializeError(error))
      else request?.resolve(result as never)
    })
    worker.on('error', fail)
    worker.on('exit', () => fail(new Error(`The thread ${this.#module} ended`)))
    return worker
  }
}

function startThread(module: string, workerData: ThreadData): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL(`../workers/${module}.js`, import.meta.url), { workerData })
  // Sources are read by a loader, which a thread has to register first.
  const { href } = new URL(`../workers/${module}.ts`, import.meta.url)
  const script = `import('tsx/esm/api').then(({ register }) => {
    register()
    return import(${JSON.stringify(href)})
  })`
  return new Worker(script, { eval: true, workerData })
}
