import type { Position, SerializedJson, Slice, SliceRequest } from '../../../records.ts'
import type { SqlFragment } from '../../sql/fragment.ts'
import { afterKey, fromPosition, type Ordering, orderBy, takePage } from '../../sql/keyset.ts'
import type { Connection } from '../database/connection.ts'

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

/** Reads the part of a list that follows a position. */
export function readSlice<T, R extends RecordRow = RecordRow>(
  connection: Connection,
  query: RecordQuery<R>,
  { limit, after }: SliceRequest,
): Slice<T> {
  const { columns } = query.ordering
  const names = columns.map((_, index) => `position${index}` as const)
  const positions = columns.map((column, index) => `${column} AS ${names[index]}`).join(', ')
  const { sql, values } = orderedQuery(query, `${query.select}, ${positions}`, after)
  const found = connection.all<R & Record<`position${number}`, string | number>>(
    `${sql} LIMIT ?`,
    ...values,
    limit + 1,
  )
  const { rows, next } = takePage(found, limit, query.ordering, (row) =>
    names.map((name) => row[name] as string | number),
  )
  return {
    records: rows.map((row) => renderRecord<T, R>(query, row)),
    datasets: [...new Set(rows.map(({ dataset }) => dataset))],
    next,
  }
}

/** Renders the record of a row. */
export function renderRecord<T, R extends RecordRow>({ render }: RecordQuery<R>, row: R): SerializedJson<T> {
  return (render ? render(row) : row.document) as SerializedJson<T>
}

/** The query of an ordered list, from a position on; a LIMIT may follow. */
export function orderedQuery(
  { from, where, ordering }: Omit<RecordQuery, 'select' | 'render'>,
  select: string,
  after: Position | null,
): SqlFragment {
  const rest = after ? afterKey(ordering, fromPosition(ordering, after)) : null
  return {
    sql: `SELECT ${select} FROM ${from} WHERE ${where.sql} ${rest ? `AND ${rest.sql}` : ''} ${orderBy(ordering)}`,
    values: [...where.values, ...(rest?.values ?? [])],
  }
}
