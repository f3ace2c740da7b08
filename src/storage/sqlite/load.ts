import type { Dataset } from '../../datasets/dataset.schema.ts'
import { type Json, parse, render } from '../../records.ts'
import type { LoadReport, RecordBatch } from '../storage.ts'
import type { Connection } from './connection.ts'
import { CLAIMING, TABLES, type Table } from './tables.ts'
import { type Change, type Entry, insert, isSame, moveAlong, remove, type Stored, write } from './write.ts'

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

function storedRows(connection: Connection, table: Table, batch: RecordBatch): Map<string, Stored> {
  const claims = CLAIMING.has(table) ? 'claims' : 'NULL AS claims'
  const rows = batch.datasets.flatMap(({ id }) =>
    connection.all<Stored>(`SELECT key, id, document, ${claims} FROM ${table} WHERE dataset = ?`, id),
  )
  return new Map(rows.map((row) => [row.id, row]))
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
