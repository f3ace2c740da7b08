import { invalidCursor } from '../../errors.ts'
import type { Position } from '../../records.ts'
import type { SqlFragment } from './fragment.ts'

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
