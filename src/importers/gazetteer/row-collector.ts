import type { Cells } from '../contract/cells.ts'
import type { Rejection } from '../contract/row-result.ts'
import { SeenIds } from '../contract/seen-ids.ts'
import type { CellError } from '../reading/rows/file-row.ts'

/** How to handle rejected rows, and callbacks for them and for progress. */
export interface CollectOptions {
  /** Whether a rejected row stops the reading, or is skipped. */
  onError: 'stop' | 'skip'
  onRejected: (rejection: Rejection) => void
  onProgress: (progress: { rows: number; bytes: number; totalBytes: number | null }) => void
}

/** The number of rows of a file by result. */
export interface RowCounts {
  read: number
  /** Rows that are not records, such as rivers among the places. */
  skipped: number
  rejected: number
}

/** Collects the records of a file's rows; reports and counts rejected rows. */
export class RowCollector<T> {
  readonly records: T[] = []
  readonly counts: RowCounts = { read: 0, skipped: 0, rejected: 0 }
  readonly #ids = new SeenIds()

  constructor(
    private readonly file: string,
    private readonly options: CollectOptions,
    /** Reads a row; null where it is not a record. Errors are added to the cells. */
    private readonly readRecord: (cells: Cells) => T | null,
  ) {}

  /** Whether a row was rejected and rejected rows stop the reading. */
  get isStopped(): boolean {
    return this.counts.rejected > 0 && this.options.onError === 'stop'
  }

  /** Adds the next row; in an id column, if there is one, every value must be unique. */
  add(line: number, cells: Cells, idColumn?: string): void {
    const record = this.readRecord(cells)
    const id = record === null || idColumn === undefined ? null : cells.text(idColumn)
    const errors = [...cells.errors, ...(id === null ? [] : this.#ids.findErrors(idColumn ?? '', id))]
    if (errors.length > 0) {
      this.reject(line, errors)
      return
    }
    this.counts.read += 1
    if (record === null) this.counts.skipped += 1
    else this.records.push(record)
    if (id !== null) this.#ids.add(id, line)
  }

  /** Counts and reports a rejected row. */
  reject(line: number, errors: CellError[]): void {
    this.counts.read += 1
    this.counts.rejected += 1
    this.options.onRejected({ file: this.file, line, errors })
  }
}
