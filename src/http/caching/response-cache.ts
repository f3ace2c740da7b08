import { promisify } from 'node:util'
import { brotliCompress, constants, deflate, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { COMPRESSIBLE, ENCODINGS, type Encoding, MIN_COMPRESSED_BYTES } from './compression.ts'

/** An answer as it was given. */
interface Answer {
  headers: Record<string, string>
  body: Buffer
}

/** Headers that belong to an answer; the others belong to its request or follow from the state of the data. */
const KEPT = ['content-type', 'content-disposition', 'link', 'x-hints', 'x-notes']
/** What an answer takes besides its body, in bytes, about. */
const OVERHEAD = 1000
/** Memory for what questions mean, in characters of the questions. */
const MAX_KEY_CHARACTERS = 4_000_000

const [gzipped, brotlied, deflated] = [promisify(gzip), promisify(brotliCompress), promisify(deflate)]

/** Kept answers are compressed once, in a thread: the levels weigh the wait of the first client. */
const ENCODERS: Record<Encoding, (body: Buffer) => Promise<Buffer>> = {
  gzip: (body) => gzipped(body, { level: 4 }),
  br: (body) => brotlied(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  deflate: (body) => deflated(body, { level: 4 }),
}

/**
 * Answers that were given, compressed as well, bounded in bytes; the least recently asked are forgotten first.
 * They are kept by their ETag, which follows from the state of the data: an answer is never out of date.
 */
export class ResponseCache {
  readonly #answers: LRUCache<string, Answer>
  /** Questions as they were understood, by the words in which they were asked. */
  readonly #questions = new LRUCache<string, string>({
    maxSize: MAX_KEY_CHARACTERS,
    sizeCalculation: (question, words) => question.length + words.length,
  })

  /** @param bytes memory for answers; 0 keeps none */
  constructor(bytes: number) {
    this.#answers = new LRUCache<string, Answer>({
      maxSize: Math.max(1, bytes),
      // One answer must not drive out all others.
      maxEntrySize: Math.max(1, Math.floor(bytes / 10)),
      sizeCalculation: ({ body }) => body.length + OVERHEAD,
    })
  }

  /** What the words of a question mean, if they were understood before. */
  canonicalKeyOf(words: string): string | undefined {
    return this.#questions.get(words)
  }

  /** Remembers what the words of a question mean. */
  rememberKey(words: string, question: string): void {
    this.#questions.set(words, question)
  }

  /** Gives the answer that was given under an ETag; undefined when there is none. */
  sendCached(etag: string, reply: FastifyReply): FastifyReply | undefined {
    const answer = this.#answers.get(etag)
    return answer && reply.headers(answer.headers).send(answer.body)
  }

  /** What goes out for an answer that is about to be sent: kept, and compressed as its client accepts it. */
  async storeAndEncode(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
    const { etag } = request
    if (etag === '' || reply.statusCode !== 200) return payload
    const answer = this.#answers.get(etag) ?? this.#keep(etag, reply, payload)
    const encoding = answer && acceptedEncoding(request, answer)
    if (!answer || !encoding) return answer?.body ?? payload
    const key = `${etag} ${encoding}`
    let body = this.#answers.get(key)?.body
    if (!body) {
      body = await ENCODERS[encoding](answer.body)
      this.#answers.set(key, { headers: {}, body })
    }
    reply.header('content-encoding', encoding)
    return body
  }

  /** Keeps an answer, unless it is a stream or too long. */
  #keep(etag: string, reply: FastifyReply, payload: unknown): Answer | undefined {
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return undefined
    if (payload.length + OVERHEAD > this.#answers.maxEntrySize) return undefined
    const body = typeof payload === 'string' ? Buffer.from(payload) : payload
    const headers: Record<string, string> = {}
    for (const name of KEPT) {
      const value = reply.getHeader(name)
      if (value !== undefined) headers[name] = String(value)
    }
    const answer = { headers, body }
    this.#answers.set(etag, answer)
    return answer
  }
}

function acceptedEncoding(request: FastifyRequest, { headers, body }: Answer): Encoding | undefined {
  if (request.headers['accept-encoding'] === undefined || body.length < MIN_COMPRESSED_BYTES) return undefined
  if (!COMPRESSIBLE.test(headers['content-type'] ?? '')) return undefined
  const best = request.accepts().encoding([...ENCODINGS, 'identity'])
  return ENCODINGS.find((encoding) => encoding === best)
}
