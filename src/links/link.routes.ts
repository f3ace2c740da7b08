import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { recordNotFound } from '../http/errors/problems.ts'
import { operation } from '../http/openapi/operation.ts'
import { pageParameters, pageSchema } from '../http/paging/page.schema.ts'
import type { Pages } from '../http/paging/pages.ts'
import type { IncidentStore } from '../incidents/incident.store.ts'
import { omitUndefined } from '../records.ts'
import { Type } from '../validation/schema.ts'
import { anyOf, enumeration, id } from '../validation/types.ts'
import { IncidentLink, LINK_STATUSES } from './link.schema.ts'
import type { LinkStore } from './link.store.ts'

const listIncidentLinks = operation({
  operationId: 'listIncidentLinks',
  summary: 'List the links of an incident',
  description:
    'Records of other data sets that may describe the same event, best first, each with the components of its score and every decision about it. Only accepted links are in `same_as`; a suggestion is no decision.',
  tag: 'incidents',
  params: Type.Object({ id: id({ description: 'The id.' }) }, { additionalProperties: false }),
  query: Type.Object(
    {
      status: anyOf(enumeration(LINK_STATUSES, { description: 'A status.' }), {
        description: 'Statuses of links: `suggested`, `accepted` or `rejected`.',
      }),
      ...pageParameters,
    },
    { additionalProperties: false },
  ),
  response: {
    description: 'A page of links.',
    schema: pageSchema('IncidentLinkPage', IncidentLink, 'A page of links of an incident.'),
  },
  errors: ['record_not_found', 'invalid_cursor'],
  example: '/v1/incidents/seed:samarra-2017-01-02/links',
})

/** Registers GET /incidents/{id}/links. */
export const linkRoutes: FastifyPluginAsyncTypebox<{
  links: LinkStore
  incidents: IncidentStore
  pages: Pages
}> = async (app, { links, incidents, pages }) => {
  app.get('/incidents/:id/links', { schema: listIncidentLinks }, async (request, reply) => {
    const { id } = request.params
    if ((await incidents.count({ id: [id] })) === 0)
      throw recordNotFound('incident', id, await incidents.nearestIds(id))
    const filter = omitUndefined({ status: request.query.status })
    const slice = await links.listByIncident(id, filter, await pages.readSliceRequest(request))
    return pages.send(request, reply, slice)
  })
}
