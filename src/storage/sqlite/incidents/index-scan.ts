import type { Sort } from '../../../incidents/incident.store.ts'
import type { SqlFragment, SqlValue } from '../../sql/fragment.ts'
import { isAfter, type Ordering, orderBy, type SortKey } from '../../sql/keyset.ts'

/** The orders in which incidents are read, each with its columns. */
export const ORDERS = {
  date: ['key'],
  deaths: ['deaths_rank', 'key'],
  updated_at: ['updated_at', 'key'],
} as const
/** An order in which incidents are read. */
export type Order = keyof typeof ORDERS

/** The order of a list, and its direction. */
export function parseSort(sort: Sort): { order: Order; isDescending: boolean } {
  return { order: sort.replace('-', '') as Order, isDescending: sort.startsWith('-') }
}

/** The ordering of a list of incidents; its columns are qualified with a table where one is given. */
export function orderingOf(order: Order, isDescending: boolean, table?: string): Ordering {
  return { columns: ORDERS[order].map((column) => (table ? `${table}.${column}` : column)), isDescending }
}

/** Incidents that are contiguous in an index, which has them in the order of the scan. */
export interface ScanBranch {
  /** The column that is the incident's key. */
  key: string
  /** The table, and the index. */
  from: string
  where: SqlFragment
  /** In the order of dates: the lowest key that can match. */
  first?: number
}

/** A way to read incidents in one order: the branches merged. An incident may be in several branches. */
export interface IndexScan<Parameter> {
  order: Order
  branches: readonly ScanBranch[]
  /** Parameters of the filter that all its incidents match. */
  covers: readonly Parameter[]
}

/** The first and the last key that are wanted, in ascending order, both included; null where there is no end. */
export interface Range {
  low: SortKey | null
  high: SortKey | null
}

/** Statements are cached by their text, and each number of branches makes another. */
const MAX_BRANCHES = 128

/** Whether a scan has no more branches than a statement may have. */
export function fitsStatement({ branches }: Pick<IndexScan<unknown>, 'branches'>): boolean {
  return branches.length <= MAX_BRANCHES
}

/** Reads all incidents in an order. */
export function fullScan(order: Order): IndexScan<never> {
  const index = {
    date: 'NOT INDEXED',
    deaths: 'INDEXED BY incidents_by_deaths',
    updated_at: 'INDEXED BY incidents_by_updated_at',
  }
  const from = `incidents ${index[order]}`
  return { order, branches: [{ key: 'key', from, where: { sql: 'TRUE', values: [] } }], covers: [] }
}

/**
 * SQL that reads a scan in its order: SQLite takes from each branch in turn what comes next, and reads no more of
 * any than is taken. A LIMIT must follow, without which SQLite may sort.
 */
export function orderedScan(scan: IndexScan<unknown>, range: Range, isDescending: boolean): SqlFragment {
  const { sql, values } = unorderedScan(scan, range)
  return { sql: `${sql} ${orderBy(orderingOf(scan.order, isDescending))}`, values }
}

/** SQL that reads a scan in any order. */
export function unorderedScan(
  { order, branches }: Pick<IndexScan<unknown>, 'order' | 'branches'>,
  range: Range,
): SqlFragment {
  const parts = padToPowerOfTwo(branches).flatMap((branch) => selectBranch(branch, order, range))
  return {
    sql: parts.map(({ sql }) => sql).join(' UNION ALL '),
    values: parts.flatMap(({ values }) => values),
  }
}

/**
 * What follows FROM where the scan is one range of one index of incidents, else null: their other columns are read
 * on the way then, and an ORDER BY is enough.
 */
export function singleRange(scan: IndexScan<unknown>, range: Range): SqlFragment | null {
  const only = onlyRange(scan, range)
  return only?.key === 'key' ? only : null
}

/** What follows FROM where the scan is one range of one index, and the column of its keys; else null. */
export function onlyRange(
  { order, branches }: IndexScan<unknown>,
  range: Range,
): (SqlFragment & Pick<ScanBranch, 'key'>) | null {
  const [branch, ...others] = branches
  if (!branch || others.length > 0) return null
  const [only, ...further] = branchRanges(branch, order, range)
  return only && further.length === 0 ? { ...only, key: branch.key } : null
}

