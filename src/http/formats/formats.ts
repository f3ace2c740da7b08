import type { FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'

/** The response formats, each with its media type: those of records, then those of citations. */
export const MEDIA_TYPES = {
  json: 'application/json',
  geojson: 'application/geo+json',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  text: 'text/plain',
  bibtex: 'application/x-bibtex',
  ris: 'application/x-research-info-systems',
  csl: 'application/vnd.citationstyles.csl+json',
  jsonld: 'application/ld+json',
} as const
/** A response format. */
export type Format = keyof typeof MEDIA_TYPES

/** Records of an XLSX file: Excel's rows of a sheet without the header (Excel specifications and limits). */
export const MAX_SHEET_RECORDS = 1_048_575

/** The response formats of records. */
export const RECORD_FORMATS = ['json', 'geojson', 'csv', 'ndjson', 'parquet', 'xlsx'] as const
/** A response format of records. */
export type RecordFormat = (typeof RECORD_FORMATS)[number]

/** The response formats of citations. */
export const CITATION_FORMATS = ['text', 'bibtex', 'ris', 'csl', 'jsonld'] as const
/** A response format of citations. */
export type CitationFormat = (typeof CITATION_FORMATS)[number]

/** Returns the Content-Type header of a format, with its parameters. */
export function contentType(format: Format): string {
  switch (format) {
    case 'csv':
      return 'text/csv; charset=utf-8; header=present'
    case 'json':
    case 'text':
    case 'bibtex':
    case 'ris':
      return `${MEDIA_TYPES[format]}; charset=utf-8`
    default:
      return MEDIA_TYPES[format]
  }
}

/**
 * Chooses the format of the response: the parameter `format` if given, else the best that Accept permits.
 * @throws ServiceError not_acceptable when Accept permits none of them
 */
export function negotiate(request: FastifyRequest, available: readonly Format[]): Format {
  const { format } = request.query as { format?: Format }
  if (format) return format
  const { accept } = request.headers
  if ((accept === undefined || accept === '*/*') && available[0]) return available[0]
  const types = available.map((name) => MEDIA_TYPES[name])
  const best = request.accepts().type([...types])
  const chosen = available.find((name) => MEDIA_TYPES[name] === best)
  if (chosen) return chosen
  throw new ServiceError(
    'not_acceptable',
    `Available here: ${types.join(', ')}. Send one of them as Accept, or */*.`,
  )
}

/** Characters of the longest header: clients and proxies take 8,000 to 16,000 for all headers together. */
const MAX_HEADER_LENGTH = 4000

/** Renders a JSON array in ASCII, escaping everything else, for use in a header: the first values, as many as fit. */
export function toJsonHeader(values: readonly unknown[]): string {
  const items: string[] = []
  let length = 1
  for (const value of values) {
    const item = JSON.stringify(value).replace(
      /[^\x20-\x7e]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    length += item.length + 1
    if (length > MAX_HEADER_LENGTH) break
    items.push(item)
  }
  return `[${items.join(',')}]`
}
