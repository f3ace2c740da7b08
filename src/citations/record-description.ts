import type { DatasetStore } from '../datasets/dataset.store.ts'
import type { FacetStore } from '../facets/facet.store.ts'
import type { DatasetCitation } from '../http/formats/dataset-citation.ts'
import type { RecordFormat } from '../http/formats/formats.ts'
import type { IncidentFilter } from '../incidents/incident.store.ts'
import type { Caller, Revision } from '../records.ts'

/** What is said of records that are taken along, in any format. */
export interface RecordDescription {
  title: string
  /** The absolute URL that selects the records. */
  url: string
  records: number
  revision: Revision
  /** The data sets that the records come from. */
  datasets: readonly DatasetCitation[]
}

/** What descriptions are put together from. */
export interface DescriptionSources {
  stats: FacetStore
  datasets: DatasetStore
  revision(): Promise<Revision>
}

/** The most data sets that a description names. */
const MAX_DATASETS = 1000

/** Describes the records of a filter: how many there are, of which data sets and which state of the data. */
export async function describeRecords(
  sources: DescriptionSources,
  filter: IncidentFilter,
  caller: Caller,
): Promise<Omit<RecordDescription, 'title' | 'url'>> {
  const counted = await sources.stats.facets({ filter, fields: ['dataset'], limit: MAX_DATASETS }, caller)
  const ids = counted.facets.flatMap(({ values }) => values.map(({ value }) => value))
  return {
    records: counted.records,
    revision: await sources.revision(),
    datasets: await sources.datasets.citations(ids),
  }
}

/** The URL of the records of a description in a format. */
export function urlOfFormat({ url }: RecordDescription, format: RecordFormat): string {
  return `${url}${url.includes('?') ? '&' : '?'}format=${format}`
}

/** How many records there are, as the beginning of a sentence: `1 record`. */
export function countRecords(records: number): string {
  return `${records} ${records === 1 ? 'record' : 'records'}`
}

/** The licences of the data sets, each once. */
export function listLicences({ datasets }: RecordDescription): string[] {
  return [...new Set(datasets.map(({ licence }) => licence))]
}

/** The state of the data as the version of what is cited: `revision 12`. */
export function versionOf({ revision }: RecordDescription): string {
  return `revision ${revision.number}`
}
