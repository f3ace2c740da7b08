import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../errors.ts'

const SAFE_METHODS: readonly string[] = ['GET', 'HEAD']
const ALLOW = 'GET, HEAD, OPTIONS'

/**
 * Answers the methods that an endpoint does not have: OPTIONS with 204 and Allow, any other with 405 and
 * Allow, before a body is read. Must be registered before the routes that it watches, after CORS.
 */
export function registerMethods(app: FastifyInstance): void {
  const paths: RegExp[] = []
  app.addHook('onRoute', ({ url, method }) => {
    if ([method].flat().includes('GET')) paths.push(patternOf(url))
  })
  app.addHook('onRequest', (request, reply, done) => {
    const { method, url } = request
    if (SAFE_METHODS.includes(method)) return done()
    const path = decodeURI(url.split('?', 1)[0] ?? '')
    if (!paths.some((pattern) => pattern.test(path))) return done()
    reply.header('allow', ALLOW)
    if (method === 'OPTIONS') return reply.code(204).send()
    throw new ServiceError('method_not_allowed', `${method} is not permitted here. Permitted: ${ALLOW}.`)
  })
}

/** The paths that a route's URL stands for: `:id` is anything but a slash, `*` anything. */
function patternOf(url: string): RegExp {
  const source = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:\w+/g, '[^/]+')
    .replaceAll('*', '.*')
  return new RegExp(`^${source}$`)
}
