import { OperatorError } from '../../../errors.ts'
import type { FileRow } from '../rows/file-row.ts'
import { MAX_ROW_LENGTH } from '../rows/limits.ts'
import { detach } from '../rows/text.ts'
import { Cursor, NOT_YET } from './cursor.ts'
import { CELL_TOO_LONG, type QuotedRow, readQuotedRow } from './quoted-row.ts'
import { findRowError, type RowChecks } from './row-errors.ts'

/** How a scanner splits its text. */
interface ScannerOptions {
  /** The file, as messages name it. */
  name: string
  /** Rows of cells, or one cell a line. */
  layout: 'csv' | 'lines'
  /** The character between the cells of a row; a comma when left out. */
  separator?: string
  /** Whether U+FFFD has been substituted for bytes that could not be decoded. */
  isReplaced: () => boolean
}

/**
 * Splits text into rows, however the text is cut into pieces. Empty lines are skipped. An incomplete row is kept,
 * and scanned again when there is twice as much of it.
 */
export class Scanner {
  /** Characters of the rows that were returned. */
  consumed = 0

  readonly #cursor: Cursor
  #line = 1
  /** Unread characters without which scanning again is of no use. */
  #minLength = 0
  readonly #checks: RowChecks

  constructor(private readonly options: ScannerOptions) {
    const { separator = ',' } = options
    this.#cursor = new Cursor(separator)
    this.#checks = { header: null, separator, hasNul: false, hasReplaced: false }
  }

  /** Checks the rows that follow for as many cells as the header has. */
  setHeader(header: readonly string[]): void {
    this.#checks.header = header
  }

  /** Adds the next piece, when {@link next} has no more rows. */
  push(piece: string): void {
    this.#cursor.push(piece)
    this.#checks.hasNul ||= piece.includes('\0')
    this.#checks.hasReplaced = this.options.isReplaced()
  }

  /** Marks the end of the text. */
  end(): void {
    this.#cursor.push('')
    this.#cursor.isLast = true
    this.#minLength = 0
  }

  /** The line on which the text so far ends. */
  get lastLine(): number {
    return this.#line + this.#cursor.countLineEnds(this.#cursor.at, this.#cursor.text.length)
  }

  /**
   * Reads the next row; undefined where a complete one needs more text.
   * @throws OperatorError when a cell or row exceeds the limits
   */
  next(): FileRow | undefined {
    const cursor = this.#cursor
    while (cursor.left > 0 && cursor.left >= this.#minLength) {
      const end = cursor.lineEnd(cursor.at)
      if (end === cursor.at) {
        cursor.skipLineEnd(end)
        this.#line += 1
        continue
      }
      const row = this.#scanRow(end)
      if (row) return this.#finishRow(row, end)
      this.#rejectLongRow(cursor.left)
      this.#minLength = 2 * cursor.left
    }
    return undefined
  }

  #scanRow(end: number): QuotedRow | null {
    const cursor = this.#cursor
    if (
      this.options.layout === 'csv' &&
      cursor.quote(cursor.at) < (end === NOT_YET ? cursor.text.length : end)
    ) {
      const row = readQuotedRow(cursor)
      if (row !== CELL_TOO_LONG) return row
      throw new OperatorError(
        `${this.options.name} has a cell of over 1 MB in the row that begins on line ${this.#line}: is a closing quotation mark missing there?`,
      )
    }
    if (end === NOT_YET) return null
    const raw = detach(cursor.text.slice(cursor.at, end))
    return { raw, end, cells: this.options.layout === 'csv' ? raw.split(cursor.separator) : [raw] }
  }

  #finishRow(scanned: QuotedRow, firstEnd: number): FileRow {
    const { cells, raw, end } = scanned
    this.#rejectLongRow(raw.length)
    const cursor = this.#cursor
    const furtherLines = end === firstEnd ? 0 : cursor.countLineEnds(cursor.at, end)
    const error = findRowError(scanned, this.#checks, furtherLines)
    const row: FileRow = error ? { line: this.#line, cells, error } : { line: this.#line, cells }
    cursor.skipLineEnd(end)
    this.#line += 1 + furtherLines
    this.#minLength = 0
    this.consumed += raw.length
    return row
  }

  #rejectLongRow(length: number): void {
    if (length <= MAX_ROW_LENGTH) return
    throw new OperatorError(
      `${this.options.name} has a row of over 8 MB, which begins on line ${this.#line}: is it a table with a row a line?`,
    )
  }
}
