import proxyAddr from '@fastify/proxy-addr'
import type { FastifyRequest } from 'fastify'
import type { TrustProxy } from '../requests/public-address.ts'

/**
 * Builds the function that says which proxies are trusted: those of a list, or a number of them counted from the
 * nearest; null when none is. Fastify itself trusts none for a number, since a client that reaches the service without
 * them could claim any address.
 */
export function trustProxies(setting: false | string | number): TrustProxy | null {
  if (setting === false) return null
  if (typeof setting === 'number') return (_address, hop) => hop < setting
  return proxyAddr.compile(setting.split(',').map((item) => item.trim()))
}

/** Logs once when a request was forwarded by an address that is not trusted: that may be a proxy nobody configured. */
export function createProxyWarning(): (request: FastifyRequest) => void {
  let hasWarned = false
  return (request) => {
    // The first address is that of the connection.
    if (!hasWarned && request.headers['x-forwarded-for'] !== undefined && (request.ips ?? []).length < 2) {
      hasWarned = true
      request.log.warn(
        `X-Forwarded-For from ${request.ip} is not trusted. If that is your proxy, set TRUST_PROXY to its address: until then all of its clients share one rate limit.`,
      )
    }
  }
}
