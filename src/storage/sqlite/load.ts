import type { Claim } from '../../claims/claim.schema.ts'
import type { Dataset } from '../../datasets/dataset.schema.ts'
import { type Json, parse, render } from '../../records.ts'
import type { LoadReport, RecordBatch, Written } from '../storage.ts'
import type { Connection } from './connection.ts'
import { derive, isKeyOf, LINK_TABLES, nextKey, type Row } from './rows.ts'
import { CLAIMING, documentOf, type RecordOf, TABLES, type Table } from './tables.ts'

/** A record to write, and what of it lies outside its document. */
interface Entry<T extends Table = Table> {
  record: Written<RecordOf<T>>
  claims?: readonly Claim[]
}

interface Change {
  table: Table
  entry: Entry
  /** The key of the row that it replaces. */
  key: number | undefined
}

/** Makes the batch's data sets hold exactly what it holds; see `Storage.load`. */
export function load(connection: Connection, batch: RecordBatch, at: Date): LoadReport {
  // Looking first keeps a start without changes free of any lock.
  const { report, differs } = compare(connection, batch)
  if (!differs) return report
  return connection.transaction(() => {
    const { report, changes, removed } = compare(connection, batch)
    const now = at.toISOString()
    for (const dataset of batch.datasets) writeDataset(connection, dataset, now)
    writeEventTypes(connection, batch)
    for (const change of changes) write(connection, change, now)
    for (const { table, key } of removed.toReversed()) remove(connection, table, key)
    if (changes.some(({ table }) => table === 'places')) moveAlong(connection)
    connection.run('UPDATE store SET revision = revision + 1, revised_at = ?', now)
    return report
  })
}

function compare(connection: Connection, batch: RecordBatch) {
  const changes: Change[] = []
  const removed: { table: Table; key: number }[] = []
  const report: LoadReport = { added: 0, updated: 0, unchanged: 0, removed: 0 }
  const entries = entriesOf(batch)
  for (const table of TABLES) {
    const stored = storedRows(connection, table, batch)
    for (const entry of entries[table]) {
      const row = stored.get(entry.record.id)
      stored.delete(entry.record.id)
      if (row && isSame(table, row, entry)) {
        report.unchanged += 1
        continue
      }
      report[row ? 'updated' : 'added'] += 1
      changes.push({ table, entry, key: row?.key })
    }
    report.removed += stored.size
    removed.push(...[...stored.values()].map(({ key }) => ({ table, key })))
  }
  const differs = changes.length + removed.length > 0 || !sameRegistry(connection, batch)
  return { report, changes, removed, differs }
}

function entriesOf(batch: RecordBatch): { [T in Table]: Entry<T>[] } {
  return {
    sources: batch.sources.map((record) => ({ record })),
    actors: batch.actors.map((record) => ({ record })),
    places: batch.places.map((record) => ({ record })),
    incidents: batch.incidents,
    tolls: batch.tolls,
  }
}

interface Stored {
  key: number
  id: string
  document: Json<{ updated_at: string }>
  claims: string | null
}

function storedRows(connection: Connection, table: Table, batch: RecordBatch): Map<string, Stored> {
  const claims = CLAIMING.has(table) ? 'claims' : 'NULL AS claims'
  const rows = batch.datasets.flatMap(({ id }) =>
    connection.all<Stored>(`SELECT key, id, document, ${claims} FROM ${table} WHERE dataset = ?`, id),
  )
  return new Map(rows.map((row) => [row.id, row]))
}

function isSame(table: Table, row: Stored, { record, claims }: Entry): boolean {
  const { updated_at } = parse(row.document)
  const document: string = documentOf(table, { ...record, updated_at } as RecordOf<Table>)
  return row.document === document && row.claims === (claims ? render(claims) : null)
}

function sameRegistry(connection: Connection, batch: RecordBatch): boolean {
  const datasets = connection.all<{ document: Json<Dataset> }>('SELECT document FROM datasets')
  const registered = new Map(
    datasets.map(({ document }) => {
      const { imported_at, ...dataset } = parse(document)
      return [dataset.id, render(dataset)]
    }),
  )
  const eventTypes = connection.all<{ document: string }>(
    'SELECT document FROM event_types ORDER BY position',
  )
  return (
    batch.datasets.every((dataset) => registered.get(dataset.id) === render(dataset)) &&
    render(eventTypes.map(({ document }) => document)) === render(batch.eventTypes.map(render))
  )
}

function writeDataset(connection: Connection, dataset: RecordBatch['datasets'][number], now: string): void {
  connection.run(
    'INSERT INTO datasets (id, document) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document',
    dataset.id,
    render({ ...dataset, imported_at: now }),
  )
}

function writeEventTypes(connection: Connection, { eventTypes }: RecordBatch): void {
  connection.run('DELETE FROM event_types')
  for (const [position, type] of eventTypes.entries()) {
    insert(connection, 'event_types', { position, id: type.id, document: render(type) })
  }
}

function write(connection: Connection, { table, entry, key: old }: Change, now: string): void {
  const record = { ...entry.record, updated_at: now } as RecordOf<Table>
  const { columns, names, links, words } = derive(connection, table, record)
  const row: Row = { ...columns, document: documentOf(table, record) }
  if (entry.claims) row.claims = render(entry.claims)
  const key =
    'date_start' in record && table === 'incidents' ? keyFor(connection, record.date_start, old) : old
  if (old !== undefined && old !== key) remove(connection, table, old)
  const written =
    old !== undefined && old === key
      ? update(connection, table, row, old)
      : insert(connection, table, { ...row, key: key ?? null })

  connection.run('DELETE FROM names WHERE entity = ? AND entity_key = ?', table, written)
  for (const name of names) insert(connection, 'names', { ...name, entity_key: written })
  for (const [link, rows] of Object.entries(links)) {
    connection.run(`DELETE FROM ${link} WHERE incident_key = ?`, written)
    for (const linked of rows) insert(connection, link, { ...linked, incident_key: written })
  }
  if (words === null) return
  connection.run('DELETE FROM incidents_words WHERE rowid = ?', written)
  insert(connection, 'incidents_words', { rowid: written, words })
}

/** An incident's key follows its date: it keeps the old one unless the date changed. The public id stays. */
function keyFor(connection: Connection, dateStart: string, old: number | undefined): number {
  return old !== undefined && isKeyOf(old, dateStart) ? old : nextKey(connection, dateStart)
}

function remove(connection: Connection, table: Table, key: number): void {
  if (table === 'incidents') {
    connection.run('DELETE FROM incidents_words WHERE rowid = ?', key)
    for (const link of Object.keys(LINK_TABLES))
      connection.run(`DELETE FROM ${link} WHERE incident_key = ?`, key)
  }
  connection.run('DELETE FROM names WHERE entity = ? AND entity_key = ?', table, key)
  connection.run(`DELETE FROM ${table} WHERE key = ?`, key)
}

/** After places changed: what lies in a place that now lies elsewhere goes along, the outermost first. */
function moveAlong(connection: Connection): void {
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

function insert(connection: Connection, table: string, row: Row): number {
  const columns = Object.keys(row)
  const placeholders = columns.map(() => '?').join(', ')
  return connection.run(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${placeholders})`,
    ...Object.values(row),
  )
}
