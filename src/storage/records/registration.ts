import type { Dataset } from '../../datasets/dataset.schema.ts'
import type { ImportFinish, RecordBatch, RegisteredDataset } from '../contract/storage.ts'

/** A data set as the registry keeps it. */
export type Registration = Omit<Dataset, 'incidents' | 'tolls'>

/** Registers a data set of a loaded batch: with the files that it has already unless the batch gives others. */
export function registerLoaded(
  { files, ...dataset }: RecordBatch['datasets'][number],
  stored: Registration | undefined,
): Omit<Registration, 'imported_at'> {
  return { ...orderProperties(dataset), files: files ?? stored?.files ?? [] }
}

/**
 * Registers a data set of an imported file: the file is in place of an earlier one of its name, and the moment is that
 * of the last import that changed something.
 */
export function registerImported(
  { rows, ...dataset }: ImportFinish['datasets'][number],
  file: NonNullable<ImportFinish['file']>,
  stored: Registration | undefined,
  { now, isChanged }: { now: string; isChanged: boolean },
): Registration {
  const files = stored?.files ?? []
  const isSame = (other: { name: string; sha256: string }) =>
    other.name === file.name && other.sha256 === file.sha256
  return {
    ...orderProperties(dataset),
    files: [
      ...files.filter(({ name }) => name !== file.name),
      files.find(isSame) ?? { ...file, rows, imported_at: now },
    ].sort((a, b) => (a.name < b.name ? -1 : 1)),
    imported_at: isChanged || !stored ? now : stored.imported_at,
  }
}

function orderProperties({
  id,
  name,
  version,
  licence,
  citation,
  description,
  url,
  terms,
}: RegisteredDataset): RegisteredDataset {
  return { id, name, version, licence, citation, description, url, terms }
}
