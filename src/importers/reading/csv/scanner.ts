import { OperatorError } from '../../../errors.ts'
import { Cursor, NOT_YET } from './cursor.ts'
import { detach, type FileRow } from '../rows/file-row.ts'
import { LONGEST_ROW } from '../rows/limits.ts'
import { CELL_TOO_LONG, type QuotedRow, readQuotedRow } from './quoted-row.ts'
import { type Expected, rowFault } from './row-errors.ts'

/** How a scanner takes its text apart. */
export interface ScannerOptions {
  /** The file, as messages name it. */
  name: string
  /** Rows of cells, or one cell a line. */
  layout: 'csv' | 'lines'
  /** Whether U+FFFD has been put for bytes that could not be decoded. */
  isReplaced: () => boolean
}

/**
 * Takes text apart into rows, however the text is cut into pieces. Empty lines are passed over.
 * What is not yet a whole row is kept, and looked at again when there is twice as much of it.
 */
export class Scanner {
  /** Characters of the rows that were given out. */
  consumed = 0

  readonly #cursor = new Cursor()
  #line = 1
  #wanted = 0
  readonly #expected: Expected = { header: null, hasNul: false, hasReplaced: false }

  constructor(private readonly options: ScannerOptions) {}

  /** Holds the rows that follow against a header. */
  expect(header: readonly string[]): void {
    this.#expected.header = header
  }

  /** Takes the next piece, when {@link next} has no more rows. */
  push(piece: string): void {
    this.#cursor.push(piece)
    this.#expected.hasNul ||= piece.includes('\0')
    this.#expected.hasReplaced = this.options.isReplaced()
  }

  /** Says that there are no more pieces. */
  end(): void {
    this.#cursor.push('')
    this.#cursor.isLast = true
    this.#wanted = 0
  }

  /** The line on which the text ends that was taken so far. */
  get lastLine(): number {
    return this.#line + this.#cursor.countLineEnds(this.#cursor.at, this.#cursor.text.length)
  }

  /**
   * The next row; undefined where a whole one needs more text.
   * @throws OperatorError when a cell or row is longer than any of a sound file
   */
  next(): FileRow | undefined {
    const cursor = this.#cursor
    while (cursor.left > 0 && cursor.left >= this.#wanted) {
      const end = cursor.lineEnd(cursor.at)
      if (end === cursor.at) {
        cursor.pass(end)
        this.#line += 1
        continue
      }
      const read = this.#read(end)
      if (read) return this.#finish(read, end)
      this.#refuseLongRow(cursor.left)
      this.#wanted = 2 * cursor.left
    }
    return undefined
  }

  #read(end: number): QuotedRow | null {
    const cursor = this.#cursor
    if (
      this.options.layout === 'csv' &&
      cursor.quote(cursor.at) < (end === NOT_YET ? cursor.text.length : end)
    ) {
      const read = readQuotedRow(cursor)
      if (read !== CELL_TOO_LONG) return read
      throw new OperatorError(
        `${this.options.name} has a cell of over 1 MB in the row that begins on line ${this.#line}: is a closing quotation mark missing there?`,
      )
    }
    if (end === NOT_YET) return null
    const raw = detach(cursor.text.slice(cursor.at, end))
    return { raw, end, cells: this.options.layout === 'csv' ? raw.split(',') : [raw] }
  }

  #finish(read: QuotedRow, firstEnd: number): FileRow {
    const { cells, raw, end } = read
    this.#refuseLongRow(raw.length)
    const cursor = this.#cursor
    const furtherLines = end === firstEnd ? 0 : cursor.countLineEnds(cursor.at, end)
    const fault = rowFault(read, this.#expected, furtherLines)
    const row: FileRow = fault ? { line: this.#line, cells, fault } : { line: this.#line, cells }
    cursor.pass(end)
    this.#line += 1 + furtherLines
    this.#wanted = 0
    this.consumed += raw.length
    return row
  }

  #refuseLongRow(length: number): void {
    if (length <= LONGEST_ROW) return
    throw new OperatorError(
      `${this.options.name} has a row of over 8 MB, which begins on line ${this.#line}: is it a table with a row a line?`,
    )
  }
}
