import { promisify } from 'node:util'
import { brotliCompress, constants, deflate, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { COMPRESSIBLE, ENCODINGS, type Encoding, MIN_COMPRESSED_BYTES } from './compression.ts'

/** A response without the headers that belong to one request. */
interface CachedResponse {
  headers: Record<string, string>
  body: Buffer
}

/** Headers that are cached; all others belong to the request or depend on the revision of the data. */
const CACHED_HEADERS = ['content-type', 'content-disposition', 'link', 'x-hints', 'x-notes']
/** Estimated memory of an entry besides its body, in bytes. */
const ENTRY_OVERHEAD = 1000
const [gzipAsync, brotliAsync, deflateAsync] = [
  promisify(gzip),
  promisify(brotliCompress),
  promisify(deflate),
]

/** A cached response is compressed once, in a thread: the levels are a compromise with the first client's wait. */
const ENCODERS: Record<Encoding, (body: Buffer) => Promise<Buffer>> = {
  gzip: (body) => gzipAsync(body, { level: 4 }),
  br: (body) => brotliAsync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  deflate: (body) => deflateAsync(body, { level: 4 }),
}

/**
 * Responses, plain and compressed, in a least-recently-used cache bounded in bytes. They are stored by their ETag,
 * which changes with the data: a cached response is never out of date.
 */
export class ResponseCache {
  /** How often a response was cached, and how often not, since the start. */
  hits = 0
  misses = 0
  readonly #responses: LRUCache<string, CachedResponse>

  /** @param bytes memory for responses; 0 caches none */
  constructor(bytes: number) {
    this.#responses = new LRUCache<string, CachedResponse>({
      maxSize: Math.max(1, bytes),
      // One response must not evict all others.
      maxEntrySize: Math.max(1, Math.floor(bytes / 10)),
      sizeCalculation: ({ body }) => body.length + ENTRY_OVERHEAD,
    })
  }

  /** Memory in use, in bytes. */
  get bytes(): number {
    return this.#responses.calculatedSize
  }

  /** Sends the response cached under an ETag; undefined when there is none. */
  sendCached(etag: string, reply: FastifyReply): FastifyReply | undefined {
    const response = this.#responses.get(etag)
    if (response) this.hits += 1
    else this.misses += 1
    return response && reply.headers(response.headers).send(response.body)
  }

  /**
   * Caches a response that is about to be sent, and returns its body; a promise of it where the client accepts an encoding
   * in which it has yet to be compressed.
   */
  storeAndEncode(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
    const { etag } = request
    if (etag === '' || reply.statusCode !== 200) return payload
    const response = this.#responses.get(etag) ?? this.#store(etag, reply, payload)
    if (!response) return payload
    const encoding = acceptedEncoding(request, response)
    if (!encoding) return response.body
    reply.header('content-encoding', encoding)
    const key = `${etag} ${encoding}`
    return this.#responses.get(key)?.body ?? this.#encode(key, encoding, response.body)
  }

  async #encode(key: string, encoding: Encoding, plain: Buffer): Promise<Buffer> {
    const body = await ENCODERS[encoding](plain)
    this.#responses.set(key, { headers: {}, body })
    return body
  }

  /** Caches a response; undefined when it is a stream or too long. */
  #store(etag: string, reply: FastifyReply, payload: unknown): CachedResponse | undefined {
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return undefined
    if (payload.length + ENTRY_OVERHEAD > this.#responses.maxEntrySize) return undefined
    const body = typeof payload === 'string' ? Buffer.from(payload) : payload
    const headers: Record<string, string> = {}
    for (const name of CACHED_HEADERS) {
      const value = reply.getHeader(name)
      if (value !== undefined) headers[name] = String(value)
    }
    const response = { headers, body }
    this.#responses.set(etag, response)
    return response
  }
}

/** Negotiates the encoding of a response; undefined when it is to be sent uncompressed. */
function acceptedEncoding(request: FastifyRequest, { headers, body }: CachedResponse): Encoding | undefined {
  if (request.headers['accept-encoding'] === undefined || body.length < MIN_COMPRESSED_BYTES) return undefined
  if (!COMPRESSIBLE.test(headers['content-type'] ?? '')) return undefined
  const best = request.accepts().encoding([...ENCODINGS, 'identity'])
  return ENCODINGS.find((encoding) => encoding === best)
}
