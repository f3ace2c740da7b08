import type { Json, Slice, SliceRequest } from '../../records.ts'
import type { Connection, SqlValue } from './connection.ts'
import type { Fragment } from './fragment.ts'

/** An ordered list: which columns order it, the last of them unique. */
export interface Ordering {
  columns: readonly string[]
  descending: boolean
}

/** A query whose rows are records: `SELECT <document> FROM <from> WHERE <where>`. */
export interface RecordQuery {
  /** An SQL expression that gives the record's JSON. */
  document: string
  from: string
  where: Fragment
  ordering: Ordering
}

/** The part of the list that follows a position, found by key and never by counting. */
export function slice<T>(
  connection: Connection,
  query: RecordQuery,
  { limit, after }: SliceRequest,
): Slice<T> {
  const { columns } = query.ordering
  const positions = columns.map((column, index) => `${column} AS position${index}`).join(', ')
  const { sql, values } = statement(query, `${query.document} AS document, dataset, ${positions}`, after)
  // One more than asked tells whether anything follows.
  const rows = connection.all<{ document: Json<T>; dataset: string } & Record<string, SqlValue>>(
    `${sql} LIMIT ?`,
    ...values,
    limit + 1,
  )
  const wanted = rows.slice(0, limit)
  const last = rows.length > limit ? wanted.at(-1) : undefined
  return {
    records: wanted.map((row) => row.document),
    datasets: [...new Set(wanted.map((row) => row.dataset))],
    next: last ? columns.map((_, index) => last[`position${index}`] as string | number) : null,
  }
}

/** Every record of the list, one at a time. */
export function* every<T>(connection: Connection, query: RecordQuery): Generator<Json<T>> {
  const { sql, values } = statement(query, `${query.document} AS document`, null)
  for (const row of connection.iterate<{ document: Json<T> }>(sql, ...values)) yield row.document
}

function statement(
  { from, where, ordering: { columns, descending } }: RecordQuery,
  select: string,
  after: SliceRequest['after'],
): Fragment {
  const beyond = after
    ? `AND (${columns.join(', ')}) ${descending ? '<' : '>'} (${columns.map(() => '?').join(', ')})`
    : ''
  const order = columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ')
  return {
    sql: `SELECT ${select} FROM ${from} WHERE ${where.sql} ${beyond} ORDER BY ${order}`,
    values: [...where.values, ...(after ?? [])],
  }
}
