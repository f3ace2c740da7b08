import type { CellFault } from '../../contract/importer.ts'
import { shorten } from '../rows/file-row.ts'
import { LONGEST_CELL } from '../rows/limits.ts'
import type { QuotedRow } from './quoted-row.ts'

/** What a row is held against. */
export interface Expected {
  /** Null where rows have no header. */
  header: readonly string[] | null
  /** Whether rows may hold NUL bytes. */
  hasNul: boolean
  /** Whether rows may hold U+FFFD in place of bytes that could not be decoded. */
  hasReplaced: boolean
}

/** What is wrong with a row as such; what is wrong with what its cells say is the importer's to tell. */
export function rowFault(row: QuotedRow, expected: Expected, furtherLines: number): CellFault | undefined {
  const { header, hasNul, hasReplaced } = expected
  const { cells, raw, damage } = row
  if (damage) {
    // The line end at the very end begins no further line.
    const isOpen = damage.kind === 'open'
    const lines = isOpen && /[\r\n]$/.test(raw) ? furtherLines - 1 : furtherLines
    const reason = isOpen ? unclosedReason(lines) : strayReason(lines)
    return inCell(header, cells.length, raw.slice(damage.cell), reason)
  }
  if (raw.length > LONGEST_CELL || hasNul || hasReplaced) {
    const fault = contentFault(cells, expected)
    if (fault) return fault
  }
  if (header === null) return undefined
  if (raw.endsWith(';;')) return inRow(raw, 'ends in stray semicolons')
  if (cells.length === header.length) return undefined
  if (cells.length === 1 && raw.startsWith('"') && raw.includes(','))
    return inRow(raw, 'stands as a whole in one pair of quotation marks')
  return inRow(raw, countReason(cells.length, header.length))
}

/** That a row has too few or too many cells. */
export function countReason(has: number, wanted: number): string {
  return `has ${has} ${has === 1 ? 'cell' : 'cells'}, the header has ${wanted}`
}

function contentFault(cells: readonly string[], { header, hasReplaced }: Expected): CellFault | undefined {
  for (const [index, cell] of cells.entries()) {
    if (cell.length > LONGEST_CELL) return inCell(header, index, cell, 'is over 1 MB long')
    if (cell.includes('\0')) return inCell(header, index, cell, 'holds a NUL byte')
    if (hasReplaced && cell.includes('\ufffd'))
      return inCell(header, index, cell, 'holds bytes that are not of the encoding, shown as \ufffd')
  }
  return undefined
}

function unclosedReason(furtherLines: number): string {
  const reason = 'has a quotation mark that is not closed'
  if (furtherLines === 0) return reason
  return `${reason}: ${linesBehind(furtherLines)}, to the end of the file, went into its cell`
}

function strayReason(furtherLines: number): string {
  const reason =
    'has a stray quotation mark: a cell with marks stands in marks, and those inside it are doubled'
  return furtherLines === 0 ? reason : `${reason}; ${linesBehind(furtherLines)} went into its cell`
}

function linesBehind(count: number): string {
  return count === 1 ? 'the line behind it' : `the ${count} lines behind it`
}

function inCell(header: Expected['header'], index: number, value: string, reason: string): CellFault {
  return { column: header?.[index] ?? '', value: shorten(value), reason }
}

function inRow(raw: string, reason: string): CellFault {
  return { column: '', value: shorten(raw), reason }
}
