import { Worker } from 'node:worker_threads'

/** Starts a thread that runs a module of ../workers. */
export function startThread(module: string, workerData: unknown): Worker {
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

/** Who hears of a thread. */
interface Listener<Reply> {
  reply: (reply: Reply) => void
  /** The thread has ended, and nothing more comes of what it was asked. */
  fail: (cause: unknown) => void
}

/** A thread that starts with the first message, and again with the next one after it has ended. */
export class Thread<Message, Reply> {
  #worker: Worker | undefined

  /** @param module the module of this folder that it runs, on the database at `path` */
  constructor(
    private readonly module: string,
    private readonly path: string,
    private readonly listener: Listener<Reply>,
  ) {}

  /** Sends a message; until it rests, the thread keeps the process alive. */
  ask(message: Message): void {
    this.#worker ??= this.#start()
    this.#worker.ref()
    this.#worker.postMessage(message)
  }

  /** Sends a message that needs no thread to be started. */
  tell(message: Message): void {
    this.#worker?.postMessage(message)
  }

  /** An idle thread keeps no process alive. */
  rest(): void {
    this.#worker?.unref()
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = startThread(this.module, { path: this.path })
    const fail = (cause: unknown) => {
      // An error comes before the end, and by then another may have been started.
      if (this.#worker !== worker) return
      this.#worker = undefined
      this.listener.fail(cause)
    }
    worker.on('message', (reply: Reply) => this.listener.reply(reply))
    worker.on('error', fail)
    worker.on('exit', () => fail(new Error(`The thread ${this.module} ended`)))
    return worker
  }
}
