import type { CellFault } from '../../contract/importer.ts'

/** One row of a file, as it stands there. */
export interface FileRow {
  /** The line on which the row begins, the first being 1; of a workbook, the row of the sheet. */
  line: number
  /** As many as the header has, unless the row is damaged. Of NDJSON and lines: one cell, the line. */
  cells: string[]
  /** What is wrong with the row as such. Its column is empty where the whole row is meant. */
  fault?: CellFault
}

/** Rows from a file, its header taken off. */
export interface Table {
  format: 'csv' | 'ndjson' | 'xlsx' | 'lines'
  /** Empty for NDJSON and lines. */
  header: string[]
  rows: AsyncIterable<FileRow[]>
}

const SHOWN = 200

/** A value as a fault shows it: 200 characters at most. */
export function shorten(value: string): string {
  if (value.length <= SHOWN) return value
  // Not half of a character of two.
  return detach(`${value.slice(0, SHOWN - 1).replace(/[\ud800-\udbff]$/, '')}…`)
}

/** A part of a larger text as a text of its own: who keeps it does not keep the larger one in memory. */
export function detach(text: string): string {
  return ` ${text}`.slice(1)
}
