import type { Worker } from 'node:worker_threads'
import { OperatorError } from '../../../errors.ts'
import { startThread } from '../database/worker-thread.ts'
import type { ChangeSummary } from './finalize.ts'
import type { StatementBatch } from './statements.ts'

/** What the thread that writes an import is told. */
export interface WriteRequest {
  writes: StatementBatch[]
  end?: 'COMMIT' | 'ROLLBACK'
  /** With COMMIT. */
  settlement?: ChangeSummary
}

/** What it answers to each order, in turn. */
export interface WriteReply {
  failure?: { message: string; isOperators: boolean }
}

/** Orders that are under way at the same time: while one is written the next is made. */
const AHEAD = 2

/** A transaction in a thread of its own, so that rows are written while those that follow are read. */
export class ImportWriter {
  readonly #worker: Worker
  readonly #waiting: { resolve: () => void; reject: (cause: unknown) => void }[] = []
  readonly #orders: Promise<void>[] = []

  private constructor(path: string) {
    this.#worker = startThread('import-worker', { path })
    this.#worker.on('message', ({ failure }: WriteReply) => {
      const order = this.#waiting.shift()
      if (!failure) order?.resolve()
      else
        order?.reject(failure.isOperators ? new OperatorError(failure.message) : new Error(failure.message))
    })
    const fail = (cause: unknown) => {
      for (const { reject } of this.#waiting.splice(0)) reject(cause)
    }
    this.#worker.on('error', fail)
    this.#worker.on('exit', () => fail(new Error('The thread that writes the import ended')))
  }

  /**
   * Begins a transaction.
   * @throws OperatorError when the database cannot be written
   */
  static async begin(path: string): Promise<ImportWriter> {
    const writer = new ImportWriter(path)
    await writer.#answer()
    return writer
  }

  /** Hands over writes, and waits while too many are under way. */
  async write(writes: StatementBatch[]): Promise<void> {
    this.#order({ writes })
    if (this.#orders.length > AHEAD) await this.#orders.shift()
  }

  /** Ends the transaction, when all is written. */
  async end(how: 'COMMIT' | 'ROLLBACK', settlement?: ChangeSummary): Promise<void> {
    this.#order({ writes: [], end: how, ...(settlement && { settlement }) })
    // After a failure the rest fails too; undoing it needs no success.
    if (how === 'ROLLBACK') await Promise.allSettled(this.#orders)
    else for (const order of this.#orders) await order
    await this.#worker.terminate()
  }

  #order(order: WriteRequest): void {
    this.#worker.postMessage(order)
    const answer = this.#answer()
    // Whoever waits for the order learns of its failure; until then it is nobody's unhandled rejection.
    answer.catch(() => {})
    this.#orders.push(answer)
  }

  #answer(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }
}
