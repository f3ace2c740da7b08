import { OperatorError } from '../../errors.ts'
import { Cells } from '../contract/cells.ts'
import { openRows } from '../reading/open-rows.ts'
import type { FileRow } from '../reading/rows/file-row.ts'
import { shorten } from '../reading/rows/text.ts'
import type { ReadFile } from './geonames-data.ts'
import { type CollectOptions, RowCollector } from './row-collector.ts'

/** A table as GeoNames publishes it: no header, cells separated by tabs and never quoted. */
export interface Layout<T> {
  /** The first is the id. */
  columns: readonly string[]
  /** Reads a row; null where it is not a record. Errors are added to the cells. */
  read: (cells: Cells) => T | null
}

/**
 * Reads the records of a table; `file` is null when a rejected row stopped it.
 * @throws OperatorError when it cannot be read
 */
export async function readTable<T>(
  path: string,
  { columns, read }: Layout<T>,
  options: CollectOptions,
): Promise<{ rows: RowCollector<T>; file: ReadFile | null }> {
  const progress = { bytes: 0, totalBytes: null as number | null }
  const onBytes = (bytes: number, totalBytes: number | null) => {
    Object.assign(progress, { bytes, totalBytes })
  }
  const file = await openRows({ path }, { asLines: true, encoding: 'utf-8', onBytes })
  try {
    const { fileName: name, format } = file
    if (format !== 'lines')
      throw new OperatorError(`${path} is a workbook: give the text file that GeoNames publishes`)
    const rows = new RowCollector(name, options, read)
    for await (const batch of file.rows) {
      for (const row of batch) addRow(row, columns, rows)
      if (rows.isStopped) return { rows, file: null }
      options.onProgress({ rows: rows.counts.read, ...progress })
    }
    return { rows, file: { name, sha256: file.sha256(), rows: rows.records.length } }
  } finally {
    await file.close()
  }
}

function addRow<T>(
  { line, cells: [text = ''], error }: FileRow,
  columns: readonly string[],
  rows: RowCollector<T>,
): void {
  const values = text.split('\t')
  if (error) rows.reject(line, [error])
  else if (values.length === columns.length) {
    const cells = new Cells((column) => values[columns.indexOf(column)]?.trim() ?? '')
    rows.add(line, cells, columns[0])
  } else {
    const reason = `has ${values.length} ${values.length === 1 ? 'cell' : 'cells'} between tabs, GeoNames has ${columns.length}`
    rows.reject(line, [{ column: '', value: shorten(text), reason }])
  }
}
