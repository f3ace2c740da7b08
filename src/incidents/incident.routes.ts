import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { recordNotFound } from '../http/errors/problems.ts'
import { dispositionHeader } from '../http/formats/file-name.ts'
import {
  type Format,
  MEDIA_TYPES,
  RECORD_FORMATS,
  type RecordFormat,
  toJsonHeader,
} from '../http/formats/formats.ts'
import { featureCollectionSchema, flatPropertiesSchema } from '../http/formats/geojson.ts'
import { operation } from '../http/openapi/operation.ts'
import { pageSchema } from '../http/paging/page.schema.ts'
import { buildFileUrls, jsonPage, linkNext, type Pages, serializedPage } from '../http/paging/pages.ts'
import { callerOf } from '../http/requests/caller.ts'
import { canonicalUrl, PRESENTATION } from '../http/requests/canonical-url.ts'
import { COSTS } from '../http/requests/cost.ts'
import { resolveOnce } from '../http/requests/known-request.ts'
import type { StreamLimiter } from '../http/server/stream-limiter.ts'
import { parse, toText } from '../records.ts'
import { Type } from '../validation/schema.ts'
import { anyOf, enumeration, id } from '../validation/types.ts'
import { INCIDENT_COLUMNS } from './incident.columns.ts'
import { type FilePart, type FileRequest, renderPage } from './incident.files.ts'
import type { Vocabularies } from './incident.filter.ts'
import { hintAtNothing } from './incident.hints.ts'
import { IncidentListQuery } from './incident.query.ts'
import { requireSheetFits, resolveRequest, toFileRequest } from './incident.request.ts'
import { IncidentDetail, ListedIncident } from './incident.schema.ts'
import type { IncidentStore } from './incident.store.ts'
import type { Provenance } from './provenance.schema.ts'

const IncidentPage = pageSchema('IncidentPage', ListedIncident, 'A page of incidents.')
const IncidentProperties = flatPropertiesSchema('IncidentProperties', INCIDENT_COLUMNS)
const IncidentFeatures = featureCollectionSchema(
  'IncidentFeatures',
  Type.Union([IncidentProperties, ListedIncident], {
    description: 'Flat columns; the record as in JSON under `properties=nested`.',
  }),
  IncidentPage,
)

/** Formats whose files name the URLs that they are from. */
const WITH_URLS: readonly RecordFormat[] = ['geojson', 'parquet', 'xlsx']

/** A file: by its form of OpenAPI 3.0, which generators of clients turn into a Blob where they would not know the type. */
const BINARY = { type: 'string', format: 'binary', maxLength: 2_000_000_000 }

const listIncidents = operation({
  operationId: 'listIncidents',
  summary: 'List incidents',
  description: `Incidents and groups that match every filter, complete but for their claims.

CSV, XLSX, Parquet and GeoJSON have one flat row a record, in the same columns: docs/formats.md describes each of them. NDJSON and JSON have nested records. Every format but JSON streams all matching records, of one state of the data, when \`limit\` and \`cursor\` are left out; a transfer that breaks off is incomplete. In CSV, NDJSON, Parquet and XLSX hints go into the header \`x-hints\`, the first of many.`,
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
      'application/vnd.apache.parquet': Type.Unsafe<Buffer>({
        description: 'One row a record, in typed columns.',
        ...BINARY,
        contentMediaType: MEDIA_TYPES.parquet,
      }),
      [MEDIA_TYPES.xlsx]: Type.Unsafe<Buffer>({
        description: 'A sheet with one row a record, and a sheet about the file.',
        ...BINARY,
        contentMediaType: MEDIA_TYPES.xlsx,
      }),
    },
  },
  headers: ['Content-Disposition', 'X-Hints'],
  errors: ['invalid_cursor'],
  example: '/v1/incidents?city=Samarra',
})

const getIncident = operation({
  operationId: 'getIncident',
  summary: 'Get one incident',
  description: 'An incident with its claims, sources, parts and the reported totals that it belongs to.',
  tag: 'incidents',
  params: Type.Object({ id: id({ description: 'The id.' }) }, { additionalProperties: false }),
  query: Type.Object(
    {
      expand: anyOf(enumeration(['provenance'], { description: 'A part to add.' }), {
        description:
          '`provenance` adds how figures, place, dates and precision came about: the cells of the file, the rule, and how the place was found in the gazetteer.',
      }),
    },
    { additionalProperties: false },
  ),
  response: { description: 'The incident.', schema: IncidentDetail },
  errors: ['record_not_found'],
  example: '/v1/incidents/seed:samarra-2017-01-02',
})

