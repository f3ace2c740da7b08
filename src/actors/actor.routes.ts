import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { fieldsParameter } from '../http/formats/field-selection.ts'
import { operation } from '../http/openapi/operation.ts'
import { pageParameters, pageSchema } from '../http/paging/page.schema.ts'
import type { Pages } from '../http/paging/pages.ts'
import { omitUndefined } from '../records.ts'
import { Type } from '../validation/schema.ts'
import { anyOf, enumeration, text } from '../validation/types.ts'
import { ACTOR_KINDS, Actor } from './actor.schema.ts'
import type { ActorStore } from './actor.store.ts'

const listActors = operation({
  operationId: 'listActors',
  summary: 'List or search actors',
  description: 'Actors by id, or with `q` the best matches first, each with its number of incidents.',
  tag: 'actors',
  query: Type.Object(
    {
      q: Type.Optional(
        text(200, {
          description:
            'Search text: names that match it, begin with it or are similar to it, in any script; best matches first.',
        }),
      ),
      kind: anyOf(enumeration(ACTOR_KINDS, { description: 'A kind.' }), { description: 'Kinds of actor.' }),
      fields: fieldsParameter(Actor),
      ...pageParameters,
    },
    { additionalProperties: false },
  ),
  response: { description: 'A page of actors.', schema: pageSchema('ActorPage', Actor, 'A page of actors.') },
  errors: ['invalid_cursor'],
  example: '/v1/actors?q=daesh',
})

/** Registers GET /actors. */
export const actorRoutes: FastifyPluginAsyncTypebox<{ actors: ActorStore; pages: Pages }> = async (
  app,
  { actors, pages },
) => {
  app.get('/actors', { schema: listActors }, async (request, reply) => {
    const { q, kind } = request.query
    const slice = await actors.list(omitUndefined({ q, kind }), await pages.readSliceRequest(request))
    return pages.send(request, reply, slice)
  })
}
