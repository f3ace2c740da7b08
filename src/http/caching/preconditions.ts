import { hash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'

/** Entity tags of constant bodies, which are few. */
const ETAGS = new Map<string, string>()
const MAX_ETAGS = 20

/**
 * Gives every successful response that may be kept an ETag, by its content where its route has set none, and evaluates
 * the conditions of the request in the order of RFC 9110, 13.2.2: 412 and 304.
 */
export function registerPreconditions(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode !== 200 || reply.getHeader('cache-control') === 'no-store')
      return done(null, payload)
    if (!reply.hasHeader('etag') && typeof payload === 'string') addContentEtag(reply, payload)
    const failed = evaluate(request, reply)
    if (failed === null) return done(null, payload)
    if (payload instanceof Readable) payload.destroy()
    if (failed === 412)
      return done(
        new ServiceError(
          'precondition_failed',
          'The representation is not the one that If-Match or If-Unmodified-Since names. Tags here are weak, and match If-Match only as *.',
        ),
      )
    reply.code(304).removeHeader('content-type').removeHeader('content-length')
    done(null, '')
  })
}

/** Builds a weak ETag, since compressed and plain responses share it, from what a response depends on. */
export function weakEtag(content: string): string {
  return `W/"${hash('sha256', content, 'base64url').slice(0, 24)}"`
}

function addContentEtag(reply: FastifyReply, body: string): void {
  let etag = ETAGS.get(body)
  if (etag === undefined) {
    etag = weakEtag(body)
    if (ETAGS.size < MAX_ETAGS) ETAGS.set(body, etag)
  }
  reply.header('etag', etag)
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'public, no-cache')
}

const CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'] as const

/** The status of a response whose conditions do not hold; null when it is to be sent. */
function evaluate({ headers }: FastifyRequest, reply: FastifyReply): 304 | 412 | null {
  if (!CONDITIONS.some((name) => headers[name] !== undefined)) return null
  const etag = String(reply.getHeader('etag') ?? '')
  const modified = Date.parse(String(reply.getHeader('last-modified') ?? ''))
  const ifMatch = headers['if-match']
  const unmodifiedSince = Date.parse(headers['if-unmodified-since'] ?? '')
  if (ifMatch !== undefined) {
    if (!listTags(ifMatch).some((tag) => tag === '*' || (tag === etag && !etag.startsWith('W/')))) return 412
  } else if (modified > unmodifiedSince) return 412
  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined) return matchesWeakly(noneMatch, etag) ? 304 : null
  return modified <= Date.parse(headers['if-modified-since'] ?? '') ? 304 : null
}

/** Whether a list of entity tags has one like another, strong or weak (RFC 9110, 8.8.3.2), or is `*`. */
export function matchesWeakly(list: string, etag: string): boolean {
  const opaque = etag.replace(/^W\//, '')
  return listTags(list).some((tag) => tag === '*' || tag.replace(/^W\//, '') === opaque)
}

function listTags(list: string): string[] {
  return list.split(',').map((tag) => tag.trim())
}
