import { parse } from '../records.ts'
import { buildDatasetReference } from './dataset-references.ts'
import { renderDatasetJsonLd } from './json-ld.ts'
import type { DescriptionSources } from './record-description.ts'

/**
 * Describes all records of the service for search engines, as JSON-LD; see {@link renderDatasetJsonLd}.
 * @param url the absolute URL of the records
 */
export async function describeService(
  sources: Pick<DescriptionSources, 'datasets' | 'revision'>,
  url: string,
): Promise<string> {
  const listed = (await sources.datasets.list()).map(parse)
  const description = {
    title: 'Conflict incidents',
    url,
    records: listed.reduce((sum, { incidents }) => sum + incidents, 0),
    revision: await sources.revision(),
    datasets: listed,
  }
  return renderDatasetJsonLd(description, listed.map(buildDatasetReference))
}
