import type { Claim } from '../../claims/claim.schema.ts'
import { type Json, parse, render } from '../../records.ts'
import type { Written } from '../storage.ts'
import type { Connection } from './connection.ts'
import { derive, isKeyOf, LINK_TABLES, nextKey, type Row } from './rows.ts'
import { documentOf, type RecordOf, type Table } from './tables.ts'

/** A record to write, and what of it lies outside its document. */
export interface Entry<T extends Table = Table> {
  record: Written<RecordOf<T>>
  claims?: readonly Claim[]
}

/** A record to write, and the key of the row that it replaces. */
export interface Change {
  table: Table
  entry: Entry
  key: number | undefined
}

/** What is stored of a record. */
export interface Stored {
  key: number
  id: string
  document: Json<{ updated_at: string }>
  claims: string | null
}

/** Whether a record is stored already as it is, whenever that was. */
export function isSame(table: Table, row: Stored, { record, claims }: Entry): boolean {
  const { updated_at } = parse(row.document)
  const document: string = documentOf(table, { ...record, updated_at } as RecordOf<Table>)
  return row.document === document && row.claims === (claims ? render(claims) : null)
}

/** Writes a record and all that is derived of it; its key. */
export function write(connection: Connection, { table, entry, key: old }: Change, now: string): number {
  const record = { ...entry.record, updated_at: now } as RecordOf<Table>
  const { columns, names, links, words } = derive(connection, table, record)
  const row: Row = { ...columns, document: documentOf(table, record) }
  if (entry.claims) row.claims = render(entry.claims)
  const key =
    'date_start' in record && table === 'incidents' ? keyFor(connection, record.date_start, old) : old
  const keeps = old !== undefined && old === key
  // Only what replaces something has anything to take away.
  if (keeps) forget(connection, table, old)
  else if (old !== undefined) remove(connection, table, old)
  const written = keeps
    ? update(connection, table, row, old)
    : insert(connection, table, { ...row, key: key ?? null })

  for (const name of names) insert(connection, 'names', { ...name, entity_key: written })
  for (const [link, rows] of Object.entries(links)) {
    for (const linked of rows) insert(connection, link, { ...linked, incident_key: written })
  }
  if (words !== null) insert(connection, 'incidents_words', { rowid: written, words })
  return written
}

/** An incident's key follows its date: it keeps the old one unless the date changed. The public id stays. */
function keyFor(connection: Connection, dateStart: string, old: number | undefined): number {
  return old !== undefined && isKeyOf(old, dateStart) ? old : nextKey(connection, dateStart)
}

/** Removes a record and all that was derived of it. */
export function remove(connection: Connection, table: Table, key: number): void {
  forget(connection, table, key)
  connection.run(`DELETE FROM ${table} WHERE key = ?`, key)
}

/** Removes all that was derived of a record, and the row that it was made of. */
function forget(connection: Connection, table: Table, key: number): void {
  connection.run('DELETE FROM names WHERE entity = ? AND entity_key = ?', table, key)
  if (table !== 'incidents') return
  connection.run('DELETE FROM incidents_words WHERE rowid = ?', key)
  for (const link of ['originals', ...Object.keys(LINK_TABLES)]) {
    connection.run(`DELETE FROM ${link} WHERE incident_key = ?`, key)
  }
}

/** After places changed: what lies in a place that now lies elsewhere goes along, the outermost first. */
export function moveAlong(connection: Connection): void {
  for (const kind of ['admin1', 'city', 'district']) {
    const own = (column: string) => (column === kind ? 'places.id' : `outer.${column}_id`)
    connection.run(
      `UPDATE places SET country_id = outer.country_id, admin1_id = ${own('admin1')},
         city_id = ${own('city')}, district_id = ${own('district')}
       FROM places AS outer WHERE places.kind = ? AND outer.id = places.document ->> '$.parent_id'`,
      kind,
    )
  }
  for (const table of ['incidents', 'tolls']) {
    connection.run(
      `UPDATE ${table} SET country_id = places.country_id, admin1_id = places.admin1_id,
         city_id = places.city_id, district_id = places.district_id
       FROM places WHERE places.id = ${table}.document ->> '$.place.id'`,
    )
  }
}

function update(connection: Connection, table: string, row: Row, key: number): number {
  const assignments = Object.keys(row).map((column) => `${column} = ?`)
  connection.run(`UPDATE ${table} SET ${assignments.join(', ')} WHERE key = ?`, ...Object.values(row), key)
  return key
}

/** Inserts a row; its key. */
export function insert(connection: Connection, table: string, row: Row): number {
  const columns = Object.keys(row)
  const placeholders = columns.map(() => '?').join(', ')
  return connection.run(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${placeholders})`,
    ...Object.values(row),
  )
}
