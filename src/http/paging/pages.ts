import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  type Position,
  parse,
  type Revision,
  type SerializedJson,
  type Slice,
  type SliceRequest,
  serialize,
  type Total,
} from '../../records.ts'
import type { DatasetCitation } from '../formats/dataset-citation.ts'
import { selectFields } from '../formats/field-selection.ts'
import type { FileState } from '../formats/file-metadata.ts'
import { canonicalUrl, PRESENTATION } from '../requests/canonical-url.ts'
import type { Hint } from '../requests/hint.ts'
import type { KnownList } from '../requests/known-request.ts'
import { publicUrl } from '../requests/public-url.ts'
import { type Cursors, digestSelection } from './cursor.ts'
import { DEFAULT_LIMIT, type PageQuery } from './page.schema.ts'

/** A page of rendered records and the parts of its envelope. */
export interface PageContent {
  records: readonly SerializedJson<unknown>[]
  limit: number
  next: string | null
  links: { self: string; next: string | null }
  total?: Total
  hints: readonly Hint[]
  datasets: readonly DatasetCitation[]
}

/** Combinations of data sets whose citations are kept. */
const MAX_CITED = 100

/** Builds and sends pages: turns cursors into positions and back, and adds the citations of the data sets. */
export class Pages {
  /** Citations by the ids of their data sets, in a state of the data. */
  #citations = { state: '', byIds: new Map<string, readonly DatasetCitation[]>() }

  /** @param findCitations finds the citations of the data sets with these ids; unknown ids are left out */
  constructor(
    private readonly cursors: Cursors,
    private readonly findCitations: FileState['findCitations'],
    private readonly revision: () => Promise<Revision>,
  ) {}

  /**
   * Reads from a request which part of the list to return.
   * @throws ServiceError invalid_cursor
   */
  async readSliceRequest(request: FastifyRequest): Promise<SliceRequest> {
    const { limit = DEFAULT_LIMIT, cursor } = request.query as PageQuery
    return {
      limit,
      after: cursor === undefined ? null : await this.cursors.decode(describeList(request).selection, cursor),
    }
  }

  /** Builds the page for a slice: its cursor, links and citations. */
  async build(
    request: FastifyRequest,
    slice: Slice<unknown>,
    extras: { hints?: readonly Hint[]; total?: Total | undefined } = {},
  ): Promise<PageContent> {
    const { limit = DEFAULT_LIMIT } = request.query as PageQuery
    const next = slice.next && (await this.#encode(describeList(request), slice.next))
    return {
      records: slice.records,
      limit,
      next,
      links: buildLinks(request, next, (path) => `${request.basePath}${path}`),
      ...(extras.total !== undefined && { total: extras.total }),
      hints: extras.hints ?? [],
      datasets: await this.#cite(request, slice.datasets),
    }
  }

  /** Makes a cursor; the last one of a known request is kept, since signing takes a while. */
  async #encode(list: KnownList, position: Position): Promise<string> {
    if (list.last?.position.every((value, index) => value === position[index])) return list.last.cursor
    const cursor = await this.cursors.encode(list.selection, position)
    list.last = { position, cursor }
    return cursor
  }

  /** Finds the citations of data sets, once in each state of the data: most pages are of the same ones. */
  async #cite({ revision }: FastifyRequest, ids: readonly string[]): Promise<readonly DatasetCitation[]> {
    if (!revision) return this.findCitations(ids)
    if (this.#citations.state !== revision.state)
      this.#citations = { state: revision.state, byIds: new Map() }
    const { byIds } = this.#citations
    const key = JSON.stringify(ids)
    const citations = byIds.get(key) ?? (await this.findCitations(ids))
    if (byIds.size < MAX_CITED) byIds.set(key, citations)
    return citations
  }

  /** Describes the state of the data that a page is of, for a response that is a file. */
  async describeState({ revision }: FastifyRequest): Promise<FileState> {
    return { revision: revision ?? (await this.revision()), findCitations: this.findCitations }
  }

  /** Sends a slice as a page in JSON, with its Link header. */
  async send(
    request: FastifyRequest,
    reply: FastifyReply,
    slice: Slice<unknown>,
    extras?: { hints?: readonly Hint[] },
  ): Promise<FastifyReply> {
    const content = await this.build(request, slice, extras)
    linkNext(reply, content)
    return reply.send(jsonPage(content, (request.query as PageQuery).fields))
  }
}

/** Builds the absolute URLs of a response, of the next page and of the query without its format; see {@link publicUrl}. */
export function buildFileUrls(request: FastifyRequest, next: string | null) {
  const query = publicUrl(request, canonicalUrl(request, { omit: ['cursor', 'limit', 'format'] }))
  return { query, ...buildLinks(request, next, (path) => publicUrl(request, path)) }
}

function buildLinks(
  request: FastifyRequest,
  cursor: string | null,
  toUrl: (path: string) => string,
): PageContent['links'] {
  const { self, next } = describeList(request)
  return { self: toUrl(self), next: cursor && toUrl(next.join(cursor)) }
}

/** Renders a page in JSON. Records are copied as they are rendered; they are parsed only to select `fields`. */
export function jsonPage(content: PageContent, fields: readonly string[] | undefined): string {
  return `{"data":[${content.records.map((record) => selectRecord(record, fields)).join(',')}],${envelope(content)}}`
}

/** Renders a page in JSON around records that are already joined by commas. */
export function serializedPage(json: Buffer, content: PageContent): Buffer {
  return Buffer.concat([Buffer.from('{"data":['), json, Buffer.from(`],${envelope(content)}}`)])
}

/** Limits a record's JSON to dot paths; without paths it is returned unparsed. */
export function selectRecord(record: SerializedJson<unknown>, fields: readonly string[] | undefined): string {
  return fields ? serialize(selectFields(parse(record), fields)) : record
}

/** Renders everything of a page but its records, as JSON properties without the braces. */
export function envelope(content: PageContent): string {
  const { links, hints, datasets } = content
  return JSON.stringify({ page: describePosition(content), links, hints, datasets }).slice(1, -1)
}

/** Describes where a page is in its list. */
export function describePosition({ limit, next, total }: PageContent) {
  return { limit, next, ...total }
}

/** Puts the next page, where there is one, first in the header Link (RFC 8288): simple clients read only that. */
export function linkNext(reply: FastifyReply, { links }: PageContent): void {
  const others = reply.getHeader('link')
  const next = `<${links.next}>; rel="next"`
  if (links.next) reply.header('link', others === undefined ? next : `${next}, ${others}`)
}

/** Builds, once for a known request, its canonical URL, that of the next page and what a cursor is bound to. */
function describeList(request: FastifyRequest): KnownList {
  const { known } = request
  if (known?.list) return known.list
  // Parameters hold no control characters.
  const list = {
    self: canonicalUrl(request),
    next: canonicalUrl(request, { override: { cursor: '\0' } }).split('%00'),
    selection: digestSelection(canonicalUrl(request, { omit: PRESENTATION })),
  }
  if (known) known.list = list
  return list
}
