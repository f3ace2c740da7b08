import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../errors.ts'

const SAFE_METHODS: readonly string[] = ['GET', 'HEAD']
const PREFLIGHT_HEADERS = [
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-max-age',
]
const ALLOW = 'GET, HEAD, OPTIONS'

/**
 * Answers the methods that an endpoint lacks: OPTIONS with 204 and Allow, any other with 405 and Allow, before a body
 * is read. Must be registered after CORS and before the routes that it covers.
 *
 * Paths are matched here because Fastify does not say which route another method would have: `hasRoute()` and
 * `findRoute()` take a route's pattern, not a request's path, and the handler of unknown routes runs after the body
 * was parsed (415 instead of 405).
 */
export function registerMethods(app: FastifyInstance): void {
  const patterns: RegExp[] = []
  app.addHook('onRoute', ({ url, routePath, method }) => {
    if (![method].flat().includes('GET')) return
    patterns.push(pathPattern(url))
    // The root of a prefix has a second path, with a slash, which Fastify does not report.
    if (routePath === '' && url !== '') patterns.push(pathPattern(`${url}/`))
  })
  app.addHook('onRequest', (request, reply, done) => {
    const { method, url } = request
    if (SAFE_METHODS.includes(method)) return done()
    const path = decodeURI(url.split('?', 1)[0] ?? '')
    if (!patterns.some((pattern) => pattern.test(path))) return done()
    reply.header('allow', ALLOW)
    if (method === 'OPTIONS') {
      // CORS answers any OPTIONS as a preflight request.
      if (request.headers['access-control-request-method'] === undefined)
        for (const header of PREFLIGHT_HEADERS) reply.removeHeader(header)
      return reply.code(204).send()
    }
    throw new ServiceError('method_not_allowed', `${method} is not permitted here. Permitted: ${ALLOW}.`)
  })
}

/** Translates a route's URL: `:id` matches a path segment, `*` anything. */
function pathPattern(url: string): RegExp {
  const source = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:\w+/g, '[^/]+')
    .replaceAll('*', '.*')
  return new RegExp(`^${source}$`)
}
