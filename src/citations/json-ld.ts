import { MEDIA_TYPES } from '../http/formats/formats.ts'
import {
  countRecords,
  listLicences,
  type RecordDescription,
  urlOfFormat,
  versionOf,
} from './record-description.ts'
import { type Author, formatDate, type Reference } from './reference.ts'

/** The formats of the files of a data set. */
const FILE_FORMATS = ['csv', 'geojson', 'parquet', 'xlsx', 'ndjson'] as const

/** Renders records as a Schema.org data set (schema.org/Dataset) in JSON-LD, with what is to be cited for them. */
export function renderDatasetJsonLd(
  description: RecordDescription,
  references: readonly Reference[],
): string {
  const { title, url, records, revision } = description
  const licences = listLicences(description)
  return JSON.stringify({
    '@context': 'https://schema.org',
    '@type': 'Dataset',
    name: title,
    description: `${countRecords(records)} of conflict incidents: who attacked whom, where, when, how many were killed, and who says so.`,
    url,
    version: versionOf(description),
    dateModified: revision.at.toISOString(),
    ...(licences.length > 0 && { license: licences }),
    creator: { '@type': 'Organization', name: 'conflict-incidents' },
    isAccessibleForFree: true,
    citation: references.map(describeReference),
    distribution: FILE_FORMATS.map((format) => ({
      '@type': 'DataDownload',
      encodingFormat: MEDIA_TYPES[format],
      contentUrl: urlOfFormat(description, format),
    })),
  })
}

function describeReference({ type, title, author, issued, version, DOI, URL, note }: Reference): object {
  return {
    '@type': type === 'dataset' ? 'Dataset' : 'ScholarlyArticle',
    name: title,
    ...(author.length > 0 && { author: author.map(describeAuthor) }),
    ...(issued && { datePublished: formatDate(issued) }),
    ...(version !== undefined && { version }),
    ...(note !== undefined && { description: note }),
    ...(DOI ? { sameAs: `https://doi.org/${DOI}` } : URL && { url: URL }),
  }
}

function describeAuthor(author: Author): object {
  return 'literal' in author
    ? { '@type': 'Organization', name: author.literal }
    : { '@type': 'Person', familyName: author.family, givenName: author.given }
}
