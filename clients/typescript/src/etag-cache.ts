/** The text of a response and its validator. */
export interface CachedResponse {
  etag: string
  text: string
}

/** Bounds of the cache. */
export interface CacheOptions {
  /** The number of responses; 100 by default. */
  maxEntries?: number
  /** The memory for all of them, in bytes; 32 MiB by default. A larger response is not kept. */
  maxBytes?: number
}

/** Keeps the responses that were used last, by their requests. */
export class EtagCache {
  readonly #entries = new Map<string, CachedResponse>()
  readonly #maxEntries: number
  readonly #maxBytes: number
  #bytes = 0

  constructor({ maxEntries = 100, maxBytes = 2 ** 25 }: CacheOptions) {
    this.#maxEntries = maxEntries
    this.#maxBytes = maxBytes
  }

  get(key: string): CachedResponse | undefined {
    const entry = this.#entries.get(key)
    if (entry) {
      this.#entries.delete(key)
      this.#entries.set(key, entry)
    }
    return entry
  }

  set(key: string, entry: CachedResponse): void {
    this.#delete(key)
    this.#entries.set(key, entry)
    this.#bytes += measure(key, entry)
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries && this.#bytes <= this.#maxBytes) return
      this.#delete(oldest)
    }
  }

  #delete(key: string): void {
    const entry = this.#entries.get(key)
    if (entry) this.#bytes -= measure(key, entry)
    this.#entries.delete(key)
  }
}

/** The memory of an entry: strings have up to two bytes a character. */
const measure = (key: string, { etag, text }: CachedResponse) => 2 * (key.length + etag.length + text.length)
