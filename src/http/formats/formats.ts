import type { FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'

/** The response formats of records, each with its media type. */
export const MEDIA_TYPES = {
  json: 'application/json',
  geojson: 'application/geo+json',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
} as const
/** A response format of records. */
export type Format = keyof typeof MEDIA_TYPES

/** The names of all formats. */
export const FORMATS = Object.keys(MEDIA_TYPES) as Format[]

/** Returns the Content-Type header of a format, with its parameters. */
export function contentType(format: Format): string {
  switch (format) {
    case 'csv':
      return 'text/csv; charset=utf-8; header=present'
    case 'json':
      return 'application/json; charset=utf-8'
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

/** Renders JSON in ASCII, escaping everything else, for use in a header. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
