import { TransferError } from './errors.ts'
import { type CacheOptions, EtagCache } from './etag-cache.ts'
import { readRecords } from './ndjson.ts'
import { buildUrl, type Query } from './query.ts'
import { type RetryPolicy, requestWithRetries } from './retry.ts'
import type {
  Body,
  Fields,
  FilePath,
  Format,
  Hint,
  Item,
  JsonPath,
  Note,
  OptionsArgument,
  PagedPath,
  StreamPath,
} from './types.ts'

/** Options of {@link ConflictIncidents}. */
export interface ClientOptions {
  /** Where the service is, with its base path if it has one: `https://example.org/conflict`. */
  baseUrl: string
  /** Used instead of the global `fetch`, such as to add headers for a proxy. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** The number of repetitions after a 429, 502, 503 or 504, or a broken connection: 4 by default, 0 for none. */
  retries?: number
  /** The time that all waits of one request may take, in milliseconds: 90,000 by default. */
  maxWaitMs?: number
  /** The header `User-Agent`: name your application, for the operator. Browsers ignore it. */
  userAgent?: string
  /** Bounds of the cache of responses, which are validated by ETag at each use; false for no cache. */
  cache?: CacheOptions | false
}

/** What accompanies records that are not in JSON. */
export interface Advice {
  hints: readonly Hint[]
  notes: readonly Note[]
}

/** All matching records, of one state of the data: can be iterated once. */
export interface RecordStream<T> extends AsyncIterable<T>, Advice {}

/** A file, whose content has not been received yet. */
export interface Download extends Advice {
  /** Its body is the file; reading it fails if the transfer breaks off. */
  response: Response
}

/** Options of a request to any path: the signatures of the methods have checked them by path. */
interface AnyOptions {
  path?: Query
  query?: Query | undefined
  signal?: AbortSignal | undefined
}

interface Page {
  data: unknown[]
  page: { next: string | null }
}

/** The parameters that choose a format, which methods for one format set. */
type FormatParameter = 'format' | 'properties' | 'bom'

const MEDIA_TYPES = {
  json: 'application/json',
  geojson: 'application/geo+json',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  text: 'text/plain',
  bibtex: 'application/x-bibtex',
  ris: 'application/x-research-info-systems',
  csl: 'application/vnd.citationstyles.csl+json',
  jsonld: 'application/ld+json',
} as const satisfies Record<Format<FilePath>, string>

/**
 * A client of one service. Every method takes a path of the API as its OpenAPI document has it, and throws
 * {@link ProblemError} when the service responds with an error, {@link TransferError} when no complete response is
 * received, and the signal's reason when it is aborted.
 */
export class ConflictIncidents {
  readonly #base: string
  readonly #fetch: NonNullable<ClientOptions['fetch']>
  readonly #policy: RetryPolicy
  readonly #headers: Record<string, string>
  readonly #cache: EtagCache | null

