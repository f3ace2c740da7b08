import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { recordNotFound } from '../http/errors/problems.ts'
import { fieldsParameter } from '../http/formats/field-selection.ts'
import { operation } from '../http/openapi/operation.ts'
import { pageParameters, pageSchema } from '../http/paging/page.schema.ts'
import type { Pages } from '../http/paging/pages.ts'
import { callerOf } from '../http/requests/caller.ts'
import { omitUndefined } from '../records.ts'
import { Type } from '../validation/schema.ts'
import { anyOf, enumeration, id, requestText } from '../validation/types.ts'
import { ACTOR_KINDS, Actor } from './actor.schema.ts'
import type { ActorStore } from './actor.store.ts'
import { ActorDetail, ActorIdentity } from './identity.schema.ts'

const listActors = operation({
  operationId: 'listActors',
  summary: 'List or search actors',
  description:
    'Actors by id, or with `q` the best matches first, each with its number of incidents and the identity that it has in common with actors of other data sets.',
  tag: 'actors',
  query: Type.Object(
    {
      q: Type.Optional(
        requestText(200, {
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

const getActor = operation({
  operationId: 'getActor',
  summary: 'Get one actor or identity',
  description:
    'By the id of an actor: the actor, with `same_as`, the actors of other data sets that are the same. By the id of an identity: all its actors, `members`. Each with the evidence: the curated list that names it, the equal name, or who decided.',
  tag: 'actors',
  params: Type.Object({ id: id({ description: 'The id.' }) }, { additionalProperties: false }),
  response: {
    description: 'The actor or the identity.',
    schema: Type.Union([ActorDetail, ActorIdentity]),
  },
  errors: ['record_not_found'],
  example: '/v1/actors/islamic-state',
})

/** Registers GET /actors and GET /actors/{id}. */
export const actorRoutes: FastifyPluginAsyncTypebox<{ actors: ActorStore; pages: Pages }> = async (
  app,
  { actors, pages },
) => {
  app.get('/actors', { schema: listActors }, async (request, reply) => {
    const { q, kind } = request.query
    const slice = await actors.list(
      omitUndefined({ q, kind }),
      await pages.readSliceRequest(request),
      callerOf(request),
    )
    return pages.send(request, reply, slice)
  })

  app.get('/actors/:id', { schema: getActor }, async (request, reply) => {
    const { id } = request.params
    const actor = await actors.get(id)
    if (actor) return reply.send(actor)
    throw recordNotFound('actor', id, await actors.nearestIds(id))
  })
}
