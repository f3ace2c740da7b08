import type { PlaceRecord } from '../../places/place.schema.ts'
import type { RegisteredDataset } from '../../storage/contract/storage.ts'
import type { Columns } from './columns.ts'
import type { Draft } from './draft.ts'
import type { RowResult } from './row-result.ts'

/** A data set as the registry has it, whatever the file. */
export type DatasetIdentity = Omit<RegisteredDataset, 'version'>

/** The format of one data set: how its files are recognised, and how a row becomes a draft. */
export interface Importer {
  dataset: DatasetIdentity
  /** Columns that a file of this format must have, folded by `foldColumn`; they distinguish it from the others. */
  required: readonly string[]
  /** The columns from which each property of a draft is read: validation errors of the draft name them. */
  origins: Readonly<Record<string, readonly string[]> & { id: readonly [string] }>
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
