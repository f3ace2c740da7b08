import type { ImportedIncident, ImportFinish } from '../../storage/contract/storage.ts'
import type { CellFault } from './importer.ts'
import type { FileRow } from '../reading/open-rows.ts'

/** What becomes of a row: an incident, nothing (a tag row), or everything that is wrong with it. */
export type Outcome = { incident: ImportedIncident } | { skipped: string } | { faults: CellFault[] }

/** What an import must write of the records that its incidents refer to. */
export type References = Pick<ImportFinish, 'datasets' | 'sources' | 'actors' | 'sameAs'>

/** How many places were found in which way; the keys are the words of the report. */
export type ResolutionCounts = Record<string, number>

/** Makes incidents of rows, and remembers what they refer to. */
export interface RowReader {
  read(row: FileRow): Promise<Outcome>
  /** What the rows so far referred to. */
  references(): Promise<References>
  readonly places: Readonly<ResolutionCounts>
}

/** The ids of a file's rows, to tell of one that comes twice. */
export class Lines {
  readonly #lines = new Map<string, number>()

  /** What is wrong with an id that came before. */
  faultOf(column: string, id: string): CellFault[] {
    const first = this.#lines.get(id)
    return first === undefined ? [] : [{ column, value: id, reason: `occurs twice: first on line ${first}` }]
  }

  /** Takes note of the line of an id. */
  note(id: string, line: number): void {
    this.#lines.set(id, line)
  }

  /** Whether an id came. */
  has(id: string): boolean {
    return this.#lines.has(id)
  }

  /** How many ids there are. */
  get count(): number {
    return this.#lines.size
  }
}
