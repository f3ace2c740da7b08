import { type Author, formatDate, type Reference } from './reference.ts'

/** Renders a Schema.org data set (schema.org/Dataset) as JSON-LD. */
export function renderDatasetJsonLd(dataset: {
  name: string
  description: string
  /** Absolute URL of the records. */
  url: string
  version: string
  /** When the data last changed. */
  modified: Date
  /** Texts or URLs. */
  licences: readonly string[]
  references: readonly Reference[]
  /** Absolute URLs by media type. */
  distribution: Readonly<Record<string, string>>
}): string {
  const { name, description, url, version, modified, licences, references, distribution } = dataset
  return JSON.stringify({
    '@context': 'https://schema.org',
    '@type': 'Dataset',
    name,
    description,
    url,
    version,
    dateModified: modified.toISOString(),
    ...(licences.length > 0 && { license: licences }),
    creator: { '@type': 'Organization', name: 'conflict-incidents' },
    isAccessibleForFree: true,
    citation: references.map(describeReference),
    distribution: Object.entries(distribution).map(([encodingFormat, contentUrl]) => ({
      '@type': 'DataDownload',
      encodingFormat,
      contentUrl,
    })),
  })
}

function describeReference({ type, title, author, issued, version, DOI, URL }: Reference): object {
  return {
    '@type': type === 'dataset' ? 'Dataset' : 'ScholarlyArticle',
    name: title,
    ...(author.length > 0 && { author: author.map(describeAuthor) }),
    ...(issued && { datePublished: formatDate(issued) }),
    ...(version !== undefined && { version }),
    ...(DOI ? { sameAs: `https://doi.org/${DOI}` } : URL && { url: URL }),
  }
}

function describeAuthor(author: Author): object {
  return 'literal' in author
    ? { '@type': 'Organization', name: author.literal }
    : { '@type': 'Person', familyName: author.family, givenName: author.given }
}
