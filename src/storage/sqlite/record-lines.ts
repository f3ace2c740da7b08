import { linesOf, type RecordLines } from '../../records.ts'
import type { Connection } from './connection.ts'
import { WANTED_DOCUMENTS } from './documents.ts'
import { type RecordQuery, type RecordRow, recordOf, statement } from './slices.ts'

/** So many records are read at a time. */
const BATCH = 200

/** Every record of a list. */
export function* everyRecord<R extends RecordRow>(
  connection: Connection,
  query: RecordQuery<R>,
): Generator<RecordLines> {
  const { sql, values } = statement(query, query.select, null)
  for (const rows of batches(connection.iterate<R>(sql, ...values)))
    yield linesOf(rows.map((row) => recordOf(query, row)))
}

/**
 * Every record of a list that are documents of incidents: only their keys are read one by one, and
 * the documents are put together by SQLite.
 */
export function* everyDocument(
  connection: Connection,
  query: Omit<RecordQuery, 'select' | 'render'>,
): Generator<RecordLines> {
  const { sql, values } = statement(query, 'incidents.key', null)
  for (const keys of batches(connection.iterateValues<number>(sql, ...values))) {
    const found = connection.get<{ json: Buffer }>(LINES, `[${keys.join(',')}]`)
    if (found) yield { json: found.json, records: keys.length }
  }
}

const LINES = `SELECT CAST(group_concat(document, char(10)) || char(10) AS BLOB) AS json
  FROM (SELECT document FROM ${WANTED_DOCUMENTS})`

function* batches<T>(rows: Iterable<T>): Generator<T[]> {
  let batch: T[] = []
  for (const row of rows) {
    batch.push(row)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
