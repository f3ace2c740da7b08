import { BrokenText, OperatorError } from '../../../errors.ts'
import type { FileRow } from '../rows/file-row.ts'
import { BATCH_CHARACTERS, BATCH_ROWS } from '../rows/limits.ts'
import type { Scanner } from './scanner.ts'

/** The rows of a text that comes in pieces. */
export class TextRows {
  #isAtEnd = false

  constructor(
    private readonly name: string,
    private readonly scanner: Scanner,
    private readonly pieces: AsyncGenerator<string>,
  ) {}

  /** The first row, ahead of the {@link batches}; undefined where there is none. */
  async first(): Promise<FileRow | undefined> {
    for (;;) {
      const row = this.scanner.next()
      if (row || this.#isAtEnd) return row
      await this.#take()
    }
  }

  /** All rows that are left. */
  async *batches(): AsyncGenerator<FileRow[]> {
    const { scanner } = this
    let batch: FileRow[] = []
    let given = scanner.consumed
    try {
      for (;;) {
        const row = scanner.next()
        if (row) batch.push(row)
        else if (!this.#isAtEnd) await this.#take()
        else break
        if (batch.length >= BATCH_ROWS || scanner.consumed - given > BATCH_CHARACTERS) {
          yield batch
          batch = []
          given = scanner.consumed
        }
      }
      if (batch.length > 0) yield batch
    } finally {
      await this.pieces.return(undefined)
    }
  }

  async #take(): Promise<void> {
    try {
      const { value, done } = await this.pieces.next()
      this.#isAtEnd = done === true
      if (done) this.scanner.end()
      else this.scanner.push(value)
    } catch (error) {
      if (!(error instanceof BrokenText)) throw error
      throw new OperatorError(brokenMessage(this.name, error.encoding, this.scanner.lastLine), {
        cause: error,
      })
    }
  }
}

function brokenMessage(name: string, encoding: BrokenText['encoding'], line: number): string {
  return encoding === 'utf-8'
    ? `${name} begins in UTF-8, but line ${line} is not UTF-8: give --encoding windows-1252 if the file is in that, or --encoding utf-8 to have only such rows refused`
    : `${name} begins in Windows-1252, but line ${line} has bytes without a meaning there: save it as UTF-8, or give --encoding windows-1252 to have only such rows refused`
}
