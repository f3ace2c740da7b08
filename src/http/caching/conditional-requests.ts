import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Revision } from '../../records.ts'
import { dayOf } from '../../validation/calendar.ts'
import { contentType, type Format, negotiate } from '../formats/formats.ts'
import { canonicalUrl } from '../requests/canonical-url.ts'
import { readOrigin } from '../requests/public-url.ts'
import { matchesWeakly, weakEtag } from './preconditions.ts'
import type { ResponseCache } from './response-cache.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The negotiated format of the response. */
    format: Format
    /** The validator of the response, once the canonical key of the request is known; empty before. */
    etag: string
  }
  interface FastifyContextConfig {
    /** The formats of the endpoint; JSON only when left out. */
    formats?: readonly Format[]
    /** Whether responses hold the day of access: their ETags are of that day. */
    hasDay?: boolean
  }
}

/** Everything but the request that the responses of a scope depend on, and their cache. */
interface ConditionalRequestOptions {
  /** The present state of the data. */
  revision: () => Promise<Revision>
  /** Throws when what was read may not be of that state. */
  requireIntact: () => void
  release: string
  now: () => Date
  cache: ResponseCache
}

/**
 * Gives every response of the scope its format and validators, and sends 304 or a cached response before any query
 * runs: the ETag depends only on the state of the data, the release, and the canonical key (format and URL with the
 * base path; also the origin, where the response holds absolute URLs). Other conditions than If-None-Match with that ETag are evaluated when there is a response; see `registerPreconditions`.
 */
export function registerConditionalRequests(
  app: FastifyInstance,
  { revision, requireIntact, release, now, cache }: ConditionalRequestOptions,
): void {
  app.decorateRequest('format', 'json')
  app.decorateRequest('etag', '')

  const { publicUrl } = app.publicAddress

  /** Sets the validators, and sends 304 or the cached response; undefined when the handler has to run. */
  const sendWithoutHandler = (request: FastifyRequest, reply: FastifyReply, key: string, state: Revision) => {
    const { absoluteUrls = [], hasDay } = request.routeOptions.config
    // The key begins with the format.
    const hasOrigin = publicUrl === null && absoluteUrls.some((format) => key.startsWith(`${format} `))
    const parts = [key, hasOrigin ? readOrigin(request) : '', hasDay ? dayOf(now()) : '']
    const etag = computeEtag(state, release, parts.join(' '))
    request.etag = etag
    reply.header('etag', etag).header('cache-control', 'public, no-cache')
    // The day changes without the data.
    if (isDated(state) && !hasDay) reply.header('last-modified', httpDate(state))
    if (hasCopy(request, etag)) return reply.code(304).send()
    return cache.sendCached(etag, reply)
  }

  // A raw request that was canonicalized before needs neither validation nor negotiation.
  app.addHook('preValidation', (request, reply, done) => {
    const key = cache.canonicalKeyOf(rawRequestKey(request))
    if (key === undefined) return done()
    revision().then((state) => sendWithoutHandler(request, reply, key, state) ?? done(), done)
  })
  app.addHook('preHandler', async (request, reply) => {
    const { routeOptions, etag } = request
    request.format = negotiate(request, routeOptions.config.formats ?? ['json'])
    // With an ETag, the key was known and its response was not in the cache.
    if (etag === '') {
      const key = `${request.format} ${request.basePath}${canonicalUrl(request)}`
      cache.rememberKey(rawRequestKey(request), key)
      if (sendWithoutHandler(request, reply, key, await revision())) return reply
    }
    reply.type(contentType(request.format))
    return undefined
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode < 400) requireIntact()
    return cache.storeAndEncode(request, reply, payload)
  })
}

/** Everything of a request that its canonical key depends on. */
function rawRequestKey({ basePath, url, headers: { accept = '' } }: FastifyRequest): string {
  return `${basePath}${url} ${accept}`
}

function computeEtag({ state }: Revision, release: string, key: string): string {
  return weakEtag(`${state} ${release} ${key}`)
}

/**
 * Whether an HTTP date, which has whole seconds, tells a state of the data from every other: only when its second is
 * over, for until then the data may change again in it.
 */
function isDated(state: Revision): boolean {
  return Date.now() >= secondOf(state) + 1000
}

function secondOf({ at }: Revision): number {
  return Math.floor(at.getTime() / 1000) * 1000
}

/** Formats the time of a revision as an HTTP date, once for each revision. */
function httpDate(state: Revision): string {
  const cached = HTTP_DATES.get(state)
  if (cached !== undefined) return cached
  const text = state.at.toUTCString()
  HTTP_DATES.set(state, text)
  return text
}

const HTTP_DATES = new WeakMap<Revision, string>()

/** Whether the client has this response: with its ETag, it was once sent to it. */
function hasCopy({ headers }: FastifyRequest, etag: string): boolean {
  const { 'if-none-match': noneMatch, 'if-match': match, 'if-unmodified-since': unmodifiedSince } = headers
  if (noneMatch === undefined || match !== undefined || unmodifiedSince !== undefined) return false
  return !noneMatch.includes('*') && matchesWeakly(noneMatch, etag)
}
