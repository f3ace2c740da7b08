import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { recordNotFound } from '../http/errors/problems.ts'
import { selectColumns } from '../http/formats/columns.ts'
import { CITATION_FORMATS, type CitationFormat, MEDIA_TYPES, toJsonHeader } from '../http/formats/formats.ts'
import { operation } from '../http/openapi/operation.ts'
import { callerOf } from '../http/requests/caller.ts'
import { canonicalUrl } from '../http/requests/canonical-url.ts'
import { COSTS } from '../http/requests/cost.ts'
import { resolveOnce } from '../http/requests/known-request.ts'
import { publicUrl } from '../http/requests/public-url.ts'
import { INCIDENT_COLUMNS } from '../incidents/incident.columns.ts'
import type { Vocabularies } from '../incidents/incident.filter.ts'
import { hintAtNothing } from '../incidents/incident.hints.ts'
import { IncidentListQuery, incidentFilters } from '../incidents/incident.query.ts'
import { resolveRequest } from '../incidents/incident.request.ts'
import { suggest } from '../text/suggest.ts'
import { dayOf } from '../validation/calendar.ts'
import { Type } from '../validation/schema.ts'
import { enumeration, id } from '../validation/types.ts'
import { renderCitation } from './citation.ts'
import { renderDataPackage } from './data-package.ts'
import { type DescriptionSources, describeRecords, type RecordDescription } from './record-description.ts'

const format = Type.Optional(
  enumeration(CITATION_FORMATS, {
    description:
      'The format, before `Accept`: `text` (when left out), `bibtex`, `ris`, `csl` (CSL-JSON, which Zotero and Pandoc read) or `jsonld` (a Schema.org Dataset).',
  }),
)

const response = {
  description:
    'The references: of the records as they are served, then of each data set that they come from.',
  mediaTypes: Object.fromEntries(
    CITATION_FORMATS.map((name) => [
      MEDIA_TYPES[name],
      name === 'csl' || name === 'jsonld'
        ? Type.Unsafe<object>({ description: 'The references.' })
        : Type.String({ description: 'The references.', maxLength: 1_000_000 }),
    ]),
  ),
}

const citeIncidents = operation({
  operationId: 'citeIncidents',
  summary: 'Cite the records of a query',
  description:
    'References of the incidents that match every filter: the query with its URL, the state of the data and the day of access, and what the publishers of its data sets ask to be cited.',
  tag: 'datasets',
  query: Type.Object({ ...incidentFilters, format }, { additionalProperties: false }),
  response,
  headers: ['X-Hints'],
  example: '/v1/cite?city=Samarra',
})

const citeDataset = operation({
  operationId: 'citeDataset',
  summary: 'Cite a data set',
  description:
    'References of a data set: its records as they are served, with the state of the data and the day of access, and what its publisher asks to be cited.',
  tag: 'datasets',
  params: Type.Object({ id: id({ description: 'The id.' }) }, { additionalProperties: false }),
  query: Type.Object({ format }, { additionalProperties: false }),
  response,
  errors: ['record_not_found'],
  example: '/v1/datasets/seed/citation',
})

const describeAsDataPackage = operation({
  operationId: 'describeAsDataPackage',
  summary: 'Describe the CSV of a query as a Data Package',
  description:
    'A Frictionless Data Package of the incidents that match every filter: the URL of their CSV, the type and meaning of each column, the data sets, their licences and citations. CSV responses link it by `Link` with `rel="describedby"`.',
  tag: 'incidents',
  query: Type.Object(
    {
      ...incidentFilters,
      sort: IncidentListQuery.properties.sort,
      fields: IncidentListQuery.properties.fields,
    },
    { additionalProperties: false },
  ),
  response: {
    description: 'The `datapackage.json`.',
    schema: Type.Unsafe<object>({ type: 'object', description: 'A tabular Data Package.' }),
  },
  headers: ['X-Hints'],
  example: '/v1/incidents/datapackage.json?city=Samarra',
})

/** Registers GET /cite, GET /datasets/{id}/citation and GET /incidents/datapackage.json. */
export const citationRoutes: FastifyPluginAsyncTypebox<{
  sources: DescriptionSources
  vocabularies: Vocabularies
  now: () => Date
}> = async (app, { sources, vocabularies, now }) => {
  const config = {
    formats: CITATION_FORMATS,
    absoluteUrls: CITATION_FORMATS,
    hasDay: true,
    cost: COSTS.sum,
  }

  /** Describes the records of a request, with hints where a name probably means another. */
  const describeRequested = async (
    request: FastifyRequest,
    reply: FastifyReply,
    asked: IncidentListQuery,
  ): Promise<RecordDescription> => {
    const caller = callerOf(request)
    const resolved = await resolveOnce(request, () =>
      resolveRequest(asked, 'csv', '-date', vocabularies, caller),
    )
    const { filter } = resolved.query
    const described = await describeRecords(sources, filter, caller)
    const isEmpty = () => described.records === 0
    const atNothing = await hintAtNothing(filter, vocabularies.incidents, caller, isEmpty)
    const hints = [...resolved.hints, ...atNothing]
    if (hints.length > 0) reply.header('x-hints', toJsonHeader(hints))
    const { url = '' } = request.routeOptions
    const path = canonicalUrl(request, { omit: ['format'] }).replace(url, '/v1/incidents')
    return { ...described, title: describeQuery(asked), url: publicUrl(request, path) }
  }

  const cite = ({ format }: FastifyRequest, description: RecordDescription) =>
    renderCitation(description, format as CitationFormat, dayOf(now()))

  app.get('/cite', { schema: citeIncidents, config }, async (request, reply) => {
    const { format: _, ...asked } = request.query
    return reply.send(cite(request, await describeRequested(request, reply, asked)))
  })

  app.get('/datasets/:id/citation', { schema: citeDataset, config }, async (request, reply) => {
    const { id } = request.params
    const [dataset] = await sources.datasets.citations([id])
    if (!dataset) throw recordNotFound('data set', id, suggest(id, await sources.datasets.ids()))
    const { name, version } = dataset
    const title = `Conflict incidents: ${name}${version === null ? '' : `, ${version}`}`
    const url = publicUrl(request, `/v1/incidents?dataset=${id}`)
    const described = await describeRecords(sources, { dataset: [id] }, callerOf(request))
    return reply.send(cite(request, { ...described, title, url }))
  })

  app.get(
    '/incidents/datapackage.json',
    { schema: describeAsDataPackage, config: { absoluteUrls: ['json'], cost: COSTS.sum } },
    async (request, reply) => {
      const description = await describeRequested(request, reply, request.query)
      return renderDataPackage(description, selectColumns(INCIDENT_COLUMNS, request.query.fields))
    },
  )
}

/** Titles a query by its filters, such as `Conflict incidents: city Baghdad, deaths_min 10`. */
function describeQuery(query: IncidentListQuery): string {
  const described = Object.entries(query)
    .filter(([name]) => name in incidentFilters)
    .map(([name, value]) => `${name} ${[value].flat().join(' or ')}`)
  return described.length > 0 ? `Conflict incidents: ${described.join(', ')}` : 'Conflict incidents'
}
