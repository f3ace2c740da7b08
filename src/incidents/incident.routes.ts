import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { FORMATS } from '../http/formats.ts'
import { featureCollectionOf } from '../http/geojson.ts'
import { operation } from '../http/operation.ts'
import { linkNext, type Pages, pageOf } from '../http/pages.ts'
import { recordNotFound } from '../http/problems.ts'
import { parameterError } from '../http/query.ts'
import { id } from '../validation/types.ts'
import { INCIDENT_COLUMNS } from './incident.columns.ts'
import { resolveFilter, type Vocabularies } from './incident.filter.ts'
import { renderPage, streamLines } from './incident.list.ts'
import { IncidentListQuery } from './incident.query.ts'
import { IncidentDetail, ListedIncident } from './incident.schema.ts'
import type { IncidentStore } from './incident.store.ts'

const IncidentPage = pageOf('IncidentPage', ListedIncident, 'A page of incidents.')
const IncidentFeatures = featureCollectionOf('IncidentFeatures', ListedIncident, IncidentPage)

const listIncidents = operation({
  operationId: 'listIncidents',
  summary: 'List incidents',
  description: `Incidents and groups that match every filter, complete but for their claims.

CSV has one flat row a record (RFC 4180, UTF-8). A text that a spreadsheet would take for a formula (it begins with \`=\`, \`+\`, \`-\`, \`@\`, a tab, a return or an apostrophe) has an apostrophe before it; removing one leading apostrophe gives the text back. Columns: ${INCIDENT_COLUMNS.map(({ name }) => `\`${name}\``).join(', ')}.

CSV and NDJSON without \`limit\` stream every matching record of one state of the data; a transfer that breaks off is incomplete. In these two formats hints go into the header \`x-hints\`.`,
  tag: 'incidents',
  query: IncidentListQuery,
  response: {
    description: 'A page of incidents.',
    mediaTypes: {
      'application/json': IncidentPage,
      'application/geo+json': IncidentFeatures,
      'text/csv': Type.String({ description: 'One row a record, with a header.', maxLength: 2_000_000_000 }),
      'application/x-ndjson': Type.String({
        description: 'One JSON record (ListedIncident) a line.',
        maxLength: 2_000_000_000,
      }),
    },
  },
  errors: ['invalid_cursor'],
  example: '/v1/incidents?city=Samarra',
})

const getIncident = operation({
  operationId: 'getIncident',
  summary: 'Get one incident',
  description: 'An incident with its claims, sources, parts and the reported totals that it belongs to.',
  tag: 'incidents',
  params: Type.Object({ id: id({ description: 'The id.' }) }, { additionalProperties: false }),
  response: { description: 'The incident.', schema: IncidentDetail },
  errors: ['record_not_found'],
  example: '/v1/incidents/seed:samarra-2017-01-02',
})

/** GET /incidents and GET /incidents/{id}. */
export const incidentRoutes: FastifyPluginAsyncTypebox<{
  incidents: IncidentStore
  vocabularies: Vocabularies
  pages: Pages
}> = async (app, { incidents, vocabularies, pages }) => {
  app.get('/incidents', { schema: listIncidents, config: { formats: FORMATS } }, async (request, reply) => {
    const { sort = '-date', expand, fields, limit, total, format: _, ...filters } = request.query
    const expandClaims = expand !== undefined || (fields ?? []).some((path) => path.startsWith('claims'))
    const { format } = request
    if (format === 'csv' && expandClaims) {
      throw parameterError([
        {
          parameter: expand ? 'expand' : 'fields',
          reason: 'claims are not available in CSV: use JSON, GeoJSON or NDJSON',
        },
      ])
    }
    const { filter, hints } = await resolveFilter(filters, vocabularies)
    const query = { filter, sort, expandClaims }
    const lines = format === 'csv' || format === 'ndjson'
    if (lines && hints.length > 0) reply.header('x-hints', asciiJson(hints))
    if (lines && limit === undefined && filters.cursor === undefined) {
      return reply.send(streamLines(incidents.stream(query), format, fields))
    }
    const slice = await incidents.list(query, await pages.requested(request))
    const content = await pages.content(request, slice, {
      hints,
      total: total && (await incidents.count(filter)),
    })
    linkNext(reply, content)
    return reply.send(renderPage(content, format, fields))
  })

  app.get('/incidents/:id', { schema: getIncident }, async (request, reply) => {
    const incident = await incidents.get(request.params.id)
    if (incident) return reply.send(incident)
    throw recordNotFound('incident', request.params.id, await incidents.nearestIds(request.params.id))
  })
}

/** JSON in ASCII, as a header has to be. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
