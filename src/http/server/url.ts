import type { IncomingMessage } from 'node:http'
import { ServiceError } from '../../errors.ts'
import { type PublicAddress, readBasePath } from '../requests/public-address.ts'

/** Longest URL that is accepted, in characters. */
export const MAX_URL_LENGTH = 8000

/** The start of a URL in absolute form, which servers must accept (RFC 9112, 3.2.2). */
const ORIGIN = /^https?:\/\/[^/?]*/i
/** Slashes at the end of a path below /v1, where no route has one. */
const TRAILING_SLASHES = /^(\/v1\/[^?]*[^?/])\/+(?=\?|$)/

/**
 * Creates the function that rewrites a URL to the one that is routed: an absolute one to its path, without the base
 * path where a proxy has left it, and below /v1 without a slash at the end. One that cannot be routed becomes `/`,
 * whose hooks then reject it (see {@link requireReadableUrl}). Fastify's own ways (`frameworkErrors`, `onBadUrl`) run no
 * hooks: such a response would be without the security headers, CORS, the rate limit and metrics.
 */
export function createUrlRewriter(address: PublicAddress): (request: IncomingMessage) => string {
  return (request) => {
    const { url = '/' } = request
    // OPTIONS * asks about the whole server.
    if (url === '*' || url.length > MAX_URL_LENGTH || !isDecodable(url)) return '/'
    const full = removeOrigin(url)
    const path = (removeBasePath(full, readBasePath(request, address)) ?? full).replace(
      TRAILING_SLASHES,
      '$1',
    )
    return path.startsWith('/') ? path : `/${path}`
  }
}

/** Removes scheme and host of a URL in absolute form. */
export function removeOrigin(url: string): string {
  return url.replace(ORIGIN, '')
}

/** Removes the base path from a URL; undefined when it does not begin with it. */
export function removeBasePath(url: string, basePath: string): string | undefined {
  if (basePath === '') return url
  if (!url.startsWith(basePath)) return undefined
  const rest = url.slice(basePath.length)
  return /^[/?]|^$/.test(rest) ? rest : undefined
}

/** @throws ServiceError for a URL that is too long or cannot be decoded */
export function requireReadableUrl(url: string): void {
  if (url.length > MAX_URL_LENGTH) {
    const detail = `The URL has ${url.length} characters; at most ${MAX_URL_LENGTH} are read. Ask for fewer values at once.`
    throw new ServiceError('url_too_long', detail)
  }
  if (!isDecodable(url)) {
    throw new ServiceError(
      'malformed_request',
      'The URL cannot be decoded: write each % as %25, and percent-encode UTF-8.',
    )
  }
}

function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '')
    return true
  } catch {
    return false
  }
}
