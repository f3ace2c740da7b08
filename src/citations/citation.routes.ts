import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { DatasetStore } from '../datasets/dataset.store.ts'
import type { FacetStore } from '../facets/facet.store.ts'
import { recordNotFound } from '../http/errors/problems.ts'
import {
  CITATION_FORMATS,
  type CitationFormat,
  MEDIA_TYPES,
  type RecordFormat,
  toJsonHeader,
} from '../http/formats/formats.ts'
import { operation } from '../http/openapi/operation.ts'
import { callerOf } from '../http/requests/caller.ts'
import { canonicalUrl } from '../http/requests/canonical-url.ts'
import { COSTS } from '../http/requests/cost.ts'
import { publicUrl } from '../http/requests/public-url.ts'
import { resolveFilter, type Vocabularies } from '../incidents/incident.filter.ts'
import { hintAtNothing } from '../incidents/incident.hints.ts'
import { incidentFilters } from '../incidents/incident.query.ts'
import type { IncidentFilter } from '../incidents/incident.store.ts'
import type { Revision } from '../records.ts'
import { suggest } from '../text/suggest.ts'
import { dayOf } from '../validation/calendar.ts'
import { Type } from '../validation/schema.ts'
import { enumeration, id } from '../validation/types.ts'
import { buildDatasetReference } from './dataset-references.ts'
import { renderDatasetJsonLd } from './json-ld.ts'
import { type Reference, toDateParts } from './reference.ts'
import { renderBibtex, renderCslJson, renderRis, renderText } from './styles.ts'

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

/** Formats of records that a description of a data set links. */
const DISTRIBUTED: readonly RecordFormat[] = ['csv', 'geojson', 'parquet', 'xlsx', 'ndjson']

/** Registers GET /cite and GET /datasets/{id}/citation. */
export const citationRoutes: FastifyPluginAsyncTypebox<{
  facets: FacetStore
  datasets: DatasetStore
  vocabularies: Vocabularies
  revision: () => Promise<Revision>
  now: () => Date
}> = async (app, { facets, datasets, vocabularies, revision, now }) => {
  const config = {
    formats: CITATION_FORMATS,
    absoluteUrls: CITATION_FORMATS,
    hasDay: true,
    cost: COSTS.sum,
  }

  /** Sends the references of the records of a filter, which are at a path. */
  const cite = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { filter, path, title }: { filter: IncidentFilter; path: string; title: string },
  ) => {
    const { facets: counted, records } = await facets.facets(
      { filter, fields: ['dataset'], limit: 1000 },
      callerOf(request),
    )
    const ids = counted.flatMap(({ values }) => values.map(({ value }) => value))
    const citations = await datasets.citations(ids)
    const { number, at } = await revision()
    const url = publicUrl(request, path)
    const reference: Reference = {
      id: 'conflict-incidents',
      type: 'dataset',
      title,
      author: [],
      issued: toDateParts(dayOf(at)),
      publisher: 'conflict-incidents',
      version: `revision ${number}`,
      URL: url,
      accessed: toDateParts(dayOf(now())),
      note: `${records} ${records === 1 ? 'record' : 'records'}${ids.length > 0 ? ` of ${ids.join(', ')}` : ''}`,
    }
    const published = citations.map(buildDatasetReference)
    if (request.format !== 'jsonld')
      return reply.send(
        render([reference, ...published], request.format as Exclude<CitationFormat, 'jsonld'>),
      )
    const separator = url.includes('?') ? '&' : '?'
    return reply.send(
      renderDatasetJsonLd({
        name: title,
        description: `${records} records of conflict incidents: who attacked whom, where, when, how many were killed, and who says so.`,
        url,
        version: `revision ${number}`,
        modified: at,
        licences: [...new Set(citations.map(({ licence }) => licence))],
        references: published,
        distribution: Object.fromEntries(
          DISTRIBUTED.map((name) => [MEDIA_TYPES[name], `${url}${separator}format=${name}`]),
        ),
      }),
    )
  }

  app.get('/cite', { schema: citeIncidents, config }, async (request, reply) => {
    const caller = callerOf(request)
    const { filter, hints } = await resolveFilter(request.query, vocabularies, caller)
    const isEmpty = async () => (await vocabularies.incidents.total(filter, 'bounded', caller)).total === 0
    hints.push(...(await hintAtNothing(filter, vocabularies.incidents, caller, isEmpty)))
    if (hints.length > 0) reply.header('x-hints', toJsonHeader(hints))
    const path = canonicalUrl(request, { omit: ['format'] }).replace('/v1/cite', '/v1/incidents')
    return cite(request, reply, { filter, path, title: describeQuery(request.query) })
  })

  app.get('/datasets/:id/citation', { schema: citeDataset, config }, async (request, reply) => {
    const { id } = request.params
    const known = await datasets.ids()
    const [dataset] = await datasets.citations([id])
    if (!dataset) throw recordNotFound('data set', id, suggest(id, known))
    const { name, version } = dataset
    const title = `Conflict incidents: ${name}${version === null ? '' : `, ${version}`}`
    return cite(request, reply, { filter: { dataset: [id] }, path: `/v1/incidents?dataset=${id}`, title })
  })
}

function render(references: readonly Reference[], format: Exclude<CitationFormat, 'jsonld'>): string {
  switch (format) {
    case 'text':
      return renderText(references)
    case 'bibtex':
      return renderBibtex(references)
    case 'ris':
      return renderRis(references)
    case 'csl':
      return renderCslJson(references)
  }
}

/** Titles a query by its filters, such as `Conflict incidents: city Baghdad, deaths_min 10`. */
function describeQuery({ format: _, ...filters }: Record<string, unknown>): string {
  const described = Object.entries(filters).map(([name, value]) => `${name} ${[value].flat().join(' or ')}`)
  return described.length > 0 ? `Conflict incidents: ${described.join(', ')}` : 'Conflict incidents'
}