function selectBranch(branch: ScanBranch, order: Order, range: Range): SqlFragment[] {
  const rank = rankColumn(order)
  return branchRanges(branch, order, range).map(({ sql, values }) => ({
    sql: `SELECT ${rank ? `${rank}, ` : ''}${branch.key} AS key FROM ${sql}`,
    values,
  }))
}

/** The column that precedes the key in an order. */
function rankColumn(order: Order): string | undefined {
  return ORDERS[order].length > 1 ? ORDERS[order][0] : undefined
}

function branchRanges({ key, from, where, first }: ScanBranch, order: Order, range: Range): SqlFragment[] {
  const rank = rankColumn(order)
  const ranges = rank ? rankRanges(rank, key, range) : [keyRange(key, range, first)]
  return ranges.map(({ sql, values }) => ({
    sql: `${from} WHERE ${where.sql}${sql}`,
    values: [...where.values, ...values],
  }))
}

function keyRange(key: string, { low, high }: Range, first = Number.NEGATIVE_INFINITY): SqlFragment {
  const lowest = Math.max(first, Number(low?.[0] ?? first))
  return conditions([
    [`${key} >= ?`, lowest === Number.NEGATIVE_INFINITY ? undefined : lowest],
    [`${key} <= ?`, high?.[0]],
  ])
}

/**
 * The first rank, the ranks between, and the last: of a comparison of both columns at once SQLite uses the first
 * column only, and many records have the same rank.
 */
function rankRanges(rank: string, key: string, { low, high }: Range): SqlFragment[] {
  if (low && high && isAfter(low, high, false)) return [{ sql: ' AND FALSE', values: [] }]
  const sameRank = (at: SortKey, from: SqlValue | undefined, to: SqlValue | undefined) =>
    conditions([
      [`${rank} = ?`, at[0]],
      [`${key} >= ?`, from],
      [`${key} <= ?`, to],
    ])
  if (low && high && low[0] === high[0]) return [sameRank(low, low[1], high[1])]
  return [
    ...(low ? [sameRank(low, low[1], undefined)] : []),
    conditions([
      [`${rank} > ?`, low?.[0]],
      [`${rank} < ?`, high?.[0]],
    ]),
    ...(high ? [sameRank(high, undefined, high[1])] : []),
  ]
}

function conditions(comparisons: readonly [sql: string, value: SqlValue | undefined][]): SqlFragment {
  const given = comparisons.filter(([, value]) => value !== undefined)
  return {
    sql: given.map(([sql]) => ` AND ${sql}`).join(''),
    values: given.map(([, value]) => value as SqlValue),
  }
}

/** Adds empty branches, so that fewer different statements are prepared. */
function padToPowerOfTwo(branches: readonly ScanBranch[]): readonly ScanBranch[] {
  const last = branches.at(-1)
  if (!last || branches.length < 3) return branches
  const length = 2 ** Math.ceil(Math.log2(branches.length))
  const empty: ScanBranch = {
    ...last,
    where: { ...last.where, values: last.where.values.map((): SqlValue => null) },
  }
  return [...branches, ...Array.from({ length: length - branches.length }, () => empty)]
}

/** The part of a range after a key, in one direction. */
export function after(range: Range, key: SortKey | null, isDescending: boolean): Range {
  if (!key) return range
  // The last column is the key of an incident, a whole number.
  const next = [...key.slice(0, -1), Number(key.at(-1)) + (isDescending ? -1 : 1)]
  const end = isDescending ? 'high' : 'low'
  const present = range[end]
  return present && isAfter(present, next, isDescending) ? range : { ...range, [end]: next }
}

/** The part of a range up to a key and including it, in one direction. */
export function upTo(range: Range, key: SortKey | null, isDescending: boolean): Range {
  return key ? { ...range, [isDescending ? 'low' : 'high']: key } : range
}
