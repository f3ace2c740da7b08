import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Revision } from '../records.ts'
import { contentType, type Format, negotiate } from './formats.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The negotiated format of the response. */
    format: Format
  }
  interface FastifyContextConfig {
    /** The formats of the endpoint; JSON only when left out. */
    formats?: readonly Format[]
  }
}

/**
 * Gives every response of the scope its format and validators, and answers 304 before any query is made:
 * the ETag follows from the state of the data, the canonical query and the format alone.
 */
export function registerConditional(
  app: FastifyInstance,
  revision: () => Promise<Revision>,
  release: string,
): void {
  app.decorateRequest('format', 'json')
  app.addHook('preHandler', async (request, reply) => {
    request.format = negotiate(request, request.routeOptions.config.formats ?? ['json'])
    const state = await revision()
    const etag = etagOf(state, request, release)
    reply
      .type(contentType(request.format))
      .header('etag', etag)
      .header('last-modified', state.at.toUTCString())
      .header('cache-control', 'public, no-cache')
      .header('vary', 'accept, accept-encoding')
    if (isFresh(request, etag, state.at)) return reply.code(304).send()
    return undefined
  })
}

function etagOf(state: Revision, request: FastifyRequest, release: string): string {
  const parts = [state.databaseId, state.number, release, canonicalUrl(request), request.format]
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 24)
  // Weak: compressed and plain responses share it.
  return `W/"${digest}"`
}

/** The same text for every way of writing the same question. */
function canonicalUrl(request: FastifyRequest): string {
  return JSON.stringify([request.routeOptions.url, request.params, canonicalQuery(request.query as object)])
}

/** Given parameters in the order of their names, without those `left` out. */
export function canonicalQuery(query: object, left: readonly string[] = []): [string, unknown][] {
  return Object.entries(query)
    .filter(([name, value]) => value !== undefined && !left.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Whether the client's copy is the present one (RFC 9110, 13.1.2 and 13.1.3). */
function isFresh(request: FastifyRequest, etag: string, at: Date): boolean {
  const { 'if-none-match': noneMatch, 'if-modified-since': modifiedSince } = request.headers
  if (noneMatch !== undefined) {
    const tags = noneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
    return tags.includes('*') || tags.includes(etag.replace(/^W\//, ''))
  }
  // HTTP dates have whole seconds.
  return modifiedSince !== undefined && Date.parse(modifiedSince) >= Math.floor(at.getTime() / 1000) * 1000
}
