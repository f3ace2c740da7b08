import type { FastifyRequest } from 'fastify'

/**
 * The same text for every way of writing the same question: the path, and the parameters as they were understood,
 * in the order of their names, without those `left` out and with those `set`.
 */
export function canonicalUrl(
  request: FastifyRequest,
  { left = [], set }: { left?: readonly string[]; set?: Readonly<Record<string, string>> } = {},
): string {
  const params = request.params as Record<string, string>
  const path = (request.routeOptions.url ?? '').replace(/:(\w+)/g, (_, name) => encoded(params[name]))
  const given = { ...(request.query as object), ...set }
  const query = Object.entries(given)
    .filter(([name, value]) => value !== undefined && !left.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${encoded(value)}`)
  return query.length > 0 ? `${path}?${query.join('&')}` : path
}

/** A value, or the values of a list, as they stand in a URL; what may stand there plainly does. */
function encoded(value: unknown): string {
  return encodeURIComponent(String(value)).replace(/%(2C|3A)/g, (code) => (code === '%2C' ? ',' : ':'))
}
