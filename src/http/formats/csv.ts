import { escapeFormula } from '../../text/cell.ts'
import type { Cell, Column } from './columns.ts'

/** Text that needs quotation marks (RFC 4180); many readers end a row at a bare line feed too. */
const NEEDS_QUOTES = /[",\r\n]/

/** By this, Excel recognises UTF-8; other readers may take it for a part of the first name. */
const BYTE_ORDER_MARK = '\ufeff'

/** Renders the header of CSV, optionally after a byte order mark. */
export function renderCsvHeader<T>(columns: readonly Column<T>[], hasMark = false): string {
  return `${hasMark ? BYTE_ORDER_MARK : ''}${columns.map(({ name }) => name).join(',')}\r\n`
}

/**
 * Renders records as rows of CSV (RFC 4180: comma, CRLF, UTF-8). Text that a spreadsheet would run as a formula is
 * escaped.
 */
export function renderCsvRows<T>(columns: readonly Column<T>[], records: readonly T[]): string {
  return records
    .map((record) => `${columns.map(({ value }) => cellText(value(record))).join(',')}\r\n`)
    .join('')
}

/** Renders a cell, escaped and quoted where necessary; null is empty. */
export function cellText(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell)
  const text = escapeFormula(cell)
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
