import { OperatorError } from '../../errors.ts'
import { Cells } from '../contract/cells.ts'
import { shorten } from '../reading/rows/file-row.ts'
import { type FileRow, openRows } from '../reading/open-rows.ts'
import { type GatheredFile, Gathering, type GatheringOptions } from './gathering.ts'

/** A table as GeoNames publishes it: no header, cells separated by tabs and never quoted. */
export interface Layout<T> {
  /** The first is the id. */
  columns: readonly string[]
  /** Reads a row; null where it is no record. What is wrong is noted in the cells. */
  read: (cells: Cells) => T | null
}

/**
 * Gathers the records of a table; there is no file when a wrong row stopped it.
 * @throws OperatorError when it cannot be read
 */
export async function gatherTable<T>(
  path: string,
  { columns, read }: Layout<T>,
  options: GatheringOptions,
): Promise<{ gathering: Gathering<T>; file: GatheredFile | null }> {
  const progress = { bytes: 0, totalBytes: null as number | null }
  const onBytes = (bytes: number, totalBytes: number | null) => {
    Object.assign(progress, { bytes, totalBytes })
  }
  const file = await openRows({ path }, { asLines: true, encoding: 'utf-8', onBytes })
  try {
    const { fileName: name, format } = file
    if (format !== 'lines')
      throw new OperatorError(`${path} is a workbook: give the text file that GeoNames publishes`)
    const gathering = new Gathering(name, options, read)
    for await (const rows of file.rows) {
      for (const row of rows) take(row, columns, gathering)
      if (gathering.isStopped) return { gathering, file: null }
      options.onProgress({ rows: gathering.counts.read, ...progress })
    }
    return { gathering, file: { name, sha256: file.sha256(), rows: gathering.records.length } }
  } finally {
    await file.close()
  }
}

function take<T>(
  { line, cells: [text = ''], fault }: FileRow,
  columns: readonly string[],
  gathering: Gathering<T>,
): void {
  const values = text.split('\t')
  if (fault) gathering.reject(line, [fault])
  else if (values.length === columns.length) {
    const cells = new Cells((column) => values[columns.indexOf(column)]?.trim() ?? '')
    gathering.take(line, cells, columns[0])
  } else {
    const reason = `has ${values.length} ${values.length === 1 ? 'cell' : 'cells'} between tabs, GeoNames has ${columns.length}`
    gathering.reject(line, [{ column: '', value: shorten(text), reason }])
  }
}
