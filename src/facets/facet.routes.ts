import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { operation } from '../http/openapi/operation.ts'
import { callerOf } from '../http/requests/caller.ts'
import { COSTS } from '../http/requests/cost.ts'
import { resolveOnce } from '../http/requests/known-request.ts'
import { resolveFilter, type Vocabularies } from '../incidents/incident.filter.ts'
import { hintAtNothing } from '../incidents/incident.hints.ts'
import { incidentFilters } from '../incidents/incident.query.ts'
import { Type } from '../validation/schema.ts'
import { enumeration } from '../validation/types.ts'
import { FACET_FIELDS, type FacetField, FacetList } from './facet.schema.ts'
import type { FacetStore } from './facet.store.ts'

/** The filter parameter that takes the values of each field. */
const PARAMETERS: Readonly<Record<FacetField, string>> = {
  dataset: 'dataset',
  kind: 'kind',
  event_type: 'event_type',
  sub_event_type: 'sub_event_type',
  violence_type: 'violence_type',
  conflict: 'conflict',
  dyad: 'dyad',
  date_precision: 'date_precision',
  geo_precision: 'geo_precision',
  country: 'place',
  admin1: 'place',
  city: 'place',
  actor: 'actor',
}

const getFacets = operation({
  operationId: 'getFacets',
  summary: 'Count values under the present filters',
  description:
    'The number of matching records for each value of some fields: what an interface shows next to its filters. All filters apply, including that of the field itself; leave it out of the query to see the other values. Records of several data sets are counted separately, groups as one record.',
  tag: 'stats',
  query: Type.Object(
    {
      fields: Type.Optional(
        Type.Array(enumeration(FACET_FIELDS, { description: 'A field.' }), {
          minItems: 1,
          maxItems: FACET_FIELDS.length,
          uniqueItems: true,
          description: 'The fields; all of them when left out.',
        }),
      ),
      limit: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 1000,
          format: 'int32',
          description: 'Maximum number of values of each field (1 to 1000, 20 when left out).',
        }),
      ),
      ...incidentFilters,
    },
    { additionalProperties: false },
  ),
  response: { description: 'The values.', schema: FacetList },
  example: '/v1/facets?fields=city,event_type&date_from=2017-01-02',
})

/** GET /facets. */
export const facetRoutes: FastifyPluginAsyncTypebox<{
  facets: FacetStore
  vocabularies: Vocabularies
}> = async (app, { facets, vocabularies }) => {
  app.get('/facets', { schema: getFacets, config: { cost: COSTS.sum } }, async (request, reply) => {
    const { fields = FACET_FIELDS, limit = 20 } = request.query
    const caller = callerOf(request)
    const resolved = await resolveOnce(request, () => resolveFilter(request.query, vocabularies, caller))
    const { filter } = resolved
    const { facets: counted, records } = await facets.facets({ filter, fields, limit }, caller)
    const atNothing = await hintAtNothing(filter, vocabularies.incidents, caller, () => records === 0)
    const data = counted.map(({ field, ...rest }) => ({ field, parameter: PARAMETERS[field], ...rest }))
    return reply.send({ data, records, hints: [...resolved.hints, ...atNothing] })
  })
}
