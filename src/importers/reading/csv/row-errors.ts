import { type CellError, countReason } from '../rows/file-row.ts'
import { MAX_CELL_LENGTH } from '../rows/limits.ts'
import { isBlank, shorten } from '../rows/text.ts'
import type { QuotedRow } from './quoted-row.ts'

/** What the rows of a file are checked for. */
export interface RowChecks {
  /** Null where rows have no header. */
  header: readonly string[] | null
  /** The character between the cells. */
  separator: string
  /** Whether rows may hold NUL bytes. */
  hasNul: boolean
  /** Whether rows may hold U+FFFD in place of bytes that could not be decoded. */
  hasReplaced: boolean
}

/** Finds damage of a row; the importer checks the content of its cells. */
export function findRowError(row: QuotedRow, checks: RowChecks, furtherLines: number): CellError | undefined {
  const { header, separator, hasNul, hasReplaced } = checks
  const { cells, raw, damage } = row
  if (damage) {
    // The line end at the end of the file begins no further line.
    const isOpen = damage.kind === 'open'
    const lines = isOpen && /[\r\n]$/.test(raw) ? furtherLines - 1 : furtherLines
    const reason = isOpen ? unclosedReason(lines) : strayReason(lines)
    return inCell(header, cells.length, raw.slice(damage.cell), reason)
  }
  if (raw.length > MAX_CELL_LENGTH || hasNul || hasReplaced) {
    const error = findContentError(cells, checks)
    if (error) return error
  }
  if (header === null) return undefined
  if (separator !== ';' && raw.endsWith(';;')) return inRow(raw, 'ends in stray semicolons')
  // A row with nothing in it is no data, however many cells it has.
  if (cells.length === header.length || cells.every(isBlank)) return undefined
  if (cells.length === 1 && raw.startsWith('"') && raw.includes(separator))
    return inRow(raw, 'is enclosed as a whole in one pair of quotation marks')
  return inRow(raw, countReason(cells.length, header.length))
}

function findContentError(
  cells: readonly string[],
  { header, hasReplaced }: RowChecks,
): CellError | undefined {
  for (const [index, cell] of cells.entries()) {
    if (cell.length > MAX_CELL_LENGTH) return inCell(header, index, cell, 'is over 1 MB long')
    if (cell.includes('\0')) return inCell(header, index, cell, 'holds a NUL byte')
    if (hasReplaced && cell.includes('\ufffd'))
      return inCell(header, index, cell, 'holds bytes that are not of the encoding, shown as \ufffd')
  }
  return undefined
}

function unclosedReason(furtherLines: number): string {
  const reason = 'has a quotation mark that is not closed'
  if (furtherLines === 0) return reason
  return `${reason}: ${formatLines(furtherLines)}, to the end of the file, went into its cell`
}

function strayReason(furtherLines: number): string {
  const reason =
    'has a stray quotation mark: a cell with marks is enclosed in marks, and those inside it are doubled'
  return furtherLines === 0 ? reason : `${reason}; ${formatLines(furtherLines)} went into its cell`
}

function formatLines(count: number): string {
  return count === 1 ? 'the line after it' : `the ${count} lines after it`
}

function inCell(header: RowChecks['header'], index: number, value: string, reason: string): CellError {
  return { column: header?.[index] ?? '', value: shorten(value), reason }
}

function inRow(raw: string, reason: string): CellError {
  return { column: '', value: shorten(raw), reason }
}
