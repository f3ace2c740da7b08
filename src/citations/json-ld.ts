import { countRecords, FILE_FORMATS, type RecordDescription, urlOfFormat } from './record-description.ts'
import { type Author, formatDate, type Reference } from './reference.ts'

/** Renders records as a Schema.org data set (schema.org/Dataset) in JSON-LD, with what is to be cited for them. */
export function renderDatasetJsonLd(
  description: RecordDescription,
  references: readonly Reference[],
): string {
  const { title, url, records, revision, datasets } = description
  const licences = [...new Set(datasets.map(({ licence }) => licence))]
  return JSON.stringify({
    '@context': 'https://schema.org',
    '@type': 'Dataset',
    name: title,
    description: `${countRecords(records)} of conflict incidents: who attacked whom, where, when, how many were killed, and who says so.`,
    url,
    version: `revision ${revision.number}`,
    dateModified: revision.at.toISOString(),
    ...(licences.length > 0 && { license: licences }),
    creator: { '@type': 'Organization', name: 'conflict-incidents' },
    isAccessibleForFree: true,
    citation: references.map(describeReference),
    distribution: FILE_FORMATS.map(({ format, mediaType }) => ({
      '@type': 'DataDownload',
      encodingFormat: mediaType,
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
