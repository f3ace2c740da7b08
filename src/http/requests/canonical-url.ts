import type { FastifyRequest } from 'fastify'
import { joinValues } from '../../text/value-list.ts'

/** Parameters that change how records are shown, not which records are selected: a cursor survives them. */
export const PRESENTATION = ['limit', 'cursor', 'format', 'fields', 'expand', 'total', 'bom', 'properties']

/**
 * Builds one URL for every spelling of the same request: the path, and the parameters as they were parsed, sorted by
 * name, without those to `omit` and with those that `override` them. A link has the request's `basePath` before it.
 */
export function canonicalUrl(
  request: FastifyRequest,
  { omit = [], override }: { omit?: readonly string[]; override?: Readonly<Record<string, string>> } = {},
): string {
  const params = request.params as Record<string, string>
  const path = (request.routeOptions.url ?? '').replace(/:(\w+)/g, (_, name) => encodeValue(params[name]))
  const query = Object.entries({ ...(request.query as object), ...override })
    .filter(([name, value]) => value !== undefined && !omit.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${encodeValue(value)}`)
  return query.length > 0 ? `${path}?${query.join('&')}` : path
}

/** Percent-encodes a value or the values of a list; commas and colons, which a query may hold, stay readable. */
function encodeValue(value: unknown): string {
  const text = Array.isArray(value) ? joinValues(value) : String(value)
  return encodeURIComponent(text).replace(/%(2C|3A)/g, (code) => (code === '%2C' ? ',' : ':'))
}
