import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { DatasetStore } from '../datasets/dataset.store.ts'
import { recordNotFound } from '../http/errors/problems.ts'
import { fieldsParameter } from '../http/formats/field-selection.ts'
import { operation } from '../http/openapi/operation.ts'
import { pageParameters, pageSchema } from '../http/paging/page.schema.ts'
import type { Pages } from '../http/paging/pages.ts'
import { NameResolver } from '../http/requests/name-resolution.ts'
import { resolveDatasets } from '../incidents/incident.filter.ts'
import { incidentFilters } from '../incidents/incident.query.ts'
import { resolveScopes } from '../places/place.scopes.ts'
import type { PlaceStore } from '../places/place.store.ts'
import { omitUndefined } from '../records.ts'
import { Type } from '../validation/schema.ts'
import { id } from '../validation/types.ts'
import { Toll, TollDetail } from './toll.schema.ts'
import type { TollStore } from './toll.store.ts'

const { city, place, admin1, country, dataset, date_from, date_to } = incidentFilters

const listTolls = operation({
  operationId: 'listTolls',
  summary: 'List reported totals',
  description:
    'Totals that sources report over a place and a period, newest first, each with what its recorded incidents account for and the remainder. A total is never summed with incidents.',
  tag: 'tolls',
  query: Type.Object(
    {
      city,
      place,
      admin1,
      country,
      dataset,
      date_from,
      date_to,
      fields: fieldsParameter(Toll),
      ...pageParameters,
    },
    { additionalProperties: false },
  ),
  response: {
    description: 'A page of reported totals.',
    schema: pageSchema('TollPage', Toll, 'A page of reported totals.'),
  },
  errors: ['invalid_cursor'],
  example: '/v1/tolls?city=Baghdad',
})

const getToll = operation({
  operationId: 'getToll',
  summary: 'Get one reported total',
  description:
    'A reported total with its incidents, what they account for, the remainder, its claims and sources.',
  tag: 'tolls',
  params: Type.Object({ id: id({ description: 'The id.' }) }, { additionalProperties: false }),
  response: { description: 'The reported total.', schema: TollDetail },
  errors: ['record_not_found'],
  example: '/v1/tolls/seed:baghdad-bombings-2016-12-31',
})

/** GET /tolls and GET /tolls/{id}. */
export const tollRoutes: FastifyPluginAsyncTypebox<{
  tolls: TollStore
  places: PlaceStore
  datasets: DatasetStore
  pages: Pages
}> = async (app, { tolls, places, datasets, pages }) => {
  app.get('/tolls', { schema: listTolls }, async (request, reply) => {
    const { date_from, date_to, dataset } = request.query
    const resolution = new NameResolver()
    resolution.require(
      !(date_from && date_to && date_from > date_to),
      'date_from',
      'must not be later than date_to',
    )
    const filter = omitUndefined({
      ...(await resolveScopes(request.query, places, resolution)),
      dataset: await resolveDatasets(dataset, datasets, resolution),
      date_from,
      date_to,
    })
    resolution.throwIfInvalid()
    const slice = await tolls.list(filter, await pages.readSliceRequest(request))
    return pages.send(request, reply, slice, { hints: resolution.hints })
  })

  app.get('/tolls/:id', { schema: getToll }, async (request, reply) => {
    const toll = await tolls.get(request.params.id)
    if (toll) return reply.send(toll)
    throw recordNotFound('reported total', request.params.id, await tolls.nearestIds(request.params.id))
  })
}
