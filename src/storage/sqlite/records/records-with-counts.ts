import { type SerializedJson, type Slice, type SliceRequest, serialize } from '../../../records.ts'
import type { SqlFragment } from '../../sql/fragment.ts'
import { fromPosition, toPosition } from '../../sql/keyset.ts'
import type { Connection } from '../database/connection.ts'
import { readSlice } from './keyset.ts'

/** SQL that adds the number of incidents to a record's JSON. */
export const addIncidentCount = (count: string) => `json_set(document, '$.incidents', (${count}))`

/** Tables of records that carry their number of incidents. */
export type CountedTable = 'places' | 'actors' | 'sources'

/** SQL of the number of incidents of a row of `actors`. */
export const COUNT_OF_ACTOR =
  'SELECT count(DISTINCT incident_key) FROM incident_actors WHERE actor_key = actors.key'
/** SQL of the number of incidents of a row of `identities`. */
export const COUNT_OF_IDENTITY = `SELECT count(DISTINCT incident_key) FROM incident_actors
  WHERE actor_key IN (SELECT actor_key FROM actor_identities WHERE identity_key = identities.key)`

/** SQL that renders a row with its number of incidents. */
const DOCUMENTS: Record<CountedTable, string> = {
  // Each kind has an index of its own; a comparison with a column chosen by kind would use none.
  places: addIncidentCount(`CASE places.kind
    WHEN 'country' THEN (SELECT count(*) FROM incidents WHERE incidents.country_id = places.id)
    WHEN 'area' THEN (SELECT count(*) FROM incidents WHERE incidents.country_id = places.id)
    WHEN 'admin1' THEN (SELECT count(*) FROM incidents WHERE incidents.admin1_id = places.id)
    WHEN 'city' THEN (SELECT count(*) FROM incidents WHERE incidents.city_id = places.id)
    ELSE (SELECT count(*) FROM incidents WHERE incidents.district_id = places.id) END`),
  actors: `json_set(document, '$.incidents', (${COUNT_OF_ACTOR}), '$.identity',
    (SELECT json_object('id', identities.id, 'name', identities.name, 'incidents', (${COUNT_OF_IDENTITY}))
      FROM actor_identities AS own JOIN identities ON identities.key = own.identity_key
      WHERE own.actor_key = actors.key))`,
  sources: addIncidentCount('SELECT count(*) FROM incident_sources WHERE source_key = sources.key'),
}

/** Lists records in the order of their ids. */
export function listById<T>(
  connection: Connection,
  table: CountedTable,
  where: SqlFragment,
  request: SliceRequest,
): Slice<T> {
  const ordering = { columns: [`${table}.id`], isDescending: false }
  const select = `${DOCUMENTS[table]} AS document, dataset`
  return readSlice(connection, { select, from: table, where, ordering }, request)
}

/** Lists the records with these keys, in their order. */
export function listByRank<T>(
  connection: Connection,
  table: 'places' | 'actors',
  keys: readonly number[],
  request: SliceRequest,
): Slice<T> {
  // Ranks are no column: the position is an index in the ranked list, which is short.
  const [start] = request.after ? fromPosition(RANK, request.after) : [0]
  const end = Number(start) + request.limit
  const rows = connection.all<{ document: SerializedJson<T>; dataset: string }>(
    `SELECT ${DOCUMENTS[table]} AS document, dataset
     FROM json_each(?) AS wanted CROSS JOIN ${table} ON ${table}.key = wanted.value`,
    serialize(keys.slice(Number(start), end)),
  )
  return {
    records: rows.map(({ document }) => document),
    next: end < keys.length ? toPosition(RANK, [end]) : null,
    datasets: [...new Set(rows.map(({ dataset }) => dataset))],
  }
}

const RANK = { columns: ['rank'] }

/** Finds those of the ids that are in a table. */
export function findExisting(
  connection: Connection,
  table: 'incidents' | 'tolls' | 'places' | 'sources' | 'actors' | 'identities',
  ids: readonly string[],
): string[] {
  const sql = `SELECT id FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`
  return connection.all<{ id: string }>(sql, serialize(ids)).map(({ id }) => id)
}

/** Reads the record with an id, or null. */
export function getById<T>(
  connection: Connection,
  table: CountedTable,
  id: string,
): SerializedJson<T> | null {
  const sql = `SELECT ${DOCUMENTS[table]} AS document FROM ${table} WHERE ${table}.id = ?`
  return connection.get<{ document: SerializedJson<T> }>(sql, id)?.document ?? null
}
