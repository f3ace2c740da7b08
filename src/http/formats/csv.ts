import { escapeFormula } from '../../text/cell.ts'
import type { Cell, Column } from './columns.ts'

/** What only stands in quotation marks: RFC 4180, and to most who read CSV a line feed by itself ends a row too. */
const SPECIAL = /[",\r\n]/

/**
 * Rows of CSV (RFC 4180: comma, CRLF, UTF-8), with a header where it is asked for. Texts are guarded from
 * being run as formulas; numbers need no guard.
 */
export function renderCsv<T>(columns: readonly Column<T>[], records: readonly T[], header: boolean): string {
  const rows = records.map((record) => columns.map(({ value }) => cellText(value(record))))
  return [...(header ? [columns.map(({ name }) => name)] : []), ...rows]
    .map((row) => `${row.join(',')}\r\n`)
    .join('')
}

/** A cell as it stands in a row of CSV. */
export function cellText(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell)
  const text = escapeFormula(cell)
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
