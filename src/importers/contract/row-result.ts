import type { CellError } from '../reading/rows/file-row.ts'

/** The result of reading a row: a record, a row that is not data (such as one of tags), or all of its errors. */
export type RowResult<T> = T | { skipped: string } | { errors: CellError[] }

/** A row that is rejected, with all of its errors. */
export interface Rejection {
  file: string
  /** The line on which the row begins, the header being line 1. */
  line: number
  errors: CellError[]
}
