import type { LoadReport, RecordBatch } from '../contract/storage.ts'
import type { RecordChange } from './record-change.ts'
import type { Table } from './tables.ts'

/** The records of a batch, by table. */
export type BatchChanges = { [T in Table]: RecordChange<T>[] }

/**
 * The records of a batch as changes.
 * @throws Error when an id occurs twice
 */
export function toChanges(batch: RecordBatch): BatchChanges {
  const changes: BatchChanges = {
    sources: batch.sources.map((record) => ({ record })),
    actors: batch.actors.map((record) => ({ record })),
    places: batch.places.map((record) => ({ record })),
    incidents: batch.incidents,
    tolls: batch.tolls,
  }
  for (const [table, records] of Object.entries(changes)) {
    const ids = new Set(records.map(({ record }) => record.id))
    if (ids.size < records.length) throw new Error(`An id occurs twice among ${table}`)
  }
  return changes
}

/** The stored records of a batch's data sets that the batch does not hold. */
interface Vanished {
  /** The ids of those that are removed. */
  removed: string[]
  /** Places that another data set's records lie in, with the data set that they are left to. */
  left: { id: string; dataset: string }[]
}

/**
 * Decides about the stored records of a table that the batch does not hold.
 * @param stored the ids of the table's records of the batch's data sets
 * @param findUsers the data sets, other than the batch's, whose records lie in places, by the place
 */
export function planVanished(
  table: Table,
  changes: readonly { record: { id: string } }[],
  stored: readonly string[],
  findUsers: () => ReadonlyMap<string, string>,
): Vanished {
  const given = new Set(changes.map(({ record }) => record.id))
  const vanished = stored.filter((id) => !given.has(id))
  if (table !== 'places' || vanished.length === 0) return { removed: vanished, left: [] }
  const users = findUsers()
  const plan: Vanished = { removed: [], left: [] }
  for (const id of vanished) {
    const dataset = users.get(id)
    if (dataset === undefined) plan.removed.push(id)
    else plan.left.push({ id, dataset })
  }
  return plan
}

/** The report of a load that has done nothing yet. */
export function emptyLoadReport(): LoadReport {
  return { added: 0, updated: 0, unchanged: 0, removed: 0, kept: 0 }
}
