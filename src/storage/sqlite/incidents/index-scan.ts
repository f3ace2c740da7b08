import type { Sort } from '../../../incidents/incident.store.ts'
import type { Position } from '../../../records.ts'
import type { SqlValue } from '../database/connection.ts'
import type { SqlFragment } from '../database/sql-fragment.ts'

/** The orders in which incidents are read: what orders them before their keys do. */
export const ORDERS = { date: [], deaths: ['deaths_rank'], updated_at: ['updated_at'] } as const
/** An order in which incidents are read. */
export type Order = keyof typeof ORDERS

/** The order of a list, and its direction. */
export function orderOf(sort: Sort): { order: Order; isDescending: boolean } {
  return { order: sort.replace('-', '') as Order, isDescending: sort.startsWith('-') }
}

/** The columns of incidents that make an order, the key last. */
export function columnsOf(order: Order): string[] {
  return [...ORDERS[order], 'incidents.key']
}

/** Incidents that an index holds one after the other in an order. */
export interface ScanBranch {
  /** The column that is the incident's key. */
  key: string
  /** The table, and the index. */
  from: string
  where: SqlFragment
  /** In the order of dates: no key before this one is wanted. */
  first?: number
}

/** Incidents of any of some branches, read in one order; one may be in several branches. */
export interface IndexScan<Parameter> {
  order: Order
  branches: readonly ScanBranch[]
  /** Parameters that all its incidents match. */
  covers: readonly Parameter[]
}

/** The first and the last position that are wanted, in ascending order, both included; null where there is no end. */
export interface Range {
  low: Position | null
  high: Position | null
}

/** Statements are kept by their text: only so many numbers of branches are told apart. */
const MAX_BRANCHES = 128

/** Whether a walk has no more branches than a statement may have. */
export function fitsStatement({ branches }: IndexScan<unknown>): boolean {
  return branches.length <= MAX_BRANCHES
}

/** The names of what orders a walk, the key last. */
export function positionOf(order: Order): string[] {
  return [...ORDERS[order], 'key']
}

/**
 * SQL that reads a walk in its order: SQLite takes from each arm in turn what comes next, and reads of none more
 * than is taken. A LIMIT must follow, without which SQLite may read in another order.
 */
export function orderedScan(
  { order, branches }: IndexScan<unknown>,
  range: Range,
  isDescending: boolean,
): SqlFragment {
  const { sql, values } = unorderedScan({ order, branches }, range)
  return { sql: `${sql} ${orderBy(order, isDescending)}`, values }
}

/** SQL of an order. */
export function orderBy(order: Order, isDescending: boolean): string {
  const direction = isDescending ? 'DESC' : 'ASC'
  return `ORDER BY ${positionOf(order)
    .map((column) => `${column} ${direction}`)
    .join(', ')}`
}

/** The same in any order. */
export function unorderedScan(
  { order, branches }: Pick<IndexScan<unknown>, 'order' | 'branches'>,
  range: Range,
): SqlFragment {
  const parts = padToPowerOfTwo(branches).flatMap((arm) => read(arm, order, range))
  return {
    sql: parts.map(({ sql }) => sql).join(' UNION ALL '),
    values: parts.flatMap(({ values }) => values),
  }
}

/**
 * What stands after FROM, where the walk is one stretch of one index of incidents: their other columns are read on
 * the way then, and an ORDER BY is enough.
 */
export function singleRange({ order, branches }: IndexScan<unknown>, range: Range): SqlFragment | null {
  const [arm, ...others] = branches
  if (!arm || others.length > 0 || arm.key !== 'key') return null
  const [stretch, ...further] = stretchesOf(arm, order, range)
  return stretch && further.length === 0 ? stretch : null
}

function read(arm: ScanBranch, order: Order, range: Range): SqlFragment[] {
  const [rank] = ORDERS[order]
  return stretchesOf(arm, order, range).map(({ sql, values }) => ({
    sql: `SELECT ${rank ? `${rank}, ` : ''}${arm.key} AS key FROM ${sql}`,
    values,
  }))
}

function stretchesOf({ key, from, where, first }: ScanBranch, order: Order, range: Range): SqlFragment[] {
  const [rank] = ORDERS[order]
  const stretches = rank ? ofRanks(rank, key, range) : [ofKeys(key, range, first)]
  return stretches.map(({ sql, values }) => ({
    sql: `${from} WHERE ${where.sql}${sql}`,
    values: [...where.values, ...values],
  }))
}

function ofKeys(key: string, { low, high }: Range, first = Number.NEGATIVE_INFINITY): SqlFragment {
  const lowest = Math.max(first, Number(low?.[0] ?? first))
  return limits([
    [`${key} >= ?`, lowest === Number.NEGATIVE_INFINITY ? undefined : lowest],
    [`${key} <= ?`, high?.[0]],
  ])
}

/**
 * The first rank, the ranks between, and the last: of a comparison of both columns at once, SQLite uses the first
 * column alone, and many records have the same rank.
 */
function ofRanks(rank: string, key: string, { low, high }: Range): SqlFragment[] {
  if (low && high && isAfter(low, high, false)) return [{ sql: ' AND FALSE', values: [] }]
  if (low && high && low[0] === high[0])
    return [
      limits([
        [`${rank} = ?`, low[0]],
        [`${key} >= ?`, low[1]],
        [`${key} <= ?`, high[1]],
      ]),
    ]
  return [
    ...(low
      ? [
          limits([
            [`${rank} = ?`, low[0]],
            [`${key} >= ?`, low[1]],
          ]),
        ]
      : []),
    limits([
      [`${rank} > ?`, low?.[0]],
      [`${rank} < ?`, high?.[0]],
    ]),
    ...(high
      ? [
          limits([
            [`${rank} = ?`, high[0]],
            [`${key} <= ?`, high[1]],
          ]),
        ]
      : []),
  ]
}

function limits(comparisons: readonly [sql: string, value: SqlValue | undefined][]): SqlFragment {
  const given = comparisons.filter(([, value]) => value !== undefined)
  return {
    sql: given.map(([sql]) => ` AND ${sql}`).join(''),
    values: given.map(([, value]) => value as SqlValue),
  }
}

/** As many branches as the next power of two, those that are added empty. */
function padToPowerOfTwo(branches: readonly ScanBranch[]): readonly ScanBranch[] {
  const last = branches.at(-1)
  if (!last || branches.length < 3) return branches
  const length = 2 ** Math.ceil(Math.log2(branches.length))
  const nothing: ScanBranch = {
    ...last,
    where: { ...last.where, values: last.where.values.map((): SqlValue => null) },
  }
  return [...branches, ...Array.from({ length: length - branches.length }, () => nothing)]
}

/** What of a range comes after a position, in one direction. */
export function after(range: Range, position: Position | null, isDescending: boolean): Range {
  if (!position) return range
  // Keys are whole numbers.
  const next = [...position.slice(0, -1), Number(position.at(-1)) + (isDescending ? -1 : 1)]
  const end = isDescending ? 'high' : 'low'
  const present = range[end]
  return present && isAfter(present, next, isDescending) ? range : { ...range, [end]: next }
}

/** What of a range comes up to a position and with it, in one direction. */
export function upTo(range: Range, position: Position | null, isDescending: boolean): Range {
  return position ? { ...range, [isDescending ? 'low' : 'high']: position } : range
}

/** Whether a position comes after another, in one direction. */
export function isAfter(position: Position, other: Position, isDescending: boolean): boolean {
  for (const [index, value] of position.entries()) {
    const against = other[index] as string | number
    if (value !== against) return value > against !== isDescending
  }
  return false
}
