import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Revision } from '../../records.ts'
import { dayOf } from '../../validation/calendar.ts'
import { contentType, type Format, negotiate } from '../formats/formats.ts'
import { canonicalUrl } from '../requests/canonical-url.ts'
import { type KnownRequest, rawKeyOf, registerRequestMemory } from '../requests/known-request.ts'
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
  registerRequestMemory(app)

  const { publicUrl } = app.publicAddress

  const computeEtag = (request: FastifyRequest, { key }: KnownRequest, { state }: Revision) => {
    const { absoluteUrls, hasDay } = request.routeOptions.config
    const hasOrigin = publicUrl === null && absoluteUrls?.includes(request.format)
    const parts = [key, hasOrigin ? readOrigin(request) : '', hasDay ? dayOf(now()) : '']
    return { isConstant: !hasOrigin && !hasDay, value: weakEtag(`${state} ${release} ${parts.join(' ')}`) }
  }

  const findEtag = (request: FastifyRequest, known: KnownRequest, revision: Revision): string => {
    if (known.etag?.state === revision.state) return known.etag.value
    const { isConstant, value } = computeEtag(request, known, revision)
    if (isConstant) known.etag = { state: revision.state, value }
    return value
  }

  /** Sets the validators, and sends 304 or the cached response; undefined when the handler has to run. */
  const sendWithoutHandler = (
    request: FastifyRequest,
    reply: FastifyReply,
    known: KnownRequest,
    state: Revision,
  ) => {
    const etag = findEtag(request, known, state)
    request.revision = state
    request.etag = etag
    reply.header('etag', etag).header('cache-control', 'public, no-cache')
    // The day changes without the data.
    if (isDated(state) && !request.routeOptions.config.hasDay) reply.header('last-modified', httpDate(state))
    if (hasCopy(request, etag)) return reply.code(304).send()
    const sent = cache.sendCached(etag, reply)
    if (!sent) reply.header('content-type', contentType(request.format))
    return sent
  }

  /** Reads the state of the data, which is done once for a request, and goes on with it. */
  const proceed = (
    request: FastifyRequest,
    reply: FastifyReply,
    known: KnownRequest,
    done: (error?: Error) => void,
  ) => {
    request.known = known
    request.format = known.format as Format
    revision().then((state) => {
      try {
        if (sendWithoutHandler(request, reply, known, state)) return
      } catch (error) {
        return done(error as Error)
      }
      done()
    }, done)
  }

  // A known request needs neither validation nor negotiation.
  app.addHook('preValidation', (request, reply, done) => {
    const known = app.requestMemory.find(rawKeyOf(request))
    if (known === undefined) return done()
    request.query = known.query
    request.params = known.params
    proceed(request, reply, known, done)
  })
  app.addHook('preHandler', (request, reply, done) => {
    if (request.known) return done()
    const format = negotiate(request, request.routeOptions.config.formats ?? ['json'])
    const { query, params } = request
    const key = `${format} ${request.basePath}${canonicalUrl(request)}`
    const known = { rawKey: rawKeyOf(request), format, key, query, params }
    app.requestMemory.remember(known)
    proceed(request, reply, known, done)
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode < 400) requireIntact()
    const body = cache.storeAndEncode(request, reply, payload)
    if (body instanceof Promise) body.then((encoded) => done(null, encoded), done)
    else done(null, body)
  })
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
