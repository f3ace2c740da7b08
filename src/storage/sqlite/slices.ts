import type { Json, RenderedSlice, Slice, SliceRequest } from '../../records.ts'
import type { Connection } from './connection.ts'
import type { Fragment } from './fragment.ts'

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
  where: Fragment
  ordering: Ordering
}

/** The part of the list that follows a position, found by key and never by counting. */
export function slice<T, R extends RecordRow = RecordRow>(
  connection: Connection,
  query: RecordQuery<R>,
  { limit, after }: SliceRequest,
): Slice<T> {
  const { columns } = query.ordering
  const positions = columns.map((column, index) => `${column} AS position${index}`).join(', ')
  const { sql, values } = statement(query, `${query.select}, ${positions}`, after)
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

/** The same part of the list as one text, put together where the records are. */
export function renderedSlice(
  connection: Connection,
  query: Omit<RecordQuery, 'render'>,
  { limit, after }: SliceRequest,
): RenderedSlice {
  const { columns } = query.ordering
  const named = columns.map((column, index) => `${column} AS position${index}`).join(', ')
  const { sql, values } = statement(query, `${query.select}, ${named}`, after)
  // One more than asked tells whether anything follows.
  const positions = columns.map(
    (_, index) => `max(position${index}) FILTER (WHERE number = $limit) AS position${index}`,
  )
  const row = connection.get<RenderedRow>(
    `SELECT CAST(group_concat(document, ',') FILTER (WHERE number <= ?) AS BLOB) AS json, max(number) AS found,
       json_group_array(DISTINCT dataset) FILTER (WHERE number <= ?) AS datasets,
       ${positions.join(', ').replaceAll('$limit', '?')}
     FROM (SELECT *, row_number() OVER () AS number FROM (${sql} LIMIT ?))`,
    limit,
    limit,
    ...columns.map(() => limit),
    ...values,
    limit + 1,
  )
  const isLast = (row?.found ?? 0) <= limit
  return {
    json: row?.json ?? Buffer.alloc(0),
    datasets: JSON.parse(row?.datasets ?? '[]'),
    next: isLast || !row ? null : columns.map((_, index) => row[`position${index}`] as string | number),
  }
}

interface RenderedRow extends Record<`position${number}`, string | number> {
  json: Buffer | null
  found: number | null
  /** JSON array of ids. */
  datasets: string
}

/** Every record of the list, one at a time. */
export function* every<T, R extends RecordRow = RecordRow>(
  connection: Connection,
  query: RecordQuery<R>,
): Generator<Json<T>> {
  const { sql, values } = statement(query, query.select, null)
  for (const row of connection.iterate<R>(sql, ...values)) yield recordOf<T, R>(query, row)
}

function recordOf<T, R extends RecordRow>({ render }: RecordQuery<R>, row: R): Json<T> {
  return (render ? render(row) : row.document) as Json<T>
}

function statement(
  { from, where, ordering: { columns, descending } }: Omit<RecordQuery, 'select' | 'render'>,
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
