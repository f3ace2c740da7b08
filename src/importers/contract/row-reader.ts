import type { ImportedIncident, ImportFinish } from '../../storage/contract/storage.ts'
import type { FileRow } from '../reading/rows/file-row.ts'
import type { RowResult } from './row-result.ts'

/** The records to which the incidents of an import refer. */
export type References = Pick<ImportFinish, 'datasets' | 'sources' | 'actors' | 'sameAs'>

/** The number of places by how they were matched; the keys are printed in the report. */
export type MatchCounts = Record<string, number>

/** Turns the rows of a file into incidents, and collects the records to which they refer. */
export interface RowReader {
  /** Reads a batch: one result for each row, in order. */
  read(rows: readonly FileRow[]): Promise<RowResult<{ incident: ImportedIncident }>[]>
  /** The records to which the incidents of all rows so far refer. */
  references(): Promise<References>
  readonly places: Readonly<MatchCounts>
  /** What else the report says about the rows so far, as sentences. */
  readonly notes?: readonly string[]
}
