import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { recordNotFound } from '../http/errors/problems.ts'
import { operation } from '../http/openapi/operation.ts'
import { pageSchema } from '../http/paging/page.schema.ts'
import type { Pages } from '../http/paging/pages.ts'
import { callerOf } from '../http/requests/caller.ts'
import { NameResolver } from '../http/requests/name-resolution.ts'
import { omitUndefined } from '../records.ts'
import { listIdCases } from '../text/id-cases.ts'
import { Type } from '../validation/schema.ts'
import { id } from '../validation/types.ts'
import { resolveCountries } from './place.countries.ts'
import { PlaceListQuery } from './place.query.ts'
import { Place } from './place.schema.ts'
import type { PlaceStore } from './place.store.ts'

const listPlaces = operation({
  operationId: 'listPlaces',
  summary: 'List or search places',
  description:
    'Places of the gazetteer by id, or with `q` the best matches first, each with its number of incidents.',
  tag: 'places',
  query: PlaceListQuery,
  response: { description: 'A page of places.', schema: pageSchema('PlacePage', Place, 'A page of places.') },
  errors: ['invalid_cursor'],
  example: '/v1/places?q=سامراء',
})

const getPlace = operation({
  operationId: 'getPlace',
  summary: 'Get one place',
  description: 'A place with its number of incidents.',
  tag: 'places',
  params: Type.Object({ id: id({ description: 'The id.' }) }, { additionalProperties: false }),
  response: { description: 'The place.', schema: Place },
  errors: ['record_not_found'],
  example: '/v1/places/geonames:91597',
})

/** Registers GET /places and GET /places/{id}. */
export const placeRoutes: FastifyPluginAsyncTypebox<{ places: PlaceStore; pages: Pages }> = async (
  app,
  { places, pages },
) => {
  app.get('/places', { schema: listPlaces }, async (request, reply) => {
    const { q, kind, country } = request.query
    const caller = callerOf(request)
    const resolution = new NameResolver(caller)
    const filter = omitUndefined({ q, kind, country: await resolveCountries(country, places, resolution) })
    resolution.throwIfInvalid()
    const slice = await places.list(filter, await pages.readSliceRequest(request), caller)
    return pages.send(request, reply, slice, { hints: resolution.hints })
  })

  app.get('/places/:id', { schema: getPlace }, async (request, reply) => {
    const { id } = request.params
    const place = await places.get(id)
    if (place) return reply.send(place)
    throw recordNotFound('place', id, await places.existing(listIdCases(id)))
  })
}
