import { hash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Revision } from '../../records.ts'
import { contentType, type Format, negotiate } from '../formats/formats.ts'
import { canonicalUrl } from '../requests/canonical-url.ts'
import type { ResponseCache } from './response-cache.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The negotiated format of the response. */
    format: Format
    /** The validator of the response, once the question is understood; empty before. */
    etag: string
  }
  interface FastifyContextConfig {
    /** The formats of the endpoint; JSON only when left out. */
    formats?: readonly Format[]
  }
}

/** What the answers of a scope follow from besides the question. */
export interface State {
  /** The present state of the data. */
  revision: () => Promise<Revision>
  release: string
  /** Answers that were given before. */
  answers: ResponseCache
}

/**
 * Gives every response of the scope its format and validators, and answers 304, or what was answered before, ahead
 * of any query: the ETag follows from the state of the data, the canonical question and the format alone.
 */
export function registerConditionalRequests(
  app: FastifyInstance,
  { revision, release, answers }: State,
): void {
  app.decorateRequest('format', 'json')
  app.decorateRequest('etag', '')

  /** Answers at once if that is possible; else the handler does. */
  const answered = (request: FastifyRequest, reply: FastifyReply, question: string, state: Revision) => {
    const etag = etagOf(state, release, question)
    request.etag = etag
    reply
      .header('etag', etag)
      .header('last-modified', httpDate(state))
      .header('cache-control', 'public, no-cache')
      .header('vary', 'accept, accept-encoding')
    if (isFresh(request, etag, state.at)) return reply.code(304).send()
    return answers.sendCached(etag, reply)
  }

  // A question in words that were understood before needs neither validation nor negotiation.
  app.addHook('preValidation', (request, reply, done) => {
    const question = answers.canonicalKeyOf(rawRequestKey(request))
    if (question === undefined) return done()
    revision().then((state) => answered(request, reply, question, state) ?? done(), done)
  })
  app.addHook('preHandler', async (request, reply) => {
    const { routeOptions, etag } = request
    request.format = negotiate(request, routeOptions.config.formats ?? ['json'])
    // Otherwise it was known what the client's words mean, and the answer was not.
    if (etag === '') {
      const question = `${request.format} ${canonicalUrl(request)}`
      answers.rememberKey(rawRequestKey(request), question)
      if (answered(request, reply, question, await revision())) return reply
    }
    reply.type(contentType(request.format))
    return undefined
  })
  app.addHook('onSend', async (request, reply, payload) => answers.storeAndEncode(request, reply, payload))
}

/** Everything of a request that its meaning follows from. */
function rawRequestKey({ url, headers: { accept = '' } }: FastifyRequest): string {
  return `${url} ${accept}`
}

function etagOf({ databaseId, number }: Revision, release: string, question: string): string {
  const digest = hash('sha256', `${databaseId} ${number} ${release} ${question}`, 'base64url')
  // Weak: compressed and plain responses share it.
  return `W/"${digest.slice(0, 24)}"`
}

/** The moment of a state of the data as HTTP writes it, made once. */
function httpDate(state: Revision): string {
  const known = DATES.get(state)
  if (known !== undefined) return known
  const text = state.at.toUTCString()
  DATES.set(state, text)
  return text
}

const DATES = new WeakMap<Revision, string>()

/** Whether the client's copy is the present one (RFC 9110, 13.1.2 and 13.1.3). */
function isFresh({ headers }: FastifyRequest, etag: string, at: Date): boolean {
  const { 'if-none-match': noneMatch, 'if-modified-since': modifiedSince } = headers
  if (noneMatch !== undefined) {
    const tags = noneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
    return tags.includes('*') || tags.includes(etag.slice(2))
  }
  // HTTP dates have whole seconds.
  return modifiedSince !== undefined && Date.parse(modifiedSince) >= Math.floor(at.getTime() / 1000) * 1000
}
