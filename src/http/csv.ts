import { stringify } from 'csv-stringify/sync'
import { guard } from '../text/cell.ts'
import type { Column } from './columns.ts'

/**
 * Rows of CSV (RFC 4180: comma, CRLF, UTF-8), with a header where it is asked for. Texts are guarded from
 * being run as formulas; numbers need no guard.
 */
export function csv<T>(columns: readonly Column<T>[], records: readonly T[], header: boolean): string {
  const rows = records.map((record) =>
    columns.map((column) => {
      const cell = column.value(record)
      return typeof cell === 'string' ? guard(cell) : cell
    }),
  )
  return stringify(header ? [columns.map(({ name }) => name), ...rows] : rows, {
    record_delimiter: '\r\n',
    // A line feed by itself ends a row too, to most who read CSV.
    quote_record_delimiter: true,
  })
}
