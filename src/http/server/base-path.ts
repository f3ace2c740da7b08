import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../errors.ts'
import { BASE_PATH_RULE, MAX_BASE_PATH_LENGTH } from '../../validation/base-path.ts'
import { type PublicAddress, readForwardedPrefix } from '../requests/public-address.ts'
import { removeBasePath, removeOrigin } from './url.ts'

/**
 * Redirects the base path to itself with a slash at its end, and checks X-Forwarded-Prefix of trusted proxies. Must be
 * registered after what answers other methods than GET and HEAD.
 */
export function registerBasePath(app: FastifyInstance, address: PublicAddress): void {
  if (address.isTrusted) checkForwardedPrefix(app, address)
  if (address.basePath === '') return
  app.addHook('onRequest', (request, reply, done) => {
    const { basePath, originalUrl } = request
    const rest = removeBasePath(removeOrigin(originalUrl), basePath)
    if (basePath === '' || rest === undefined || rest.startsWith('/')) return done()
    // Not permanent: browsers would follow it even after the base path was changed.
    return reply.redirect(`${basePath}/${rest}`, 302)
  })
}

/** Rejects a prefix that is not a base path, and logs once when one differs from the settings, which then count. */
function checkForwardedPrefix(app: FastifyInstance, address: PublicAddress): void {
  const { basePath } = address
  let hasWarned = false
  app.addHook('onRequest', (request, _, done) => {
    const prefix = readForwardedPrefix(request.raw, address)
    if (prefix === undefined) return done()
    if (basePath === null && prefix === null)
      throw new ServiceError('malformed_request', `The header X-Forwarded-Prefix must be ${BASE_PATH_RULE}.`)
    if (basePath !== null && prefix !== basePath && !hasWarned) {
      hasWarned = true
      const given = String(request.headers['x-forwarded-prefix']).slice(0, MAX_BASE_PATH_LENGTH)
      request.log.warn(
        `The proxy at ${request.socket.remoteAddress} names ${JSON.stringify(given)} in X-Forwarded-Prefix, but BASE_PATH or PUBLIC_URL names ${basePath || '/'}, which counts.`,
      )
    }
    done()
  })
}
