import { stringify } from 'csv-stringify/sync'

/** A cell's value: a number, a text, or nothing. */
export type Cell = string | number | null

/** A flat, documented column of a record. */
export interface Column<T> {
  name: string
  /** The dot path in the JSON record that the column repeats. */
  path: string
  description: string
  value: (record: T) => Cell
}

/** What a spreadsheet takes for the beginning of a formula, and the guard itself so that it can be undone. */
const FORMULA = /^[=+\-@\t\r']/

/**
 * Guards a text from being run as a formula by a spreadsheet: an apostrophe goes before it.
 * Removing one leading apostrophe gives the text back. Numbers are never guarded.
 */
export function guard(cell: Cell): Cell {
  return typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : cell
}

/** Rows of CSV (RFC 4180: comma, CRLF, UTF-8), with a header where it is asked for. */
export function csv<T>(columns: readonly Column<T>[], records: readonly T[], header: boolean): string {
  const rows = records.map((record) => columns.map((column) => guard(column.value(record))))
  return stringify(header ? [columns.map(({ name }) => name), ...rows] : rows, { record_delimiter: '\r\n' })
}

/** The columns that any of the dot paths selects; all of them when no path is given. */
export function columnsAt<T>(
  columns: readonly Column<T>[],
  paths: readonly string[] | undefined,
): readonly Column<T>[] {
  if (!paths) return columns
  return columns.filter(({ path }) =>
    paths.some((wanted) => path === wanted || path.startsWith(`${wanted}.`)),
  )
}
