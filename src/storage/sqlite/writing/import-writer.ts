import type { StoredTotals } from '../../contract/storage.ts'
import { type ThreadTarget, WorkerThread } from '../database/worker-thread.ts'
import type { ChangeSummary } from './finalize.ts'
import type { StatementBatch } from './statements.ts'
import type { TotalsRequest } from './stored-totals.ts'

/** The requests of the thread that writes an import; after one has failed, all that follow fail with its error. */
export interface ImportTasks {
  begin: (request: null) => void
  write: (statements: readonly StatementBatch[]) => void
  totals: (request: TotalsRequest) => StoredTotals
  commit: (summary: ChangeSummary) => void
}

/** Writes that are under way at the same time: while one is written the next is made. */
const AHEAD = 4

/** A transaction in a thread, so that rows are written while those that follow are read. */
export class ImportWriter {
  readonly #thread: WorkerThread<ImportTasks>
  readonly #writes: Promise<void>[] = []

  private constructor(target: ThreadTarget) {
    this.#thread = new WorkerThread('import-worker', target)
  }

  /**
   * Begins a transaction.
   * @throws OperatorError when the database cannot be written
   */
  static async begin(target: ThreadTarget): Promise<ImportWriter> {
    const writer = new ImportWriter(target)
    try {
      await writer.#thread.run('begin', null)
      return writer
    } catch (error) {
      await writer.rollback()
      throw error
    }
  }

  /** Hands over writes, and waits while too many are under way. */
  async write(statements: readonly StatementBatch[]): Promise<void> {
    const write = this.#thread.run('write', statements)
    // A failure is reported by the call that waits for the write.
    write.catch(() => {})
    this.#writes.push(write)
    if (this.#writes.length > AHEAD) await this.#writes.shift()
  }

  /** Sums up records as they are after everything that was handed over. */
  totals(request: TotalsRequest): Promise<StoredTotals> {
    return this.#thread.run('totals', request)
  }

  /** Ends the transaction, when all is written. */
  async commit(summary: ChangeSummary): Promise<void> {
    for (const write of this.#writes.splice(0)) await write
    await this.#thread.run('commit', summary)
    await this.#thread.close()
  }

  /** Undoes the transaction: the thread takes it along. */
  rollback(): Promise<void> {
    return this.#thread.close()
  }
}
