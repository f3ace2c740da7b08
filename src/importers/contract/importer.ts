import type { RegisteredDataset } from '../../storage/contract/storage.ts'
import type { Draft } from './draft.ts'

/** One thing that is wrong with one cell. */
export interface CellFault {
  column: string
  value: string
  /** What is wrong and what would be right. */
  reason: string
}

/** The fate of a row: a record, a row that is none (a tag row), or everything that is wrong with it. */
export type Fate = { draft: Draft } | { skipped: string } | { faults: CellFault[] }

/** What is known of a data set before a file is read. */
export type DatasetIdentity = Omit<RegisteredDataset, 'version'>

/** A data set's format. */
export interface Importer {
  dataset: DatasetIdentity
  /** Columns that a file of this format must have, folded by {@link foldColumn}; they tell it from the others. */
  required: readonly string[]
  /** The columns that a property of a draft is read from, for the faults that only the draft as a whole shows. */
  origins: Readonly<Record<string, readonly string[]> & { id: readonly [string] }>
  /** Reads the cells of one row of a file with this header. Never throws for what is in a cell. */
  reader(columns: Columns): (row: readonly string[]) => Fate
}

/** Column names are compared in lower case, with anything but letters and digits as one underscore. */
export function foldColumn(name: string): string {
  return name
    .replace(/^\ufeff/, '')
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
}

/** A file's header: where each column stands. */
export class Columns {
  readonly #positions: ReadonlyMap<string, number>

  constructor(readonly names: readonly string[]) {
    // Of columns of the same name the first counts.
    this.#positions = new Map(names.map((name, index) => [foldColumn(name), index] as const).toReversed())
  }

  has(column: string): boolean {
    return this.#positions.has(column)
  }

  /** A row's cells by folded column name; an absent column and an empty cell are both empty text. */
  cells(row: readonly string[]): (column: string) => string {
    return (column) => {
      const position = this.#positions.get(column)
      return position === undefined ? '' : (row[position] ?? '').trim()
    }
  }
}
