import type { FastifyReply, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { DatasetCitation } from '../../datasets/dataset.schema.ts'
import type { DatasetStore } from '../../datasets/dataset.store.ts'
import {
  parse,
  type SerializedJson,
  type Slice,
  type SliceRequest,
  serialize,
  type Total,
} from '../../records.ts'
import { Type } from '../../validation/schema.ts'
import { component, count, enumeration, list, nullable, text } from '../../validation/types.ts'
import { selectFields } from '../formats/field-selection.ts'
import { canonicalUrl } from '../requests/canonical-url.ts'
import type { Cursors } from './cursor.ts'

/** The parameters of every paged list. */
export const pageParameters = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      format: 'int32',
      description: 'At most this many records on a page (1 to 1000, 50 when left out).',
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1000,
      pattern: '^[\\w.-]+$',
      description: 'Where the page begins: `page.next` of the previous page, with the same filters and sort.',
    }),
  ),
}

/** How many records a page has when the client does not say. */
export const DEFAULT_LIMIT = 50

/** What a page was asked for by. */
export interface PageQuery {
  limit?: number
  cursor?: string
  fields?: string[]
}

/** Parameters that shape a response and do not change which records it is about. */
const SHAPE = ['limit', 'cursor', 'format', 'fields', 'expand', 'total']

/** Schema of a hint. */
export const Hint = component(
  'Hint',
  {
    parameter: text(100, { description: 'The parameter that the hint is about.' }),
    message: text(1000, { description: 'What was noticed.' }),
    suggestions: list(text(500, { description: 'A value that is known.' }), {
      description: 'The nearest known values, nearest first.',
      maxItems: 10,
    }),
  },
  { description: 'Advice on a query that is permitted and finds less than was probably meant.' },
)
/** Advice on a query. */
export interface Hint {
  parameter: string
  message: string
  suggestions: string[]
}

/** The envelope of a list of `item`, published as the component `name`; `more` stands beside the records. */
export function pageSchema(
  name: string,
  item: TSchema,
  description: string,
  more: Readonly<Record<string, TSchema>> = {},
) {
  return component(
    name,
    {
      data: list(item, { description: 'The records of this page, in order.', maxItems: 1000 }),
      page: Type.Object(
        {
          limit: count({ description: 'The page size that was applied.' }),
          next: nullable(text(1000, { description: 'The cursor of the next page; null on the last.' })),
          total: Type.Optional(count({ description: 'How many records match; under `total`.' })),
          total_is: Type.Optional(
            enumeration(['exact', 'at_least'], {
              description: 'What `total` is: `at_least` where counting ended before the last record.',
            }),
          ),
        },
        { additionalProperties: false, description: 'Where this page stands.' },
      ),
      links: Type.Object(
        {
          self: text(9000, { description: 'This page, its parameters in the order of their names.' }),
          next: nullable(text(9000, { description: 'The next page; null on the last.' })),
        },
        { additionalProperties: false, description: 'Links relative to the server.' },
      ),
      hints: list(Hint, { description: 'Advice on the query; empty when there is none.', maxItems: 100 }),
      datasets: list(DatasetCitation, {
        description: 'The data sets that the records come from, with licence and citation.',
        maxItems: 1000,
      }),
      ...more,
    },
    { description },
  )
}

/** A page of rendered records and what goes with it. */
export interface PageContent {
  records: readonly SerializedJson<unknown>[]
  limit: number
  next: string | null
  links: { self: string; next: string | null }
  total?: Total
  hints: readonly Hint[]
  datasets: readonly DatasetCitation[]
}

/** What makes pages: the cursors and the citations of the data sets. */
export class Pages {
  constructor(
    private readonly cursors: Cursors,
    private readonly datasets: DatasetStore,
  ) {}

  /** The slice of a list that a request asks for. */
  async requested(request: FastifyRequest): Promise<SliceRequest> {
    const { limit = DEFAULT_LIMIT, cursor } = request.query as PageQuery
    return {
      limit,
      after: cursor === undefined ? null : await this.cursors.decode(cursorKey(request), cursor),
    }
  }

  /** A slice as the page that answers a request. */
  async content(
    request: FastifyRequest,
    slice: Slice<unknown>,
    extras: { hints?: readonly Hint[]; total?: Total | undefined } = {},
  ): Promise<PageContent> {
    const { limit = DEFAULT_LIMIT } = request.query as PageQuery
    const next = slice.next && (await this.cursors.encode(cursorKey(request), slice.next))
    return {
      records: slice.records,
      limit,
      next,
      links: {
        self: canonicalUrl(request),
        next: next && canonicalUrl(request, { set: { cursor: next } }),
      },
      ...(extras.total !== undefined && { total: extras.total }),
      hints: extras.hints ?? [],
      datasets: await this.datasets.citations(slice.datasets),
    }
  }

  /** Answers a request with a page in JSON. */
  async send(
    request: FastifyRequest,
    reply: FastifyReply,
    slice: Slice<unknown>,
    extras?: { hints?: readonly Hint[] },
  ): Promise<FastifyReply> {
    const content = await this.content(request, slice, extras)
    linkNext(reply, content)
    return reply.send(jsonPage(content, (request.query as PageQuery).fields))
  }
}

/** A page in JSON: the records go out as they were rendered, unless a client wants only parts of them. */
export function jsonPage(content: PageContent, fields: readonly string[] | undefined): string {
  return `{"data":[${content.records.map((record) => selectRecord(record, fields)).join(',')}],${envelope(content)}}`
}

/** A page in JSON of records that are one text already. */
export function serializedPage(json: Buffer, content: PageContent): Buffer {
  return Buffer.concat([Buffer.from('{"data":['), json, Buffer.from(`],${envelope(content)}}`)])
}

/** A record's JSON, limited to dot paths where any are given. */
export function selectRecord(record: SerializedJson<unknown>, fields: readonly string[] | undefined): string {
  return fields ? serialize(selectFields(parse(record), fields)) : record
}

/** What surrounds the records of a page, as JSON properties. */
export function envelope({ limit, next, total, links, hints, datasets }: PageContent): string {
  return JSON.stringify({ page: { limit, next, ...total }, links, hints, datasets }).slice(1, -1)
}

/** Adds the Link header (RFC 8288) of the next page, where there is one. */
export function linkNext(reply: FastifyReply, { links }: PageContent): void {
  if (links.next) reply.header('link', `<${links.next}>; rel="next"`)
}

/** Which records a request is about, however it wants them. */
function cursorKey(request: FastifyRequest): string {
  return canonicalUrl(request, { left: SHAPE })
}
