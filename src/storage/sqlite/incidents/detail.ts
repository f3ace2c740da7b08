import type { Claim } from '../../../figures/claim.schema.ts'
import { datasetSourceId, renderDatasetClaims, type StatedFigures } from '../../../figures/dataset-claims.ts'
import {
  type Incident,
  type IncidentDetail,
  type RecordLink,
  toRecordLink,
} from '../../../incidents/incident.schema.ts'
import { parse, type SerializedBytes, type SerializedJson, serialize, toText } from '../../../records.ts'
import { oneOf } from '../../sql/fragment.ts'
import type { Connection } from '../database/connection.ts'
import { INCIDENTS_WITH_DOCUMENTS, PARTS_OF_WHOLE } from '../records/document-sql.ts'

/** The id of the source in which the record's data set makes its claims. */
const DATASET_SOURCE = `incidents.dataset || '${datasetSourceId('')}'`

const bytes = (sql: string) => `CAST(${sql} AS BLOB)`

/**
 * A record and what most records have, in one row: each statement more costs as much as reading a record. Its texts are
 * read as bytes: as strings, decoding and encoding them took longer than all of the query.
 */
export const DETAIL = `SELECT ${bytes('documents.document')} AS document, ${bytes('claims')} AS claims,
    incidents.kind, incidents.dataset, datasets.name, header_key, ${bytes('cells')} AS cells,
    ${bytes(`(SELECT group_concat(sources.document) FROM incident_sources JOIN sources ON sources.key = source_key
      WHERE incident_key = incidents.key AND sources.id <> ${DATASET_SOURCE})`)} AS sources,
    ${bytes(`(SELECT sources.document FROM sources WHERE sources.id = ${DATASET_SOURCE})`)} AS dataset_source,
    EXISTS (SELECT 1 FROM parts WHERE incident_key = incidents.key) AS is_part
  FROM ${INCIDENTS_WITH_DOCUMENTS} JOIN datasets ON datasets.id = incidents.dataset
  LEFT JOIN originals ON originals.key = original_key WHERE incidents.id = ?`

interface DetailRow {
  document: SerializedBytes<Incident>
  claims: SerializedBytes<Claim[]> | null
  kind: Incident['kind']
  dataset: string
  /** Of the data set. */
  name: string
  header_key: number | null
  cells: SerializedBytes<string[]> | null
  /** The record's sources, separated by commas, without the data set's own. */
  sources: Buffer | null
  dataset_source: Buffer | null
  /** Whether it is a part of a group or total. */
  is_part: 0 | 1
}

/**
 * The JSON of the incident with an id and all that is known about it, or null. It is put together as its parts were
 * rendered: parsing them took most of the time of a response.
 */
export function incidentDetail(connection: Connection, id: string): SerializedBytes<IncidentDetail> | null {
  const found = connection.get<DetailRow>(DETAIL, id)
  if (!found) return null
  const { document, claims, kind, sources, dataset_source } = found
  return Buffer.concat([
    // The document is an object with properties: its last byte closes it.
    document.subarray(0, -1),
    PROPERTIES.claims,
    claims ?? renderClaims(found),
    PROPERTIES.sources,
    ...(claims ? [sourcesOf(connection, document, claims)] : listed(sources, dataset_source)),
    PROPERTIES.original,
    originalOf(connection, found),
    PROPERTIES.parts,
    kind === 'group' ? links(connection, PARTS_OF_WHOLE, id) : NONE,
    PROPERTIES.tolls,
    found.is_part ? links(connection, TOLLS_OF_PART, id) : NONE,
    CLOSE,
  ]) as Buffer as SerializedBytes<IncidentDetail>
}

/** What is before each property that follows those of the document. */
const PROPERTIES = {
  claims: Buffer.from(',"claims":'),
  sources: Buffer.from(',"sources":'),
  original: Buffer.from(',"original":'),
  parts: Buffer.from(',"parts":'),
  tolls: Buffer.from(',"tolls":'),
}
const CLOSE = Buffer.from('}')
const NONE = Buffer.from('[]')

/** A rendered object with one more property, which is rendered too. */
export function withProperty(document: string, name: string, value: string): string {
  return `${document.slice(0, -1)},"${name}":${value}}`
}

const LIST = { open: Buffer.from('['), separator: Buffer.from(','), close: Buffer.from(']') }
const NOTHING = Buffer.alloc(0)

