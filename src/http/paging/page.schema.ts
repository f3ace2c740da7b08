import type { TSchema } from 'typebox'
import { Type } from '../../validation/schema.ts'
import { component, count, enumeration, list, nullable, text } from '../../validation/types.ts'
import { DatasetCitation } from '../formats/dataset-citation.ts'
import { Hint } from '../requests/hint.ts'

/** The parameters of every paged list. */
export const pageParameters = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      format: 'int32',
      description: 'Maximum number of records on a page (1 to 1000, default 50).',
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

/** The page size when the client gives no `limit`. */
export const DEFAULT_LIMIT = 50

/** The parsed query parameters that any list may have. */
export interface PageQuery {
  limit?: number
  cursor?: string
  fields?: string[]
}

/** The envelope of a list of `item`, published as the component `name`; `more` is added next to the records. */
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
              description: '`exact`, or `at_least` where counting ended before the last record.',
            }),
          ),
        },
        { additionalProperties: false, description: 'The position of this page in the list.' },
      ),
      links: Type.Object(
        {
          self: text(9000, { description: 'This page, its parameters in the order of their names.' }),
          next: nullable(text(9000, { description: 'The next page; null on the last.' })),
        },
        { additionalProperties: false, description: 'Paths on the server, with the base path.' },
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
