import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { parseBasePath } from '../../validation/base-path.ts'

/** Whether a proxy at an address is trusted, which `hop` others are before; 0 is the one that connected. */
export type TrustProxy = (address: string, hop: number) => boolean

/** Where clients reach the service, and whose headers say so where settings do not. */
export interface PublicAddress {
  /** The base path, empty for the root; null when a trusted proxy may name it in X-Forwarded-Prefix. */
  basePath: string | null
  /** Scheme, host and base path; null when absolute URLs are made from each request. */
  publicUrl: string | null
  /** Null when no proxy is trusted. */
  isTrusted: TrustProxy | null
}

declare module 'fastify' {
  interface FastifyInstance {
    publicAddress: PublicAddress
  }
  interface FastifyRequest {
    /**
     * The path under which the client reaches the service, without a slash at its end, so empty for the root. It comes
     * before every path in a response; the paths of routes and requests are without it.
     */
    readonly basePath: string
  }
}

/** Gives requests their base path. */
export function registerPublicAddress(app: FastifyInstance, address: PublicAddress): void {
  app.decorate('publicAddress', address)
  if (address.basePath !== null) app.decorateRequest('basePath', address.basePath)
  else
    app.decorateRequest('basePath', {
      getter() {
        return readBasePath(this.raw, address)
      },
    })
}

/** Reads the base path of a request; that of the root when X-Forwarded-Prefix is not one. */
export function readBasePath(request: IncomingMessage, address: PublicAddress): string {
  return address.basePath ?? readForwardedPrefix(request, address) ?? ''
}

/** Reads X-Forwarded-Prefix of a trusted proxy: undefined without one, null when it is not a base path. */
export function readForwardedPrefix(
  request: IncomingMessage,
  { isTrusted }: PublicAddress,
): string | null | undefined {
  const prefix = readForwarded(request, isTrusted, 'prefix')
  return prefix && parseBasePath(prefix)
}

/**
 * Reads a header `X-Forwarded-…` of the proxy that connected, if it is trusted. Of several values the last is its own:
 * those before came with the request to it.
 */
export function readForwarded(
  { headers, socket }: IncomingMessage,
  isTrusted: TrustProxy | null,
  name: 'prefix' | 'port',
): string | undefined {
  const value = headers[`x-forwarded-${name}`]
  if (value === undefined || !isTrusted?.(socket.remoteAddress ?? '', 0)) return undefined
  return String(value).split(',').at(-1)?.trim()
}
