import type { Dataset } from '../../datasets/dataset.schema.ts'
import { type Json, parse, render } from '../../records.ts'
import type { LoadReport, RecordBatch } from '../storage.ts'
import { Changes, type Entry } from './changes.ts'
import type { Connection } from './connection.ts'
import { TABLES, type Table } from './tables.ts'
import { Applier, registration, settlement, type Writes } from './writes.ts'

/** Makes the batch's data sets hold exactly what it holds; see `Storage.load`. */
export function load(connection: Connection, batch: RecordBatch, at: Date): LoadReport {
  // Looking first keeps a start without changes free of any lock.
  const { report, writes } = compare(connection, batch, at)
  if (writes.length === 0) return report
  return connection.transaction(() => {
    const { report, writes } = compare(connection, batch, at)
    connection.execute('PRAGMA defer_foreign_keys = ON')
    const applier = new Applier(connection)
    applier.apply(writes)
    applier.finish()
    return report
  })
}

function compare(
  connection: Connection,
  batch: RecordBatch,
  at: Date,
): { report: LoadReport; writes: Writes[] } {
  const now = at.toISOString()
  const changes = new Changes(connection, now)
  const report: LoadReport = { added: 0, updated: 0, unchanged: 0, removed: 0 }
  const entries = entriesOf(batch)
  for (const table of TABLES) {
    const vanished = storedIds(connection, table, batch)
    for (const entry of entries[table]) {
      report[changes.put(table, entry)] += 1
      vanished.delete(entry.record.id)
    }
    for (const id of vanished) changes.remove(table, id)
    report.removed += vanished.size
  }
  const writes = changes.take()
  if (writes.length === 0 && isSameRegistry(connection, batch)) return { report, writes }
  const registry = registryWrites(connection, batch, now)
  return { report, writes: [...registry, ...writes, ...settlement(changes, now)] }
}

function entriesOf(batch: RecordBatch): { [T in Table]: Entry<T>[] } {
  const entries: { [T in Table]: Entry<T>[] } = {
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
      return render(dataset) === render(registrationOf(given, registered))
    }) && render(types.map(({ document }) => document)) === render(batch.eventTypes.map(render))
  )
}

type Registered = Omit<Dataset, 'incidents' | 'tolls'>

function registeredDatasets(connection: Connection): Map<string, Registered> {
  const rows = connection.all<{ document: Json<Registered> }>('SELECT document FROM datasets')
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
): Writes[] {
  const registered = registeredDatasets(connection)
  return [
    ...datasets.map((dataset) =>
      registration(dataset.id, render({ ...registrationOf(dataset, registered), imported_at: now })),
    ),
    { sql: 'DELETE FROM event_types', width: 0, values: [] },
    {
      sql: 'INSERT INTO event_types (position, id, document) VALUES (?, ?, ?)',
      width: 3,
      values: eventTypes.flatMap((type, position) => [position, type.id, render(type)]),
    },
  ]
}