/** The parts of a list of items, each of which may be several. */
function listed(first: Buffer | null, second: Buffer | null): Buffer[] {
  const separator = first && second ? LIST.separator : NOTHING
  return [LIST.open, first ?? NOTHING, separator, second ?? NOTHING, LIST.close]
}

const FIGURES = { start: Buffer.from('"fatalities":'), after: Buffer.from(',"part_of":') }

/** Renders the claims of the data set itself about the figures of a record. */
function renderClaims({ document, dataset: id, name }: DetailRow): Buffer {
  // Figures are next to each other: inside a text, quotation marks have a backslash before them.
  const from = document.indexOf(FIGURES.start)
  const to = document.indexOf(FIGURES.after, from)
  const figures = JSON.parse(`{${document.toString('utf8', from, to)}}`) as StatedFigures
  return Buffer.from(renderDatasetClaims(figures, { id, name }))
}

/** The sources of a record whose claims are its own: those that it names, and those that its claims do. */
function sourcesOf(
  connection: Connection,
  document: SerializedBytes<Incident>,
  claims: SerializedBytes<Claim[]>,
): Buffer {
  const ofClaims = parse(toText(claims)).map(({ source_id }) => source_id)
  const ids = [...parse(toText(document)).source_ids, ...ofClaims]
  const { sql, values } = oneOf('id', [...new Set(ids)])
  const rows = connection.all<{ document: string }>(
    `SELECT document FROM sources WHERE ${sql} ORDER BY key`,
    ...values,
  )
  return Buffer.from(`[${rows.map((row) => row.document).join(',')}]`)
}

/** The reported totals that include an incident, by its id. */
const TOLLS_OF_PART = `SELECT tolls.document FROM incidents JOIN parts ON incident_key = incidents.key
  JOIN tolls ON tolls.id = whole_id WHERE incidents.id = ? ORDER BY tolls.key`

/** The records of a query, in short. */
function links(connection: Connection, sql: string, id: string): Buffer {
  const rows = connection.all<{ document: SerializedJson<RecordLink> }>(sql, id)
  return Buffer.from(serialize(rows.map(({ document }) => toRecordLink(parse(document)))))
}

/** The row that a record was made of, as a JSON object. */
function originalOf(connection: Connection, { header_key, cells }: DetailRow): Buffer {
  if (header_key === null || cells === null) return NULL
  const { columns, names } = headerOf(connection, header_key)
  const object = names && nameCells(names, cells)
  if (object) return object
  const texts = parse(toText(cells))
  return Buffer.from(
    serialize(Object.fromEntries(columns.map((column, index) => [column, texts[index] ?? '']))),
  )
}

const NULL = Buffer.from('null')
/** Bytes of JSON. */
const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c]

/**
 * Puts the texts of a JSON array under their names, as they are rendered: `["a","b"]` becomes `{"x":"a","y":"b"}`. Null
 * where they are not as many.
 * @param names each with its colon, and a comma before all but the first
 */
function nameCells(names: readonly Buffer[], cells: Buffer): Buffer | null {
  const object = Buffer.allocUnsafe(cells.length + names.reduce((sum, { length }) => sum + length, 0))
  object.write('{')
  let written = 1
  let read = 1
  // Byte by byte: a call of a function for each cell would take longer than all of them.
  for (const name of names) {
    for (let index = 0; index < name.length; index += 1) object[written++] = name[index] as number
    if (cells[read] !== QUOTE) return null
    do {
      if (cells[read] === BACKSLASH) object[written++] = cells[read++] as number
      object[written++] = cells[read++] as number
    } while (cells[read] !== QUOTE && read < cells.length)
    object[written++] = QUOTE
    // After the quotation mark is a comma, or the bracket that closes the array.
    read += cells[read + 1] === COMMA ? 2 : 1
  }
  if (read !== cells.length - 1) return null
  object.write('}', written)
  return object.subarray(0, written + 1)
}

/** A header of originals. */
interface Header {
  columns: readonly string[]
  /** The columns as names of properties, as `nameCells` takes them; null where two are the same. */
  names: readonly Buffer[] | null
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
  const isUnique = columns.length > 0 && new Set(columns).size === columns.length
  const render = (name: string, index: number) =>
    Buffer.from(`${index > 0 ? ',' : ''}${JSON.stringify(name)}:`)
  const names = isUnique ? columns.map(render) : null
  const header = { columns, names }
  kept.set(key, header)
  return header
}
