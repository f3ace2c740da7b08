import { escapeFormula } from '../../text/cell.ts'
import type { Cell, Column } from './columns.ts'

/** Text that needs quotation marks (RFC 4180); many readers end a row at a bare line feed too. */
const NEEDS_QUOTES = /[",\r\n]/

/**
 * Renders records as CSV (RFC 4180: comma, CRLF, UTF-8), optionally with a header. Text that a spreadsheet would run
 * as a formula is escaped.
 */
export function renderCsv<T>(columns: readonly Column<T>[], records: readonly T[], header: boolean): string {
  const rows = records.map((record) => columns.map(({ value }) => cellText(value(record))))
  return [...(header ? [columns.map(({ name }) => name)] : []), ...rows]
    .map((row) => `${row.join(',')}\r\n`)
    .join('')
}

/** Renders a cell, escaped and quoted where necessary; null is empty. */
export function cellText(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell)
  const text = escapeFormula(cell)
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