/** GET /incidents and GET /incidents/{id}. */
export const incidentRoutes: FastifyPluginAsyncTypebox<{
  incidents: IncidentStore
  vocabularies: Vocabularies
  pages: Pages
  streams: StreamLimiter
  /** Explains how the properties of an incident came about. */
  explain: (incident: IncidentDetail) => Promise<Provenance[]>
}> = async (app, { incidents, vocabularies, pages, streams, explain }) => {
  const config = {
    formats: RECORD_FORMATS,
    absoluteUrls: WITH_URLS,
    cost({ query, format }: FastifyRequest) {
      const asked = query as IncidentListQuery
      if (isWhole(asked, format)) return COSTS.export
      return totalOf(asked, format) === 'exact' ? COSTS.sum : 1
    },
  }
  app.get('/incidents', { schema: listIncidents, config }, async (request, reply) => {
    const { fields } = request.query
    const format = request.format as RecordFormat
    const caller = callerOf(request)
    const resolved = await resolveOnce(request, () =>
      resolveRequest(request.query, format, '-date', vocabularies, caller),
    )
    const { query } = resolved
    const hints = [...resolved.hints]
    const requested = await pages.readSliceRequest(request)
    const addHints = async (isEmpty: () => boolean | Promise<boolean>) => {
      hints.push(...(await hintAtNothing(query.filter, incidents, caller, isEmpty)))
      if (!hasEnvelope(format) && hints.length > 0) reply.header('x-hints', toJsonHeader(hints))
    }
    if (format !== 'json') reply.header('content-disposition', dispositionHeader(request, format))
    if (format === 'csv') reply.header('link', describeCsv(request))
    const fileOf = (format: FileRequest['format'], next: string | null) =>
      toFileRequest(request.query, {
        format,
        ...(WITH_URLS.includes(format) && { urls: buildFileUrls(request, next) }),
        hints,
      })
    if (format !== 'json' && isWhole(request.query, format)) {
      const first = { limit: 1, after: null }
      await addHints(async () => (await incidents.list(query, first)).records.length === 0)
      if (format === 'xlsx') requireSheetFits((await incidents.total(query.filter, 'exact', caller)).total)
      return streams.send(request, reply, bytesOf(incidents.stream(query, fileOf(format, null))))
    }
    const total = totalOf(request.query, format)
    const extras = { hints, total: total && (await incidents.total(query.filter, total, caller)) }
    if (format === 'json' && !fields && !query.expandClaims) {
      const { json, ...slice } = await incidents.listSerialized(query, requested)
      await addHints(() => requested.after === null && json.length === 0)
      const content = await pages.build(request, { records: [], ...slice }, extras)
      linkNext(reply, content)
      return reply.send(serializedPage(json, content))
    }
    const slice = await incidents.list(query, requested)
    await addHints(() => requested.after === null && slice.records.length === 0)
    const content = await pages.build(request, slice, extras)
    linkNext(reply, content)
    return reply.send(
      format === 'json'
        ? jsonPage(content, fields)
        : await renderPage(content, fileOf(format, content.next), () => pages.describeState(request)),
    )
  })

  app.get('/incidents/:id', { schema: getIncident }, async (request, reply) => {
    const { id } = request.params
    const found = await incidents.getSerialized(id)
    if (!found) throw recordNotFound('incident', id, await incidents.nearestIds(id))
    if (!request.query.expand) return reply.send(found)
    const incident = parse(toText(found))
    return reply.send({ ...incident, provenance: await explain(incident) })
  })
}

async function* bytesOf(parts: AsyncIterable<FilePart>): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of parts) yield bytes
}

/** The link from CSV to the description of its columns. */
function describeCsv(request: FastifyRequest): string {
  const omit = PRESENTATION.filter((name) => name !== 'fields')
  const url = canonicalUrl(request, { omit }).replace('/incidents', '/incidents/datapackage.json')
  return `<${request.basePath}${url}>; rel="describedby"; type="application/json"`
}

/** Whether hints and the position of the next page are part of a response, not in its headers. */
function hasEnvelope(format: RecordFormat): format is 'json' | 'geojson' {
  return format === 'json' || format === 'geojson'
}

/** Whether a request is for all matching records, which all formats but JSON stream. */
function isWhole({ limit, cursor }: IncidentListQuery, format: Format): boolean {
  return format !== 'json' && limit === undefined && cursor === undefined
}

/** How the matching records of a page are counted; GIS software needs to know that there are more. */
function totalOf({ total }: IncidentListQuery, format: Format): IncidentListQuery['total'] {
  return total ?? (format === 'geojson' ? 'exact' : undefined)
}
