import type { Claim } from '../../claims/claim.schema.ts'
import type { Dataset } from '../../datasets/dataset.schema.ts'
import type { Incident } from '../../incidents/incident.schema.ts'
import type { PlaceRecord } from '../../places/place.schema.ts'
import { type Json, parse, render } from '../../records.ts'
import { fold } from '../../text/fold.ts'
import type { TollRecord } from '../../tolls/toll.schema.ts'
import type { LoadReport, RecordBatch, Written } from '../storage.ts'
import type { Connection, SqlValue } from './connection.ts'
import {
  incidentColumns,
  incidentWords,
  isKeyOf,
  nextKey,
  type PlaceColumns,
  placeColumns,
} from './incident-row.ts'
import type { NamedTable } from './names.ts'
import { RECORD_SCHEMAS, TABLES, type Table } from './tables.ts'

/** A record to write, and what of it lies outside its document. */
interface Entry {
  record: { id: string; dataset: string }
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
    for (const { table, entry, key } of changes) writers[table](connection, entry, key, now)
    for (const { table, key } of removed.reverse()) remove(connection, table, key)
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

function entriesOf(batch: RecordBatch): Record<Table, Entry[]> {
  const bare = (records: readonly Entry['record'][]) => records.map((record) => ({ record }))
  return {
    sources: bare(batch.sources),
    actors: bare(batch.actors),
    places: bare(batch.places),
    incidents: batch.incidents,
    tolls: batch.tolls,
  }
}

interface Row {
  key: number
  id: string
  document: Json<{ updated_at: string }>
  claims: string | null
}

function storedRows(connection: Connection, table: Table, batch: RecordBatch): Map<string, Row> {
  const claims = table === 'incidents' || table === 'tolls' ? 'claims' : 'NULL AS claims'
  const rows = batch.datasets.flatMap(({ id }) =>
    connection.all<Row>(`SELECT key, id, document, ${claims} FROM ${table} WHERE dataset = ?`, id),
  )
  return new Map(rows.map((row) => [row.id, row]))
}

function isSame(table: Table, row: Row, { record, claims }: Entry): boolean {
  const { updated_at } = parse(row.document)
  return (
    row.document === document(table, record, updated_at) && row.claims === (claims ? render(claims) : null)
  )
}

/** A record's JSON, its properties in the order of its schema. */
function document(table: Table, record: object, updated_at: string): Json<unknown> {
  const values = new Map(Object.entries({ ...record, updated_at }))
  return render(
    Object.fromEntries(Object.keys(RECORD_SCHEMAS[table].properties).map((name) => [name, values.get(name)])),
  )
}

function sameRegistry(connection: Connection, batch: RecordBatch): boolean {
  const stored = connection.all<{ document: Json<Dataset> }>('SELECT document FROM datasets')
  const documents = new Set(stored.map(({ document }) => document as string))
  const imported = new Map(stored.map(({ document }) => [parse(document).id, parse(document).imported_at]))
  const eventTypes = connection.all<{ document: string }>(
    'SELECT document FROM event_types ORDER BY position',
  )
  return (
    batch.datasets.every((dataset) =>
      documents.has(render({ ...dataset, imported_at: imported.get(dataset.id) ?? '' })),
    ) &&
    render(eventTypes.map(({ document }) => document)) ===
      render(batch.eventTypes.map((type) => render(type)))
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
    connection.run(
      'INSERT INTO event_types (position, id, document) VALUES (?, ?, ?)',
      position,
      type.id,
      render(type),
    )
  }
}

const writers: Record<
  Table,
  (connection: Connection, entry: Entry, key: number | undefined, now: string) => void
> = {
  sources: (connection, { record }, key, now) => {
    const { title, publisher } = record as RecordBatch['sources'][number]
    writeNamed(connection, 'sources', record, key, now, {}, [title, publisher].map(itself))
  },
  actors: (connection, { record }, key, now) => {
    const { name, aliases, kind } = record as RecordBatch['actors'][number]
    writeNamed(connection, 'actors', record, key, now, { kind }, [name, ...aliases].map(instead(name)))
  },
  places: (connection, { record }, key, now) => {
    const place = record as Written<PlaceRecord>
    const codes = place.kind === 'country' ? [place.country_code, place.country_code3] : []
    const columns = { kind: place.kind, ...chainOf(connection, place) }
    const names = [place.name, ...place.aliases, ...codes]
    writeNamed(connection, 'places', record, key, now, columns, names.map(instead(place.name)))
  },
  incidents: (connection, { record, claims }, key, now) => {
    writeIncident(connection, { ...(record as Written<Incident>), updated_at: now }, claims ?? [], key)
  },
  tolls: (connection, { record, claims }, key, now) => {
    const toll: TollRecord = { ...(record as Written<TollRecord>), updated_at: now }
    const { id, dataset, date_start, date_end } = toll
    upsert(connection, 'tolls', key, {
      ...{ id, dataset, date_start, date_end, ...placeColumns(connection, toll.place.id) },
      ...{ updated_at: now, document: document('tolls', toll, now), claims: render(claims) },
    })
  },
}

/** A place's own columns: those of the place that it lies in, and its own id under its kind. */
function chainOf(connection: Connection, { id, kind, parent_id }: Written<PlaceRecord>): PlaceColumns {
  const outer = parent_id
    ? placeColumns(connection, parent_id)
    : { country_id: id, admin1_id: null, city_id: null, district_id: null }
  return { ...outer, [`${kind}_id`]: id }
}

/** A name under which a row is found, and the name that a suggestion shows for it. */
interface Name {
  text: string
  shown: string
}
const itself = (text: string): Name => ({ text, shown: text })
const instead =
  (shown: string) =>
  (text: string): Name => ({ text, shown })

function writeNamed(
  connection: Connection,
  table: NamedTable,
  record: Entry['record'],
  key: number | undefined,
  now: string,
  columns: Record<string, SqlValue>,
  names: readonly Name[],
): void {
  const { id, dataset } = record
  const row = { id, dataset, ...columns, document: document(table, record, now) }
  const entityKey = upsert(connection, table, key, row)
  connection.run('DELETE FROM names WHERE entity = ? AND entity_key = ?', table, entityKey)
  const byFolded = new Map(names.map(({ text, shown }) => [fold(text), shown]))
  byFolded.delete('')
  for (const [folded, shown] of byFolded)
    insert(connection, 'names', { entity: table, entity_key: entityKey, folded, shown })
}

function writeIncident(
  connection: Connection,
  incident: Incident,
  claims: readonly Claim[],
  old?: number,
): void {
  // The key follows the date, so a changed date is a changed key; the public id stays.
  const kept = old !== undefined && isKeyOf(old, incident.date_start) ? old : undefined
  if (old !== undefined) remove(connection, 'incidents', old)
  const key = kept ?? nextKey(connection, incident.date_start)
  insert(connection, 'incidents', {
    key,
    ...incidentColumns(incident, placeColumns(connection, incident.place.id)),
    document: document('incidents', incident, incident.updated_at),
    claims: render(claims),
  })
  insert(connection, 'incidents_words', { rowid: key, words: incidentWords(incident) })
  for (const { id, role } of incident.actors) {
    insert(connection, 'incident_actors', { actor_id: id, role, incident_key: key }, 'OR IGNORE')
  }
  for (const id of incident.source_ids)
    insert(connection, 'incident_sources', { source_id: id, incident_key: key })
  for (const id of incident.part_of) insert(connection, 'parts', { whole_id: id, incident_key: key })
}

function remove(connection: Connection, table: Table, key: number): void {
  if (table === 'incidents') connection.run('DELETE FROM incidents_words WHERE rowid = ?', key)
  connection.run('DELETE FROM names WHERE entity = ? AND entity_key = ?', table, key)
  connection.run(`DELETE FROM ${table} WHERE key = ?`, key)
}

function upsert(
  connection: Connection,
  table: Table,
  key: number | undefined,
  row: Record<string, SqlValue>,
): number {
  if (key === undefined) return insert(connection, table, row)
  const columns = Object.keys(row)
  const assignments = columns.map((column) => `${column} = ?`).join(', ')
  connection.run(`UPDATE ${table} SET ${assignments} WHERE key = ?`, ...Object.values(row), key)
  return key
}

function insert(connection: Connection, table: string, row: Record<string, SqlValue>, conflict = ''): number {
  const columns = Object.keys(row)
  return connection.run(
    `INSERT ${conflict} INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    ...Object.values(row),
  )
}
