import type { PlaceRecord } from '../../places/place.schema.ts'
import type { RegisteredDataset } from '../../storage/contract/storage.ts'
import type { Columns } from './columns.ts'
import type { Draft } from './draft.ts'
import type { KindStyle } from './kind-style.ts'
import type { RowResult } from './row-result.ts'

/** A data set as the registry has it, whatever the file. */
export type DatasetIdentity = Omit<RegisteredDataset, 'version'>

/** A release of a data set, by the name of its file. */
export interface Release {
  version: string
  /** Whether it holds a part of the data set only, so that what it lacks is not gone. */
  isPartial: boolean
}

/** The columns of a figure's bounds; the same for each where the data set gives one number. */
type FigureColumns = Readonly<Record<'low' | 'best' | 'high', string>>

/**
 * Columns whose sums every import compares with what it has stored: those of which each row of the file states what its
 * record has, without a mapping between.
 */
export interface TalliedColumns {
  fatalities?: FigureColumns
  injured?: FigureColumns
  /** The first and the last day. */
  days?: readonly [start: string, end: string]
  /** The country; left out where all records are in one. */
  country?: string
}

/** How properties of a record follow from columns, by property; `docs/mappings.md` has the whole mapping. */
export type Derivations = Readonly<Record<string, { columns: readonly string[]; rule: string }>>

/** The format of one data set: how its files are recognised, and how a row becomes a draft. */
export interface Importer {
  dataset: DatasetIdentity
  /** Columns that a file of this format must have, folded by `foldColumn`; they distinguish it from the others. */
  required: readonly string[]
  /** The columns from which each property of a draft is read: validation errors of the draft name them. */
  origins: Readonly<Record<string, readonly string[]> & { id: readonly [string] }>
  /** How figures, dates and precision are derived, as records explain it. */
  derivations: Derivations
  /** How the data set writes the kinds of places; `named` when left out. */
  kindStyle?: KindStyle
  /** The release that a file of this name holds, as its publisher names files; null for any other name. */
  parseRelease?(fileName: string): Release | null
  /** What a file states in total. */
  tallied: TalliedColumns
  /** The country of all its records, by ISO 3166-1 code, where the reader needs the country's gazetteer. */
  gazetteer?: string
  /**
   * What a further row with an id of the file becomes: an error, unless this is `suffix`, where it is a record of its
   * own under the id with `-2`, `-3` and so on, in the order of the file. A row that is wholly identical to an earlier
   * one of its id is no record.
   */
  repeatedIds?: 'suffix'
  /**
   * Makes the function that reads the rows under a header. It never throws for the content of a cell.
   * @param gazetteer the places of the country that `gazetteer` names, including the country
   */
  reader(
    columns: Columns,
    gazetteer?: readonly PlaceRecord[],
  ): (row: readonly string[]) => RowResult<{ draft: Draft }>
}
