import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { fieldsParameter } from '../http/formats/field-selection.ts'
import { operation } from '../http/openapi/operation.ts'
import { pageParameters, pageSchema } from '../http/paging/page.schema.ts'
import type { Pages } from '../http/paging/pages.ts'
import { callerOf } from '../http/requests/caller.ts'
import { omitUndefined } from '../records.ts'
import { Type } from '../validation/schema.ts'
import { requestText } from '../validation/types.ts'
import { Source } from './source.schema.ts'
import type { SourceStore } from './source.store.ts'

const listSources = operation({
  operationId: 'listSources',
  summary: 'List or search sources',
  description: 'Sources by id, each with its number of incidents.',
  tag: 'sources',
  query: Type.Object(
    {
      q: Type.Optional(
        requestText(200, {
          description: 'Search text: sources whose publisher matches it, begins with it or is similar to it.',
        }),
      ),
      fields: fieldsParameter(Source),
      ...pageParameters,
    },
    { additionalProperties: false },
  ),
  response: {
    description: 'A page of sources.',
    schema: pageSchema('SourcePage', Source, 'A page of sources.'),
  },
  errors: ['invalid_cursor'],
  example: '/v1/sources?q=reuters',
})

/** Registers GET /sources. */
export const sourceRoutes: FastifyPluginAsyncTypebox<{ sources: SourceStore; pages: Pages }> = async (
  app,
  { sources, pages },
) => {
  app.get('/sources', { schema: listSources }, async (request, reply) => {
    const slice = await sources.list(
      omitUndefined({ q: request.query.q }),
      await pages.readSliceRequest(request),
      callerOf(request),
    )
    return pages.send(request, reply, slice)
  })
}
