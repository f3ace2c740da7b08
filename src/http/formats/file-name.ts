import contentDisposition from 'content-disposition'
import type { FastifyRequest } from 'fastify'
import { PRESENTATION } from '../requests/canonical-url.ts'
import type { Format } from './formats.ts'

const BINARY: readonly Format[] = ['parquet', 'xlsx']

/** Characters of the longest name, before its extension: file systems take 255 bytes. */
const MAX_LENGTH = 120

/**
 * Returns the header Content-Disposition of a response that is a file. Its name says what was selected, such as
 * `incidents_city-Baghdad_deaths_min-10.csv`; letters beyond Latin-1 are in `filename*` (RFC 6266). Text is `inline`:
 * /docs shows it, and browsers, which show none of these types, save it under the name.
 */
export function dispositionHeader(request: FastifyRequest, format: Exclude<Format, 'json'>): string {
  const [resource = ''] = (request.routeOptions.url ?? '').split('/').slice(-1)
  const filters = Object.entries(request.query as object)
    .filter(([name]) => !PRESENTATION.includes(name))
    .map(([name, value]) => `_${name}-${[value].flat().join(',')}`)
  const name = `${resource}${filters.join('')}`.replace(/[^\p{L}\p{M}\p{N}.,_+-]+/gu, '-')
  return contentDisposition(`${[...name].slice(0, MAX_LENGTH).join('')}.${format}`, {
    type: BINARY.includes(format) ? 'attachment' : 'inline',
  })
}
