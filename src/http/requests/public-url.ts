import type { FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import { isHost } from './host.ts'
import { readForwarded } from './public-address.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The formats in which responses of the route hold URLs of {@link publicUrl}. Where these depend on the request, so
     * do their ETags and what is cached of them.
     */
    absoluteUrls?: readonly string[]
  }
}

/**
 * Builds the absolute URL of a path of the service, for what is read elsewhere, such as a citation or a file; links of
 * a response to be followed at once are paths after `request.basePath`. Its base is PUBLIC_URL, or else what the
 * request names: X-Forwarded-Proto, -Host, -Port and -Prefix of a trusted proxy, or else the header Host. The route
 * must name the format of the response in `config.absoluteUrls`.
 * @param path a path of the service with its query, without the base path, such as `/v1/incidents?city=Samarra`
 * @throws ServiceError malformed_request when a trusted proxy or the client names no host
 */
export function publicUrl(request: FastifyRequest, path: string): string {
  const { server, routeOptions, format } = request
  if (server.publicAddress.publicUrl === null && !routeOptions.config.absoluteUrls?.includes(format))
    throw new Error(
      `config.absoluteUrls of ${routeOptions.url} lacks ${format}: hosts would share cached responses`,
    )
  return `${readPublicBase(request)}${path}`
}

/**
 * Reads the part of {@link publicUrl} before the path, for responses that are not cached by the service.
 * @throws ServiceError malformed_request
 */
export function readPublicBase(request: FastifyRequest): string {
  return request.server.publicAddress.publicUrl ?? `${readOrigin(request)}${request.basePath}`
}

/**
 * Reads scheme, host and port by which the client reaches the service.
 * @throws ServiceError malformed_request
 */
export function readOrigin(request: FastifyRequest): string {
  const { host, raw, server } = request
  const protocol = request.protocol.toLowerCase()
  const port = readForwarded(raw, server.publicAddress.isTrusted, 'port') ?? ''
  const url = `${protocol}://${port === '' || /:\d*$/.test(host) ? host : `${host}:${port}`}`
  const isValid = /^https?$/.test(protocol) && host !== '' && isHost(host) && /^\d*$/.test(port)
  if (isValid && URL.canParse(url)) return new URL(url).origin
  throw new ServiceError(
    'malformed_request',
    `The response holds absolute URLs, which cannot begin with ${JSON.stringify(url.slice(0, 100))}: send the header Host or, from a trusted proxy, X-Forwarded-Proto (http or https), X-Forwarded-Host and X-Forwarded-Port.`,
  )
}
