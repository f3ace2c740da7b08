import type { Claim } from '../../../figures/claim.schema.ts'
import { datasetClaims, datasetSourceId, type StatedFigures } from '../../../figures/dataset-claims.ts'
import {
  type Incident,
  type IncidentDetail,
  type RecordLink,
  toRecordLink,
} from '../../../incidents/incident.schema.ts'
import { parse, type SerializedJson, serialize } from '../../../records.ts'
import { oneOf } from '../../sql/fragment.ts'
import type { Connection } from '../database/connection.ts'
import { INCIDENTS_WITH_DOCUMENTS, PARTS_OF_WHOLE } from '../records/document-sql.ts'

/** The id of the source in which the record's data set makes its claims. */
const DATASET_SOURCE = `incidents.dataset || '${datasetSourceId('')}'`

/** A record and what most records have, in one row: each statement more costs as much as reading a record. */
const DETAIL = `SELECT documents.document, claims, incidents.kind, incidents.dataset, datasets.name, header_key, cells,
    (SELECT group_concat(sources.document) FROM incident_sources JOIN sources ON sources.key = source_key
      WHERE incident_key = incidents.key AND sources.id <> ${DATASET_SOURCE}) AS sources,
    (SELECT sources.document FROM sources WHERE sources.id = ${DATASET_SOURCE}) AS dataset_source,
    (SELECT json_group_array(whole_id) FROM parts WHERE incident_key = incidents.key) AS wholes
  FROM ${INCIDENTS_WITH_DOCUMENTS} JOIN datasets ON datasets.id = incidents.dataset
  LEFT JOIN originals ON originals.key = original_key WHERE incidents.id = ?`

interface DetailRow {
  document: SerializedJson<Incident>
  claims: SerializedJson<Claim[]> | null
  kind: Incident['kind']
  dataset: string
  /** Of the data set. */
  name: string
  header_key: number | null
  cells: SerializedJson<string[]> | null
  /** JSON of the record's sources, separated by commas, without the data set's own. */
  sources: string | null
  dataset_source: string | null
  /** Groups and totals that it is a part of. */
  wholes: SerializedJson<string[]>
}

/**
 * The incident with an id and all that is known about it, or null. It is put together as its parts were rendered:
 * parsing them took most of the time of an answer.
 */
export function incidentDetail(connection: Connection, id: string): SerializedJson<IncidentDetail> | null {
  const found = connection.get<DetailRow>(DETAIL, id)
  if (!found) return null
  const { document, claims, kind, dataset, name } = found
  const wholes = found.wholes === NONE ? [] : parse(found.wholes)
  return withProperties(document, {
    claims: claims ?? serialize(datasetClaims(statedIn(document), { id: dataset, name })),
    sources: claims ? sourcesOf(connection, document, claims) : listed(found.sources, found.dataset_source),
    original: originalOf(connection, found),
    parts: kind === 'group' ? links(connection, PARTS_OF_WHOLE, [id]) : NONE,
    tolls: wholes.length > 0 ? links(connection, tollsAmong(wholes), wholes) : NONE,
  }) as SerializedJson<IncidentDetail>
}

/** A rendered object with more properties, which are rendered too. */
export function withProperties(document: string, properties: Readonly<Record<string, string>>): string {
  // The document is an object with properties: its last character closes it.
  let text = document.slice(0, -1)
  for (const [name, value] of Object.entries(properties)) text += `,"${name}":${value}`
  return `${text}}`
}

const NONE = '[]'

function listed(...items: readonly (string | null)[]): string {
  return `[${items.filter((item) => item !== null).join(',')}]`
}

/** The figures of a record, which stand side by side: inside a text, quotation marks have a backslash before them. */
function statedIn(document: string): StatedFigures {
  const [from, to] = [document.indexOf('"fatalities":'), document.indexOf(',"part_of":')]
  return JSON.parse(`{${document.slice(from, to)}}`) as StatedFigures
}

/** The sources of a record whose claims are its own: those that it names, and those that its claims do. */
function sourcesOf(
  connection: Connection,
  document: SerializedJson<Incident>,
  claims: SerializedJson<Claim[]>,
): string {
  const ids = [...parse(document).source_ids, ...parse(claims).map(({ source_id }) => source_id)]
  const { sql, values } = oneOf('id', [...new Set(ids)])
  const rows = connection.all<{ document: string }>(
    `SELECT document FROM sources WHERE ${sql} ORDER BY key`,
    ...values,
  )
  return listed(...rows.map((row) => row.document))
}

function tollsAmong(ids: readonly string[]): string {
  return `SELECT document FROM tolls WHERE ${oneOf('id', ids).sql} ORDER BY key`
}

/** The records of a query, in short. */
function links(connection: Connection, sql: string, values: readonly string[]): string {
  const rows = connection.all<{ document: SerializedJson<RecordLink> }>(sql, ...values)
  return serialize(rows.map(({ document }) => toRecordLink(parse(document))))
}

/** The row that a record was made of, as a JSON object. */
function originalOf(connection: Connection, { header_key, cells }: DetailRow): string {
  if (header_key === null || cells === null) return 'null'
  const { columns, rendered } = headerOf(connection, header_key)
  const values = cells.slice(2, -2).split('","')
  // Cells are put under their names as they were rendered, unless one of them holds what parts them.
  if (values.length === rendered.length && !cells.includes('\\"'))
    return `{${rendered.map((name, index) => `${name}:"${values[index]}"`).join(',')}}`
  const texts = parse(cells)
  return serialize(Object.fromEntries(columns.map((column, index) => [column, texts[index] ?? ''])))
}

/** A header of originals; its different names are rendered as well. */
interface Header {
  columns: readonly string[]
  rendered: readonly string[]
}

/** Headers are few, and none ever changes. */
const HEADERS = new WeakMap<Connection, Map<number, Header>>()

function headerOf(connection: Connection, key: number): Header {
  const kept = HEADERS.get(connection) ?? new Map<number, Header>()
  HEADERS.set(connection, kept)
  const known = kept.get(key)
  if (known) return known
  const text = connection.get<{ columns: SerializedJson<string[]> }>(
    'SELECT columns FROM headers WHERE key = ?',
    key,
  )
  const columns = text ? parse(text.columns) : []
  const header = { columns, rendered: [...new Set(columns)].map((name) => JSON.stringify(name)) }
  kept.set(key, header)
  return header
}
