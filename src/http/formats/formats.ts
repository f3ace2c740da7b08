import type { FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'

/** The formats in which records are answered, each with its media type. */
export const MEDIA_TYPES = {
  json: 'application/json',
  geojson: 'application/geo+json',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
} as const
/** A format in which records are answered. */
export type Format = keyof typeof MEDIA_TYPES

/** Every format. */
export const FORMATS = Object.keys(MEDIA_TYPES) as Format[]

/** The value of Content-Type for a format. */
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
 * The format to answer in: the parameter `format` where it is given, else the best that Accept permits.
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

/** JSON in ASCII, as a header has to be. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
