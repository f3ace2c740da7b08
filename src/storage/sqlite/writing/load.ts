import type { Dataset } from '../../../datasets/dataset.schema.ts'
import type { PlaceRecord } from '../../../places/place.schema.ts'
import { parse, type SerializedJson, serialize } from '../../../records.ts'
import type { LoadReport, RecordBatch, RecordInput } from '../../contract/storage.ts'
import type { Connection } from '../database/connection.ts'
import { oneOf } from '../database/sql-fragment.ts'
import { TABLES, type Table } from '../records/tables.ts'
import { ChangeSet, type RecordChange } from './change-set.ts'
import { finalizeChange } from './finalize.ts'
import { markLoaded, markVerified, readRevision } from './load-marker.ts'
import { registerDataset, type StatementBatch, StatementExecutor } from './statements.ts'

/** So many changes are written at a time. */
const WRITTEN_AT_A_TIME = 5000

/** Makes the batch's data sets hold exactly what it holds; see `Storage.load`. */
export function load(connection: Connection, batch: RecordBatch, at: Date, digest?: string): LoadReport {
  const now = at.toISOString()
  const revision = readRevision(connection)
  // Looking first keeps a start without changes free of any lock.
  const look = new ChangeSet(connection, now)
  const same = compare(connection, batch, look, () => look.pending === 0)
  if (same && isSameRegistry(connection, batch)) {
    if (digest) markVerified(connection, digest, revision)
    return same
  }
  return connection.transaction(() => {
    connection.execute('PRAGMA defer_foreign_keys = ON')
    const changes = new ChangeSet(connection, now)
    const applier = new StatementExecutor(connection)
    applier.execute(registryWrites(connection, batch, now))
    const report = compare(connection, batch, changes, () => {
      if (changes.pending >= WRITTEN_AT_A_TIME) applier.execute(changes.flush())
      return true
    })
    applier.execute([...changes.flush(), ...changes.sameAs.endStatements(now)])
    applier.finish()
    const { movesPlaces, changesIncidents } = changes
    finalizeChange(connection, { now, movesPlaces, changesIncidents })
    if (digest) markLoaded(connection, digest)
    return report as LoadReport
  })
}

/** Puts and removes records, asking after each whether to go on; null when told not to. */
function compare(
  connection: Connection,
  batch: RecordBatch,
  changes: ChangeSet,
  goesOn: () => boolean,
): LoadReport | null {
  const report: LoadReport = { added: 0, updated: 0, unchanged: 0, removed: 0, kept: 0 }
  const entries = entriesOf(batch)
  for (const table of TABLES) {
    const vanished = storedIds(connection, table, batch)
    for (const entry of entries[table]) {
      report[changes.put(table, entry)] += 1
      vanished.delete(entry.record.id)
      if (!goesOn()) return null
    }
    const users = table === 'places' && vanished.size > 0 ? usersOfPlaces(connection, batch) : new Map()
    for (const id of vanished) {
      const user = users.get(id)
      report[user ? 'kept' : 'removed'] += 1
      if (user) changes.put('places', { record: { ...placeOf(connection, id), dataset: user } })
      else changes.remove(table, id)
      if (!goesOn()) return null
    }
  }
  return report
}

/** The places in which records of other data sets lie, each with one of these data sets. */
function usersOfPlaces(connection: Connection, { datasets }: RecordBatch): Map<string, string> {
  const { sql, values } = oneOf(
    'dataset',
    datasets.map(({ id }) => id),
  )
  const columns = ['country_id', 'admin1_id', 'city_id', 'district_id']
  const uses = ['places', 'incidents', 'tolls'].flatMap((table) =>
    columns.map((column) => `SELECT ${column} AS id, dataset FROM ${table} WHERE NOT (${sql})`),
  )
  const rows = connection.all<{ id: string; dataset: string }>(
    `SELECT id, min(dataset) AS dataset FROM (${uses.join(' UNION ')}) WHERE id IS NOT NULL GROUP BY id`,
    ...uses.flatMap(() => values),
  )
  return new Map(rows.map(({ id, dataset }) => [id, dataset]))
}

function placeOf(connection: Connection, id: string): RecordInput<PlaceRecord> {
  const row = connection.get<{ document: SerializedJson<PlaceRecord> }>(
    'SELECT document FROM places WHERE id = ?',
    id,
  )
  if (!row) throw new Error(`There is no place ${id}`)
  const { updated_at, ...place } = parse(row.document)
  return place
}

function entriesOf(batch: RecordBatch): { [T in Table]: RecordChange<T>[] } {
  const entries: { [T in Table]: RecordChange<T>[] } = {
    sources: batch.sources.map((record) => ({ record })),
    actors: batch.actors.map((record) => ({ record })),
    places: batch.places.map((record) => ({ record })),
    incidents: batch.incidents,
    tolls: batch.tolls,
  }
  for (const [table, records] of Object.entries(entries)) {
    const ids = new Set(records.map(({ record }) => record.id))
    if (ids.size < records.length) throw new Error(`An id occurs twice among ${table}`)
  }
  return entries
}

function storedIds(connection: Connection, table: Table, batch: RecordBatch): Set<string> {
  const rows = batch.datasets.flatMap((dataset) =>
    connection.all<{ id: string }>(`SELECT id FROM ${table} WHERE dataset = ?`, dataset.id),
  )
  return new Set(rows.map(({ id }) => id))
}

function isSameRegistry(connection: Connection, batch: RecordBatch): boolean {
  const registered = registeredDatasets(connection)
  const types = connection.all<{ document: string }>('SELECT document FROM event_types ORDER BY position')
  return (
    batch.datasets.every((given) => {
      const { imported_at, ...dataset } = registered.get(given.id) ?? { imported_at: '' }
      return serialize(dataset) === serialize(registrationOf(given, registered))
    }) &&
    (!batch.eventTypes ||
      serialize(types.map(({ document }) => document)) === serialize(batch.eventTypes.map(serialize)))
  )
}

type Registered = Omit<Dataset, 'incidents' | 'tolls'>

function registeredDatasets(connection: Connection): Map<string, Registered> {
  const rows = connection.all<{ document: SerializedJson<Registered> }>('SELECT document FROM datasets')
  return new Map(rows.map(({ document }) => parse(document)).map((dataset) => [dataset.id, dataset]))
}

/** A data set as it is registered, with the files that it has unless it brings others. */
function registrationOf(
  { id, name, version, licence, citation, description, url, terms, files }: RecordBatch['datasets'][number],
  registered: ReadonlyMap<string, Registered>,
): Omit<Registered, 'imported_at'> {
  const dataset = { id, name, version, licence, citation, description, url, terms }
  return { ...dataset, files: files ?? registered.get(id)?.files ?? [] }
}

function registryWrites(
  connection: Connection,
  { datasets, eventTypes }: RecordBatch,
  now: string,
): StatementBatch[] {
  const registered = registeredDatasets(connection)
  return [
    ...datasets.map((dataset) =>
      registerDataset(dataset.id, serialize({ ...registrationOf(dataset, registered), imported_at: now })),
    ),
    ...(eventTypes ? codeBook(eventTypes) : []),
  ]
}

function codeBook(eventTypes: NonNullable<RecordBatch['eventTypes']>): StatementBatch[] {
  return [
    { sql: 'DELETE FROM event_types', width: 0, values: [] },
    {
      sql: 'INSERT INTO event_types (position, id, document) VALUES (?, ?, ?)',
      width: 3,
      values: eventTypes.flatMap((type, position) => [position, type.id, serialize(type)]),
    },
  ]
}
