import type { FastifyInstance, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import type { Position, Revision } from '../../records.ts'

declare module 'fastify' {
  interface FastifyInstance {
    requestMemory: RequestMemory
  }
  interface FastifyRequest {
    /** What is known of the request; null until it was validated, or found to be known. */
    known: KnownRequest | null
    /** The state of the data of the response; null until the request is known. */
    revision: Revision | null
  }
}

/** A request that was validated and put into canonical form, and what follows from it. Handlers change nothing of it. */
export interface KnownRequest {
  /** Everything of a request that the rest depends on, as it was sent. */
  readonly rawKey: string
  readonly format: string
  /** The format, and the canonical URL with the base path. */
  readonly key: string
  readonly query: unknown
  readonly params: unknown
  /** The ETag of its response in a state of the data. */
  etag?: { state: string; value: string }
  /** What its names refer to in a state of the data; see {@link resolveOnce}. */
  resolved?: { state: string; value: unknown }
  list?: KnownList
}

/** What is known of a request for a list. */
export interface KnownList {
  /** The canonical URL. */
  readonly self: string
  /** The canonical URL of the next page, before and after its cursor. */
  readonly next: readonly string[]
  /** The digest of which records are selected. */
  readonly selection: string
  /** The cursor of the next page that was last made, and its position. */
  last?: { position: Position; cursor: string }
}

/** Memory for requests that are known, in bytes. */
const MAX_BYTES = 16_000_000
/** Estimated memory of a known request besides its texts, in bytes. */
const OVERHEAD = 1000

/**
 * Remembers requests that were validated, by URL and Accept as they were sent: sent again, a request needs neither
 * validation nor negotiation nor, in the same state of the data, resolution of names. The least recently used are
 * forgotten.
 */
export class RequestMemory {
  readonly #requests = new LRUCache<string, KnownRequest>({
    maxSize: MAX_BYTES,
    // One request must not displace all others.
    maxEntrySize: MAX_BYTES / 100,
    // URLs of a list are made of the key, and plans of what was resolved.
    sizeCalculation: ({ rawKey, key, resolved }) =>
      OVERHEAD + rawKey.length + 4 * key.length + (resolved ? 6 * JSON.stringify(resolved.value).length : 0),
  })

  find(rawKey: string): KnownRequest | undefined {
    return this.#requests.get(rawKey)
  }

  /** Remembers a request, or that more is known of it. */
  remember(known: KnownRequest): void {
    this.#requests.set(known.rawKey, known)
  }
}

/** Gives an application its memory of requests. */
export function registerRequestMemory(app: FastifyInstance): void {
  app.decorate('requestMemory', new RequestMemory())
  app.decorateRequest('known', null)
  app.decorateRequest('revision', null)
}

/** Everything of a request that its canonical form depends on. */
export function rawKeyOf({ basePath, url, headers: { accept = '' } }: FastifyRequest): string {
  return `${basePath}${url} ${accept}`
}

/**
 * Resolves what a request asks for, such as the places that its names refer to; for a known request once in each state
 * of the data. Called once by a handler, which must not change the result.
 */
export async function resolveOnce<T>(request: FastifyRequest, resolve: () => Promise<T>): Promise<T> {
  const { known, revision, server } = request
  if (!known || !revision) return resolve()
  if (known.resolved?.state === revision.state) return known.resolved.value as T
  const value = await resolve()
  known.resolved = { state: revision.state, value }
  server.requestMemory.remember(known)
  return value
}
