import { type SerializedJson, type Slice, type SliceRequest, serialize } from '../../../records.ts'
import type { Connection, SqlValue } from '../database/connection.ts'
import type { SqlFragment } from '../database/sql-fragment.ts'
import { readSlice } from './keyset.ts'
import { rankKeysByName } from './name-search.ts'

/** SQL that adds the number of incidents to a record's JSON. */
export const addIncidentCount = (count: string) => `json_set(document, '$.incidents', (${count}))`

/** Tables of records that carry their number of incidents. */
export type CountedTable = 'places' | 'actors' | 'sources'

/** SQL that renders a row with its number of incidents. */
const DOCUMENTS: Record<CountedTable, string> = {
  // Each kind has an index of its own; a comparison with whichever column it is would use none.
  places: addIncidentCount(`CASE places.kind
    WHEN 'country' THEN (SELECT count(*) FROM incidents WHERE incidents.country_id = places.id)
    WHEN 'admin1' THEN (SELECT count(*) FROM incidents WHERE incidents.admin1_id = places.id)
    WHEN 'city' THEN (SELECT count(*) FROM incidents WHERE incidents.city_id = places.id)
    ELSE (SELECT count(*) FROM incidents WHERE incidents.district_id = places.id) END`),
  actors: addIncidentCount(
    'SELECT count(DISTINCT incident_key) FROM incident_actors WHERE actor_key = actors.key',
  ),
  sources: addIncidentCount('SELECT count(*) FROM incident_sources WHERE source_key = sources.key'),
}

/** Records by id. */
export function listById<T>(
  connection: Connection,
  table: CountedTable,
  where: SqlFragment,
  request: SliceRequest,
): Slice<T> {
  const ordering = { columns: [`${table}.id`], descending: false }
  const select = `${DOCUMENTS[table]} AS document, dataset`
  return readSlice(connection, { select, from: table, where, ordering }, request)
}

/** Records by id; under `q` the likeliest first, which is an order of positions in the list of those found. */
export function searchByName<T>(
  connection: Connection,
  table: 'places' | 'actors',
  q: string | undefined,
  where: SqlFragment,
  request: SliceRequest,
): Slice<T> {
  if (q === undefined) return listById(connection, table, where, request)
  const keys = rankKeysByName(connection, table, q, where)
  const start = Number(request.after?.[0] ?? 0)
  const end = start + request.limit
  const rows = keys.slice(start, end).map((key) => getRow<T>(connection, table, 'key', key) as NamedRow<T>)
  return {
    records: rows.map(({ document }) => document),
    next: end < keys.length ? [end] : null,
    datasets: [...new Set(rows.map(({ dataset }) => dataset))],
  }
}

interface NamedRow<T> {
  document: SerializedJson<T>
  dataset: string
}

function getRow<T>(connection: Connection, table: CountedTable, column: 'key' | 'id', value: SqlValue) {
  const sql = `SELECT ${DOCUMENTS[table]} AS document, dataset FROM ${table} WHERE ${table}.${column} = ?`
  return connection.get<NamedRow<T>>(sql, value)
}

/** Those of the ids that are in a table. */
export function findExisting(
  connection: Connection,
  table: 'incidents' | 'places' | 'sources',
  ids: readonly string[],
): string[] {
  const sql = `SELECT id FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`
  return connection.all<{ id: string }>(sql, serialize(ids)).map(({ id }) => id)
}

/** The record of an id. */
export function getById<T>(
  connection: Connection,
  table: CountedTable,
  id: string,
): SerializedJson<T> | null {
  return getRow<T>(connection, table, 'id', id)?.document ?? null
}
