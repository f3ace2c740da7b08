import type { PlaceRecord } from '../../../places/place.schema.ts'
import { parse, type SerializedJson, serialize } from '../../../records.ts'
import type { LoadReport, RecordBatch } from '../../contract/storage.ts'
import { inBatches } from '../../records/batches.ts'
import { type BatchChanges, emptyLoadReport, planVanished, toChanges } from '../../records/load-plan.ts'
import type { RecordChange } from '../../records/record-change.ts'
import { TABLES, type Table } from '../../records/tables.ts'
import { oneOf } from '../../sql/fragment.ts'
import type { Connection } from '../database/connection.ts'
import { readRevision } from '../records/store-row.ts'
import { ChangeSet } from './change-set.ts'
import { finalizeChange } from './finalize.ts'
import { markLoaded, markVerified } from './load-marker.ts'
import { isRegistered, registerBatch } from './registry.ts'
import { stampChange } from './stamp.ts'
import { StatementExecutor } from './statements.ts'

/** Records that are compared at a time. */
const COMPARED_AT_A_TIME = 500
/** Changes that are written at a time. */
const WRITTEN_AT_A_TIME = 5000

/** Makes the batch's data sets hold exactly what it holds; see `Storage.load`. */
export function load(connection: Connection, batch: RecordBatch, at: Date, digest?: string): LoadReport {
  const given = toChanges(batch)
  const revision = readRevision(connection).number
  // Comparing first keeps a start without changes free of any lock.
  const comparison = new ChangeSet(connection, at.toISOString())
  const same = apply(connection, batch, given, comparison, () => comparison.pending === 0)
  if (same && isRegistered(connection, batch)) {
    if (digest) markVerified(connection, digest, revision)
    return same
  }
  return connection.transaction(() => {
    connection.execute('PRAGMA defer_foreign_keys = ON')
    const now = stampChange(connection, at)
    const changes = new ChangeSet(connection, now)
    const executor = new StatementExecutor(connection)
    executor.execute(registerBatch(connection, batch, now))
    const report = apply(connection, batch, given, changes, () => {
      if (changes.pending >= WRITTEN_AT_A_TIME) executor.execute(changes.flush())
      return true
    })
    executor.execute([...changes.flush(), ...changes.sameAs.endStatements(now)])
    executor.finish()
    const { movesPlaces, changesIncidents, retitledSources } = changes
    // The curated table of identities may have changed, with or without actors.
    const changesActors = true
    finalizeChange(connection, { now, movesPlaces, changesIncidents, changesActors, retitledSources })
    if (digest) markLoaded(connection, digest)
    return report as LoadReport
  })
}

/** Puts and removes records; null as soon as `goesOn`, called after each batch of them, is false. */
function apply(
  connection: Connection,
  batch: RecordBatch,
  given: BatchChanges,
  changes: ChangeSet,
  goesOn: () => boolean,
): LoadReport | null {
  const report = emptyLoadReport()
  const putTable = <T extends Table>(table: T): boolean => {
    const records: readonly RecordChange<T>[] = given[table]
    for (const some of inBatches(records, COMPARED_AT_A_TIME)) {
      for (const outcome of changes.put(table, some)) report[outcome] += 1
      if (!goesOn()) return false
    }
    return true
  }
  for (const table of TABLES) {
    const stored = storedIds(connection, table, batch)
    if (!putTable(table)) return null
    const { removed, left } = planVanished(table, given[table], stored, () =>
      usersOfPlaces(connection, batch),
    )
    changes.remove(table, removed)
    changes.put('places', leftPlaces(connection, left))
    report.removed += removed.length
    report.kept += left.length
    if (!goesOn()) return null
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

/** The places that are left to other data sets, as changes. */
function leftPlaces(
  connection: Connection,
  left: readonly { id: string; dataset: string }[],
): RecordChange<'places'>[] {
  const datasets = new Map(left.map(({ id, dataset }) => [id, dataset]))
  return connection
    .all<{ id: string; document: SerializedJson<PlaceRecord> }>(
      `SELECT places.id, document FROM json_each(?) AS wanted CROSS JOIN places ON places.id = wanted.value`,
      serialize([...datasets.keys()]),
    )
    .map(({ id, document }) => {
      const { updated_at, ...place } = parse(document)
      return { record: { ...place, dataset: datasets.get(id) ?? place.dataset } }
    })
}

function storedIds(connection: Connection, table: Table, batch: RecordBatch): string[] {
  return batch.datasets
    .flatMap((dataset) =>
      connection.all<{ id: string }>(`SELECT id FROM ${table} WHERE dataset = ?`, dataset.id),
    )
    .map(({ id }) => id)
}
