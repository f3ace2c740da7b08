import type { CitationFormat } from '../http/formats/formats.ts'
import { dayOf } from '../validation/calendar.ts'
import { buildDatasetReference } from './dataset-references.ts'
import { renderDatasetJsonLd } from './json-ld.ts'
import { countRecords, type RecordDescription, versionOf } from './record-description.ts'
import { type Reference, toDateParts } from './reference.ts'
import { renderBibtex, renderCslJson, renderRis, renderText } from './styles.ts'

/**
 * Renders what to cite for records: the records as they are served, then what the publisher of each data set asks to be
 * cited.
 * @param day the day of access, `YYYY-MM-DD`
 */
export function renderCitation(description: RecordDescription, format: CitationFormat, day: string): string {
  const published = description.datasets.map(buildDatasetReference)
  if (format === 'jsonld') return renderDatasetJsonLd(description, published)
  return RENDERERS[format]([buildReference(description, day), ...published])
}

const RENDERERS = { text: renderText, bibtex: renderBibtex, ris: renderRis, csl: renderCslJson }

function buildReference(description: RecordDescription, day: string): Reference {
  const { title, url, records, revision, datasets } = description
  const count = countRecords(records)
  return {
    id: 'conflict-incidents',
    type: 'dataset',
    title,
    author: [],
    issued: toDateParts(dayOf(revision.at)),
    publisher: 'conflict-incidents',
    version: versionOf(description),
    URL: url,
    accessed: toDateParts(day),
    note: datasets.length > 0 ? `${count} of ${datasets.map(({ id }) => id).join(', ')}` : count,
  }
}
