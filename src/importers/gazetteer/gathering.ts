import type { DatasetFile } from '../../datasets/dataset.schema.ts'
import type { Cells } from '../contract/cells.ts'
import type { Rejection } from '../import-file.ts'
import type { CellFault } from '../contract/importer.ts'
import { detach } from '../reading/rows/file-row.ts'
import { Lines } from '../contract/row-reader.ts'

/** A populated place, as GeoNames has it. */
export interface PopulatedPlace {
  /** The id in the gazetteer. */
  id: string
  geonamesId: number | null
  name: string
  /** Names under which it is to be found too; some may be the same. */
  otherNames: readonly string[]
  latitude: number
  longitude: number
  /** Such as PPL (populated place) or PPLX (section of one); empty where it is not told. */
  featureCode: string
  /** ISO 3166-1 alpha-2. */
  countryCode: string
  /** Code of the first-level division within the country; empty where it is not told. */
  admin1: string
  population: number
  /** Day of the last change; empty where it is not told. */
  modified: string
}

/** A first-level division, as GeoNames has it. */
export interface Division {
  /** The code behind that of the country, such as IQ.07. */
  code: string
  name: string
  /** Names under which it is to be found too; some may be the same. */
  otherNames: readonly string[]
  geonamesId: number | null
}

/** How to go about rows, and whom to tell of them. */
export interface GatheringOptions {
  /** Go on without the rows that are wrong, or stop at them. */
  onError: 'stop' | 'skip'
  onRejected: (rejection: Rejection) => void
  onProgress: (progress: { rows: number; bytes: number; totalBytes: number | null }) => void
}

/** What became of the rows of a file. */
export interface RowCounts {
  read: number
  /** Rows that are no records, such as rivers among the places. */
  skipped: number
  rejected: number
}

/** A file as the registry has it, but for the time. */
export type GatheredFile = Omit<DatasetFile, 'imported_at'>

/** All that was gathered for the gazetteer. */
export interface Gathered {
  /** What the places were read from, as messages name it. */
  name: string
  /** The release, as far as it can be told. */
  version: string | null
  files: GatheredFile[]
  divisions: readonly Division[]
  places: readonly PopulatedPlace[]
  counts: RowCounts
  /** Whether a wrong row stopped it: the rest is not there. */
  isStopped: boolean
}

/** Gathers the records of a file's rows; what is wrong with a row is told. */
export class Gathering<T> {
  readonly records: T[] = []
  readonly counts: RowCounts = { read: 0, skipped: 0, rejected: 0 }
  readonly #lines = new Lines()

  constructor(
    private readonly file: string,
    private readonly options: GatheringOptions,
    /** Reads a row; null where it is no record. What is wrong is noted in the cells. */
    private readonly read: (cells: Cells) => T | null,
  ) {}

  /** Whether a row was refused and that is to stop everything. */
  get isStopped(): boolean {
    return this.counts.rejected > 0 && this.options.onError === 'stop'
  }

  /** Takes the next row; no value of an id column, if there is one, may come twice. */
  take(line: number, cells: Cells, idColumn?: string): void {
    const record = this.read(cells)
    const id = record === null || idColumn === undefined ? null : cells.text(idColumn)
    const faults = [...cells.faults, ...(id === null ? [] : this.#lines.faultOf(idColumn ?? '', id))]
    if (faults.length > 0) {
      this.reject(line, faults)
      return
    }
    this.counts.read += 1
    if (record === null) this.counts.skipped += 1
    else this.records.push(record)
    if (id !== null) this.#lines.note(id, line)
  }

  /** Takes note of a row that is refused. */
  reject(line: number, faults: CellFault[]): void {
    this.counts.read += 1
    this.counts.rejected += 1
    this.options.onRejected({ file: this.file, line, faults })
  }
}

/** Longer than any name of a place. */
export const LONGEST_NAME = 300

/** The cell of a place's name. */
export function nameOf(cells: Cells, column: string): string {
  const name = cells.required(column)
  if (name.length > LONGEST_NAME) cells.refuse(column, `must be at most ${LONGEST_NAME} characters long`)
  return detach(name)
}

/** The cell of a country's code; whether there is such a country is not asked. */
export function countryCodeOf(cells: Cells, column: string): string {
  const code = cells.text(column)
  if (!/^[A-Z]{2}$/.test(code)) cells.refuse(column, 'must be two capital letters, as ISO 3166-1 has them')
  return code
}