  /** @throws TypeError if the base URL cannot be one */
  constructor({
    baseUrl,
    retries = 4,
    maxWaitMs = 90_000,
    userAgent,
    cache = {},
    ...options
  }: ClientOptions) {
    const { protocol, username, search, hash, href } = new URL(baseUrl)
    if (!/^https?:$/.test(protocol) || username || search || hash)
      throw new TypeError(
        `baseUrl must be such as http://127.0.0.1:3000 or https://example.org/conflict: ${baseUrl}`,
      )
    this.#base = href.replace(/\/+$/, '')
    // Called as a function of its own: browsers reject it as a method of another object.
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init))
    this.#policy = { retries, maxWaitMs }
    this.#headers = userAgent === undefined ? {} : { 'user-agent': userAgent }
    this.#cache = cache ? new EtagCache(cache) : null
  }

  /** Gets one response in JSON: a record, a page of a list, sums. */
  get<P extends JsonPath, F extends Fields<P> = undefined>(
    path: P,
    ...options: OptionsArgument<P, F, FormatParameter>
  ): Promise<Body<P, F>>
  get(path: string, options?: AnyOptions): Promise<unknown> {
    return this.#get(path, options)
  }

  /** Gets the pages of a list, one after the other, as they are iterated. `limit` is the size of a page. */
  pages<P extends PagedPath, F extends Fields<P> = undefined>(
    path: P,
    ...options: OptionsArgument<P, F, FormatParameter>
  ): AsyncGenerator<Body<P, F>, void, undefined>
  pages(path: string, options?: AnyOptions): AsyncGenerator<unknown, void, undefined> {
    return this.#pages(path, options)
  }

  /** Gets the records of a list, page by page, as they are iterated. `limit` is the size of a page. */
  items<P extends PagedPath, F extends Fields<P> = undefined>(
    path: P,
    ...options: OptionsArgument<P, F, FormatParameter>
  ): AsyncGenerator<Item<P, F>, void, undefined>
  async *items(path: string, options?: AnyOptions): AsyncGenerator<unknown, void, undefined> {
    for await (const { data } of this.#pages(path, options)) yield* data
  }

  /**
   * Requests all records of a list in one response, of one state of the data. A transfer that breaks off throws
   * {@link TransferError} after the records that are complete: it cannot be continued. Iterate the records, or abort
   * the request: it stays open otherwise.
   */
  stream<P extends StreamPath, F extends Fields<P> = undefined>(
    path: P,
    ...options: OptionsArgument<P, F, FormatParameter | 'cursor'>
  ): Promise<RecordStream<Item<P, F>>>
  async stream(path: string, options?: AnyOptions): Promise<RecordStream<unknown>> {
    const { response, ...advice } = await this.#download(path, 'ndjson', options)
    const records = readRecords(response, options?.signal)
    return { ...advice, [Symbol.asyncIterator]: () => records }
  }

  /** Requests a file: records in any format, or references in the format of a reference manager. */
  download<P extends FilePath>(
    path: P,
    format: Format<P>,
    ...options: OptionsArgument<P, Fields<P>, 'format'>
  ): Promise<Download>
  download(path: string, format: keyof typeof MEDIA_TYPES, options?: AnyOptions): Promise<Download> {
    return this.#download(path, format, options)
  }

  async #get<T>(path: string, { signal, ...options }: AnyOptions = {}): Promise<T> {
    const url = buildUrl(this.#base, path, options.path, options.query)
    const key = `${MEDIA_TYPES.json} ${url}`
    const cached = this.#cache?.get(key)
    const headers = { accept: MEDIA_TYPES.json, ...(cached && { 'if-none-match': cached.etag }) }
    return this.#request(url, headers, signal, async (response) => {
      // Parsed for each caller, who may change it.
      if (cached && response.status === 304) return JSON.parse(cached.text)
      const text = await response.text()
      const body = JSON.parse(text)
      const etag = response.headers.get('etag')
      if (etag) this.#cache?.set(key, { etag, text })
      return body
    })
  }

  async *#pages(path: string, options?: AnyOptions): AsyncGenerator<Page, void, undefined> {
    let cursor = options?.query?.cursor
    do {
      const page: Page = await this.#get(path, { ...options, query: { ...options?.query, cursor } })
      yield page
      cursor = page.page.next
    } while (cursor !== null)
  }

  async #download(
    path: string,
    format: keyof typeof MEDIA_TYPES,
    { signal, ...options }: AnyOptions = {},
  ): Promise<Download> {
    const url = buildUrl(this.#base, path, options.path, { ...options.query, format })
    const response = await this.#request(url, { accept: MEDIA_TYPES[format] }, signal, (found) => found)
    return { response, hints: readAdvice(response, 'x-hints'), notes: readAdvice(response, 'x-notes') }
  }

  #request<T>(
    url: string,
    headers: { accept: string },
    signal: AbortSignal | undefined,
    read: (response: Response) => T | Promise<T>,
  ): Promise<T> {
    const init = { headers: { ...this.#headers, ...headers }, ...(signal && { signal }) }
    return requestWithRetries(
      url,
      () => this.#fetch(url, init),
      (response) => {
        const type = response.headers.get('content-type')
        if (response.status === 304 || type?.startsWith(headers.accept)) return read(response)
        response.body?.cancel().catch(() => {})
        throw new TransferError(url, `responded with ${type}, not ${headers.accept}: it is not this API`)
      },
      this.#policy,
      signal,
    )
  }
}

/** Reads hints or notes from a header of a response that is not in JSON. */
function readAdvice<T>({ headers }: Response, name: string): T[] {
  return JSON.parse(headers.get(name) ?? '[]')
}
