import type { FastifyInstance, HTTPMethods } from 'fastify'
import { ServiceError } from '../errors.ts'

const READING = ['GET', 'HEAD']
const WRITING: HTTPMethods[] = ['POST', 'PUT', 'PATCH', 'DELETE']
const ALLOW = 'GET, HEAD, OPTIONS'

/**
 * Answers the methods that an endpoint does not have: OPTIONS with 204 and Allow, writing ones with 405
 * and Allow. Must be registered before the routes that it watches.
 */
export function registerMethods(app: FastifyInstance): void {
  app.addHook('onRoute', ({ url, method, schema }) => {
    const isReading = [method].flat().every((name) => READING.includes(name))
    // Each path once, when its GET is added; HEAD follows by itself.
    if (!isReading || ![method].flat().includes('GET') || schema?.hide) return
    const hidden = { schema: { hide: true } }
    app.options(url, hidden, (_, reply) => reply.code(204).header('allow', ALLOW).send())
    app.route({
      url,
      method: WRITING,
      ...hidden,
      // Before the body is read: what is in it makes no difference.
      onRequest: async (request) => {
        throw new ServiceError(
          'method_not_allowed',
          `${request.method} is not permitted here. Permitted: ${ALLOW}.`,
          {
            headers: { allow: ALLOW },
          },
        )
      },
      handler: async () => undefined,
    })
  })
}
