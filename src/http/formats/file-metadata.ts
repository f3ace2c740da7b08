import type { Revision } from '../../records.ts'
import type { DatasetCitation } from './dataset-citation.ts'

/** What a file says of the state of the data that its records are of. */
export interface FileState {
  revision: Revision
  /** Looks up the citations of data sets by id; unknown ids are left out. */
  findCitations: (ids: Iterable<string>) => Promise<DatasetCitation[]>
}

/** What a file says of the records in it, for those who get the file without the request. */
export interface FileMetadata extends FileState {
  /** The URL that selects the records; without an origin where the service's own is not known. */
  url: string
}

/** Renders the state of the data, such as `revision 12 of 2026-11-28T09:00:00.000Z`. */
export function formatRevision({ number, at }: Revision): string {
  return `revision ${number} of ${at.toISOString()}`
}

/** Collects the ids of the data sets of records as they pass. */
export async function* watchDatasets<T extends { dataset: string }>(
  batches: AsyncIterable<readonly T[]>,
  datasets: Set<string>,
): AsyncGenerator<readonly T[]> {
  for await (const batch of batches) {
    for (const { dataset } of batch) datasets.add(dataset)
    yield batch
  }
}
