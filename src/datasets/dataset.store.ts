import type { SerializedJson } from '../records.ts'
import type { Dataset, DatasetCitation } from './dataset.schema.ts'

/** Read access to the registry of data sets. */
export interface DatasetStore {
  /** Every data set, by id. */
  list(): Promise<SerializedJson<Dataset>[]>
  /** The id of every data set. */
  ids(): Promise<string[]>
  /** The citations of these data sets, in the order of ids; unknown ids are left out. */
  citations(ids: Iterable<string>): Promise<DatasetCitation[]>
}
