import { OperatorError } from '../../../errors.ts'
import { DecodingError } from '../encoding/decoder.ts'
import type { FileRow } from '../rows/file-row.ts'
import { BATCH_CHARACTERS, BATCH_ROWS } from '../rows/limits.ts'
import type { Scanner } from './scanner.ts'

/** Reads the rows of a text that comes in pieces. */
export class TextRows {
  #isAtEnd = false

  constructor(
    private readonly name: string,
    private readonly scanner: Scanner,
    private readonly pieces: AsyncGenerator<string>,
  ) {}

  /** Reads one row, before the {@link batches}; undefined at the end. */
  async next(): Promise<FileRow | undefined> {
    for (;;) {
      const row = this.scanner.next()
      if (row || this.#isAtEnd) return row
      await this.#readPiece()
    }
  }

  /** Reads the remaining rows. */
  async *batches(): AsyncGenerator<FileRow[]> {
    const { scanner } = this
    let batch: FileRow[] = []
    let start = scanner.consumed
    try {
      for (;;) {
        const row = scanner.next()
        if (row) batch.push(row)
        else if (!this.#isAtEnd) await this.#readPiece()
        else break
        if (batch.length >= BATCH_ROWS || scanner.consumed - start > BATCH_CHARACTERS) {
          yield batch
          batch = []
          start = scanner.consumed
        }
      }
      if (batch.length > 0) yield batch
    } finally {
      await this.pieces.return(undefined)
    }
  }

  async #readPiece(): Promise<void> {
    try {
      const { value, done } = await this.pieces.next()
      this.#isAtEnd = done === true
      if (done) this.scanner.end()
      else this.scanner.push(value)
    } catch (error) {
      if (!(error instanceof DecodingError)) throw error
      throw new OperatorError(decodingMessage(this.name, error.encoding, this.scanner.lastLine), {
        cause: error,
      })
    }
  }
}

function decodingMessage(name: string, encoding: DecodingError['encoding'], line: number): string {
  if (encoding.startsWith('utf-16'))
    return `${name} begins in UTF-16, but line ${line} is not UTF-16: save it as UTF-8`
  return encoding === 'utf-8'
    ? `${name} begins in UTF-8, but line ${line} is not UTF-8: give --encoding windows-1252 if that is its encoding, or --encoding utf-8 to reject only such rows`
    : `${name} begins in Windows-1252, but line ${line} has bytes that are undefined in it: save it as UTF-8, or give --encoding windows-1252 to reject only such rows`
}
