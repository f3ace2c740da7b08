/** One thing that is wrong with one cell. */
export interface CellError {
  /** Empty where the whole row is meant. */
  column: string
  value: string
  /** States what is wrong and what would be right. */
  reason: string
}

/** One row of a file, its cells as they are written there. */
export interface FileRow {
  /** The line on which the row begins, the first being 1; of a workbook, the row of the sheet. */
  line: number
  /** As many as the header has, unless the row is damaged or blank. Of NDJSON and lines: one cell, the line. */
  cells: string[]
  /** Set where the row is damaged, whatever its cells say. */
  error?: CellError
  /** The id of the record that was made of the row, where it is read again. */
  id?: string
}

/** Rows from a file, its header taken off. */
export interface Table {
  format: 'csv' | 'ndjson' | 'xlsx' | 'lines'
  /** Empty for NDJSON and lines. */
  header: string[]
  /** Whether numbers may have a decimal comma: the columns are separated by something else. */
  decimalComma: boolean
  rows: AsyncIterable<FileRow[]>
}

/** Explains that a row has too few or too many cells. */
export function countReason(count: number, expected: number): string {
  return `has ${count} ${count === 1 ? 'cell' : 'cells'}, the header has ${expected}`
}
