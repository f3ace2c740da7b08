import type { Position, SerializedJson, Slice, SliceRequest } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import type { SqlFragment } from '../database/sql-fragment.ts'

/** An ordered list: which columns order it, the last of them unique. */
export interface Ordering {
  columns: readonly string[]
  descending: boolean
}

/** A row of a query for records. */
export interface RecordRow {
  /** The record's JSON. */
  document: string
  dataset: string
}

/** A query whose rows are records: `SELECT <select> FROM <from> WHERE <where>`. */
export interface RecordQuery<R extends RecordRow = RecordRow> {
  /** Gives the columns of a row. */
  select: string
  /** The record of a row, where its document is not all of it. */
  render?: (row: R) => string
  from: string
  where: SqlFragment
  ordering: Ordering
}

/** The part of the list that follows a position, found by key and never by counting. */
export function readSlice<T, R extends RecordRow = RecordRow>(
  connection: Connection,
  query: RecordQuery<R>,
  { limit, after }: SliceRequest,
): Slice<T> {
  const { columns } = query.ordering
  const positions = columns.map((column, index) => `${column} AS position${index}`).join(', ')
  const { sql, values } = keysetQuery(query, `${query.select}, ${positions}`, after)
  // One more than asked tells whether anything follows.
  const rows = connection.all<R & Record<`position${number}`, string | number>>(
    `${sql} LIMIT ?`,
    ...values,
    limit + 1,
  )
  const wanted = rows.slice(0, limit)
  const last = rows.length > limit ? wanted.at(-1) : undefined
  return {
    records: wanted.map((row) => recordOf<T, R>(query, row)),
    datasets: [...new Set(wanted.map((row) => row.dataset))],
    next: last ? columns.map((_, index) => last[`position${index}`] as string | number) : null,
  }
}

/** The record of a row. */
export function recordOf<T, R extends RecordRow>({ render }: RecordQuery<R>, row: R): SerializedJson<T> {
  return (render ? render(row) : row.document) as SerializedJson<T>
}

/** What follows a position in the order of some columns, in one direction. */
export function keysetCondition(
  columns: readonly string[],
  isDescending: boolean,
  after: Position,
): SqlFragment {
  const sql = `(${columns.join(', ')}) ${isDescending ? '<' : '>'} (${columns.map(() => '?').join(', ')})`
  return { sql, values: after }
}

/** The query of an ordered list, from a position on. */
export function keysetQuery(
  { from, where, ordering: { columns, descending } }: Omit<RecordQuery, 'select' | 'render'>,
  select: string,
  after: SliceRequest['after'],
): SqlFragment {
  const beyond = after ? `AND ${keysetCondition(columns, descending, after).sql}` : ''
  const order = columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ')
  return {
    sql: `SELECT ${select} FROM ${from} WHERE ${where.sql} ${beyond} ORDER BY ${order}`,
    values: [...where.values, ...(after ?? [])],
  }
}
