import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { recordNotFound } from '../http/errors/problems.ts'
import { fieldsParameter } from '../http/formats/field-selection.ts'
import { operation } from '../http/openapi/operation.ts'
import { pageParameters, pageSchema } from '../http/paging/page.schema.ts'
import type { Pages } from '../http/paging/pages.ts'
import { callerOf } from '../http/requests/caller.ts'
import { COSTS } from '../http/requests/cost.ts'
import { resolveOnce } from '../http/requests/known-request.ts'
import { resolveFilter, type Vocabularies } from '../incidents/incident.filter.ts'
import { incidentFilters } from '../incidents/incident.query.ts'
import { type Caller, omitUndefined, parse } from '../records.ts'
import { Type } from '../validation/schema.ts'
import { id } from '../validation/types.ts'
import { type OtherDataset, Toll, TollDetail } from './toll.schema.ts'
import type { TollFilter, TollStore } from './toll.store.ts'

const { city, place, admin1, country, dataset, date_from, date_to } = incidentFilters

const listTolls = operation({
  operationId: 'listTolls',
  summary: 'List reported totals',
  description:
    'Totals that sources report for a place and a period, newest first, each with the number that its recorded incidents account for and the remainder. Totals are never added to sums of incidents.',
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
    'A reported total with its incidents, the number that they account for, the remainder, its claims, its sources, and what other data sets record of its place and period.',
  tag: 'tolls',
  params: Type.Object({ id: id({ description: 'The id.' }) }, { additionalProperties: false }),
  response: { description: 'The reported total.', schema: TollDetail },
  errors: ['record_not_found'],
  example: '/v1/tolls/seed:baghdad-bombings-2016-12-31',
})

/** Registers GET /tolls and GET /tolls/{id}. */
export const tollRoutes: FastifyPluginAsyncTypebox<{
  tolls: TollStore
  vocabularies: Vocabularies
  pages: Pages
  /** Sums the records that match a filter, by data set. */
  sumByDataset: (filter: TollFilter, caller: Caller) => Promise<OtherDataset[]>
}> = async (app, { tolls, vocabularies, pages, sumByDataset }) => {
  app.get('/tolls', { schema: listTolls }, async (request, reply) => {
    const { city, place, admin1, country, dataset, date_from, date_to } = request.query
    const asked = omitUndefined({ city, place, admin1, country, dataset, date_from, date_to })
    const { filter, hints } = await resolveOnce(request, () =>
      resolveFilter(asked, vocabularies, callerOf(request)),
    )
    const slice = await tolls.list(filter, await pages.readSliceRequest(request))
    return pages.send(request, reply, slice, { hints })
  })

  app.get('/tolls/:id', { schema: getToll, config: { cost: COSTS.sum } }, async (request, reply) => {
    const found = await tolls.get(request.params.id)
    if (found) {
      const toll = parse(found)
      const scope = await vocabularies.places.scope(toll.place.id)
      const { date_start: date_from, date_end: date_to } = toll
      const sums = await sumByDataset({ place: scope ? [scope] : [], date_from, date_to }, callerOf(request))
      const other_datasets = sums
        .filter(({ dataset }) => dataset !== toll.dataset)
        .map(({ dataset, records, fatalities }) => ({
          dataset,
          records,
          fatalities: fatalities && {
            low: fatalities.low,
            best: fatalities.best,
            high_known: fatalities.high_known,
          },
        }))
      return reply.send({ ...toll, other_datasets })
    }
    throw recordNotFound('reported total', request.params.id, await tolls.nearestIds(request.params.id))
  })
}
