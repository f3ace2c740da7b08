import { Worker } from 'node:worker_threads'
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
  readonly #path: string
  readonly #identity: string | null | undefined
  readonly #pending = new Map<number, PendingRequest>()
  /** Shared with the thread; 1 while what it is doing is no longer wanted. */
  readonly #interruptFlag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  #worker: Worker | undefined
  #lastId = 0

  /**
   * @param module the module of ../workers that the thread runs, on the database at `path`
   * @param identity of the file that this must be, as of `identifyFile`; any file if left out
   */
  constructor(module: string, path: string, identity?: string | null) {
    this.#module = module
    this.#path = path
    this.#identity = identity
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
    if (this.#pending.size === 0) Atomics.store(this.#interruptFlag, 0, 0)
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
    Atomics.store(this.#interruptFlag, 0, 1)
  }

  /** Makes a request whose result is not needed, unless the thread has ended and with it what the request is about. */
  runIfStarted<K extends keyof Tasks & string>(task: K, request: Parameters<Tasks[K]>[0]): void {
    if (this.#worker) this.run(task, request).catch(() => {})
  }

  /** Ends the thread; requests that are not done fail, with the cause if there is one. */
  async close(cause?: Error): Promise<void> {
    if (cause) for (const { reject } of this.#pending.values()) reject(cause)
    // A result that still comes would let go of the thread, and the process could end before the thread has.
    this.#worker?.removeAllListeners('message')
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = startThread(this.#module, {
      path: this.#path,
      identity: this.#identity,
      interruptFlag: this.#interruptFlag,
    })
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
      if (this.#pending.size === 0) worker.unref()
      if (error) request?.reject(deserializeError(error))
      else request?.resolve(result as never)
    })
    worker.on('error', fail)
    worker.on('exit', () => fail(new Error(`The thread ${this.#module} ended`)))
    return worker
  }
}

function startThread(module: string, workerData: unknown): Worker {
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
