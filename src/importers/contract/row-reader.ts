import type { ImportedIncident, ImportFinish, StoredTotals } from '../../storage/contract/storage.ts'
import type { FileRow } from '../reading/rows/file-row.ts'
import type { RowResult } from './row-result.ts'

/** The records to which the incidents of an import refer. */
export type References = Pick<ImportFinish, 'datasets' | 'sources' | 'actors' | 'sameAs' | 'spellings'>

/** A figure of a whole file, in the file and in the database. */
export interface TallyLine {
  what: string
  file: string
  stored: string
}

/** How the places of a file were matched. */
export interface PlaceReport {
  /** Records by how their places were matched; the report prints the keys. */
  matches: Readonly<Record<string, number>>
  /** Records without a first-level division, and without a town or district. */
  withoutDivision: number
  withoutTown: number
  /** Records by the names of divisions and towns that the gazetteer does not have. */
  notFound: ReadonlyMap<string, number>
  /** Records by the names of countries that ISO 3166-1 does not have. */
  areas: ReadonlyMap<string, number>
}

/**
 * Records that are built at a time. Each holds some fifty objects: of many at a time, most would be copied by the
 * garbage collector before they are written.
 */
export const BATCH_RECORDS = 64

/** The incident of a row, or why there is none. */
export type ReadResult = RowResult<{ incident: ImportedIncident }>

/** Turns the rows of a file into incidents, and collects the records to which they refer. */
export interface RowReader {
  /** Reads rows that are decided together: one result for each, in order, {@link BATCH_RECORDS} at a time. */
  read(rows: readonly FileRow[]): AsyncIterable<ReadResult[]>
  /** The records to which the incidents of all rows so far refer. */
  references(): Promise<References>
  readonly places: PlaceReport
  /** Compares the file with what is stored; absent where rows hold whole records. */
  readonly tally?: { compare(stored: StoredTotals, fileName: string): TallyLine[] }
  /** What else the report says about the rows so far, as sentences. */
  readonly notes?: readonly string[]
}
