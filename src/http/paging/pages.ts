import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  parse,
  type SerializedJson,
  type Slice,
  type SliceRequest,
  serialize,
  type Total,
} from '../../records.ts'
import { selectFields } from '../formats/field-selection.ts'
import { canonicalUrl } from '../requests/canonical-url.ts'
import type { Hint } from '../requests/hint.ts'
import type { Cursors } from './cursor.ts'
import type { DatasetCitation } from './dataset-citation.ts'
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

/** Builds and sends pages: turns cursors into positions and back, and adds the citations of the data sets. */
export class Pages {
  /** @param citations the citations of the data sets with these ids; unknown ids are left out */
  constructor(
    private readonly cursors: Cursors,
    private readonly citations: (ids: Iterable<string>) => Promise<DatasetCitation[]>,
  ) {}

  /**
   * Reads from a request which part of the list to return.
   * @throws ServiceError invalid_cursor
   */
  async readSliceRequest(request: FastifyRequest): Promise<SliceRequest> {
    const { limit = DEFAULT_LIMIT, cursor } = request.query as PageQuery
    return {
      limit,
      after: cursor === undefined ? null : await this.cursors.decode(selectionKey(request), cursor),
    }
  }

  /** Builds the page for a slice: its cursor, links and citations. */
  async build(
    request: FastifyRequest,
    slice: Slice<unknown>,
    extras: { hints?: readonly Hint[]; total?: Total | undefined } = {},
  ): Promise<PageContent> {
    const { limit = DEFAULT_LIMIT } = request.query as PageQuery
    const next = slice.next && (await this.cursors.encode(selectionKey(request), slice.next))
    return {
      records: slice.records,
      limit,
      next,
      links: {
        self: `${request.basePath}${canonicalUrl(request)}`,
        next: next && `${request.basePath}${canonicalUrl(request, { override: { cursor: next } })}`,
      },
      ...(extras.total !== undefined && { total: extras.total }),
      hints: extras.hints ?? [],
      datasets: await this.citations(slice.datasets),
    }
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
export function envelope({ limit, next, total, links, hints, datasets }: PageContent): string {
  return JSON.stringify({ page: { limit, next, ...total }, links, hints, datasets }).slice(1, -1)
}

/** Adds the Link header (RFC 8288) of the next page, where there is one. */
export function linkNext(reply: FastifyReply, { links }: PageContent): void {
  if (links.next) reply.header('link', `<${links.next}>; rel="next"`)
}

/** Parameters that change how records are shown, not which records are selected: a cursor survives them. */
const PRESENTATION = ['limit', 'cursor', 'format', 'fields', 'expand', 'total']

/** The canonical URL without {@link PRESENTATION}: what a cursor is bound to. */
function selectionKey(request: FastifyRequest): string {
  return canonicalUrl(request, { omit: PRESENTATION })
}
