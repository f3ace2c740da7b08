import { invalidCursor } from '../../../errors.ts'
import type { Position, SerializedJson, Slice, SliceRequest } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import type { SqlFragment } from '../database/sql-fragment.ts'

/** The order of a list. */
export interface Ordering {
  /** Columns, or expressions, that are never null; the last of them is unique. */
  columns: readonly string[]
  isDescending: boolean
}

/** The values of an ordering's columns in one row: where the row is in the list. */
export type SortKey = readonly (string | number)[]

/** SQL of an order. */
export function orderBy({ columns, isDescending }: Ordering): string {
  const direction = isDescending ? 'DESC' : 'ASC'
  return `ORDER BY ${columns.map((column) => `${column} ${direction}`).join(', ')}`
}

/** A condition that holds for the rows after a key, never by counting rows (OFFSET). */
export function afterKey({ columns, isDescending }: Ordering, key: SortKey): SqlFragment {
  const placeholders = columns.map(() => '?').join(', ')
  return { sql: `(${columns.join(', ')}) ${isDescending ? '<' : '>'} (${placeholders})`, values: key }
}

/** Whether a key comes after another in one direction. */
export function isAfter(key: SortKey, other: SortKey, isDescending: boolean): boolean {
  for (const [index, value] of key.entries()) {
    const against = other[index] as string | number
    if (value !== against) return value > against !== isDescending
  }
  return false
}

/**
 * The position of a key, which cursors carry out of the engine. The columns are part of it: those of some lists
 * depend on the data (sums are split by data set once there are several), and a position of others means nothing.
 */
export function toPosition({ columns }: Pick<Ordering, 'columns'>, key: SortKey): Position {
  return [columns.join(' '), ...key] as unknown as Position
}

/**
 * The key of a position.
 * @throws ServiceError invalid_cursor when the list is ordered by other columns by now
 */
export function fromPosition({ columns }: Pick<Ordering, 'columns'>, position: Position): SortKey {
  const [shape, ...key] = position
  if (shape === columns.join(' ') && key.length === columns.length) return key
  throw invalidCursor('belongs to a list that has changed its order since')
}

/**
 * The rows of a page and the position of its last row, null when nothing follows.
 * @param found up to one row more than the limit: it shows whether anything follows
 */
export function takePage<Row>(
  found: readonly Row[],
  limit: number,
  ordering: Pick<Ordering, 'columns'>,
  keyOf: (row: Row) => SortKey,
): { rows: Row[]; next: Position | null } {
  const rows = found.slice(0, limit)
  const last = found.length > limit ? rows.at(-1) : undefined
  return { rows, next: last === undefined ? null : toPosition(ordering, keyOf(last)) }
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
