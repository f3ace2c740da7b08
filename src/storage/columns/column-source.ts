import type { Column, ColumnTable } from './column-schema.ts'

/** Which incidents rows are of: those with keys from one to another, both included, or with these keys. */
export type KeySet = { from: number; to: number } | readonly number[]

/** One state of the records, from which the column store is filled. */
export interface ColumnSource {
  /** The id of the state. */
  readonly state: string
  /** The number of incidents. */
  countIncidents(): number
  /**
   * The keys of the incidents that were added, changed or removed since another state, and of all groups that have parts;
   * null when that is not known, as of a state that is not among the last ones before this.
   */
  changesSince(state: string): number[] | null
  /** Ranges of keys, in ascending order, that together have all incidents and at most `size` each. */
  partition(size: number): Iterable<{ from: number; to: number }>
  /** The rows of some incidents as lines of CSV (RFC 4180): texts in quotation marks, null as nothing at all. */
  readLines(table: ColumnTable, columns: readonly Column[], keys: KeySet): Iterable<string>
}
