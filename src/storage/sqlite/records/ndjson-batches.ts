import { type NdjsonBatch, toNdjson } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import { DOCUMENTS_BY_KEYS } from './document-sql.ts'
import { orderedQuery, type RecordQuery, type RecordRow, renderRecord } from './keyset.ts'

/** Records read at a time. */
const BATCH_SIZE = 200

/** Reads every record of a list. */
export function* streamRecords<R extends RecordRow>(
  connection: Connection,
  query: RecordQuery<R>,
): Generator<NdjsonBatch> {
  const { sql, values } = orderedQuery(query, query.select, null)
  for (const rows of batches(connection.iterate<R>(sql, ...values)))
    yield toNdjson(rows.map((row) => renderRecord(query, row)))
}

/** Reads every document of a list of incidents: only the keys are read row by row, SQLite joins the documents. */
export function* streamDocuments(
  connection: Connection,
  query: Omit<RecordQuery, 'select' | 'render'>,
): Generator<NdjsonBatch> {
  const { sql, values } = orderedQuery(query, 'incidents.key', null)
  for (const keys of batches(connection.iterateValues<number>(sql, ...values))) {
    const found = connection.get<{ json: Buffer }>(JOINED_BY_KEYS, `[${keys.join(',')}]`)
    if (found) yield { json: found.json, records: keys.length }
  }
}

/** Reads the documents of all incidents in the order of their keys. */
export function* streamAllDocuments(connection: Connection, isDescending: boolean): Generator<NdjsonBatch> {
  const [comparison, last, order] = isDescending ? ['<', 'min', 'DESC'] : ['>', 'max', 'ASC']
  const sql = `SELECT ${JOINED}, count(*) AS records, ${last}(key) AS last
    FROM (SELECT key, document FROM documents WHERE key ${comparison} ? ORDER BY key ${order} LIMIT ${BATCH_SIZE})`
  for (let after = isDescending ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER; ; ) {
    const found = connection.get<NdjsonBatch & { last: number | null }>(sql, after)
    if (!found || found.last === null) return
    yield { json: found.json, records: found.records }
    after = found.last
  }
}

const JOINED = `CAST(group_concat(document, char(10)) || char(10) AS BLOB) AS json`

const JOINED_BY_KEYS = `SELECT ${JOINED} FROM (SELECT document FROM ${DOCUMENTS_BY_KEYS})`

function* batches<T>(rows: Iterable<T>): Generator<T[]> {
  let batch: T[] = []
  for (const row of rows) {
    batch.push(row)
    if (batch.length < BATCH_SIZE) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
