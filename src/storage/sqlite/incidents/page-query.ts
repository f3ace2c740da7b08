import { setImmediate } from 'node:timers/promises'
import type { IncidentFilter, Sort } from '../../../incidents/incident.store.ts'
import type { SliceRequest } from '../../../records.ts'
import { allOf, type SqlFragment } from '../../sql/fragment.ts'
import { afterKey, fromPosition, isAfter, type Ordering, orderBy, type SortKey } from '../../sql/keyset.ts'
import type { Connection } from '../database/connection.ts'
import { compareIncident, type FilterContext, type FilterScan, findRange, findScans } from './filters.ts'
import { buildMatchQuery, type WordSearch } from './full-text.ts'
import {
  after,
  fullScan,
  type Order,
  orderedScan,
  orderingOf,
  parseSort,
  type Range,
  singleRange,
  unorderedScan,
  upTo,
} from './index-scan.ts'

/** Rows that one statement reads at most; other requests go on between statements. */
const MAX_ROWS_PER_STEP = 4096
/** Rows that are collected and sorted at most, where that is less work than following the order. */
const MAX_SORTED_ROWS = 2 ** 16

/**
 * Finds the keys of a page's incidents, and one more where anything follows. Of the scans that match a part of the
 * filter it follows the most selective one step by step and compares the rest of the filter row by row; once another
 * scan has no more rows than were read in vain, that one is collected and sorted. SQLite never sorts.
 */
export async function findPage(
  connection: Connection,
  filter: IncidentFilter,
  sort: Sort,
  request: SliceRequest,
): Promise<SortKey[]> {
  const query = new PageQuery(connection, filter, sort, request)
  return query.isEmpty ? [] : query.keys()
}

class PageQuery {
  readonly #ordering: Ordering
  readonly #order: Order
  readonly #isDescending: boolean
  /** Rows of a page and one more. */
  readonly #wanted: number
  readonly #after: SortKey | null
  readonly #terms: WordSearch | null
  readonly #context: FilterContext
  readonly #scans: readonly FilterScan[]

  constructor(
    private readonly connection: Connection,
    private readonly filter: IncidentFilter,
    sort: Sort,
    { limit, after }: SliceRequest,
  ) {
    const { order, isDescending } = parseSort(sort)
    this.#order = order
    this.#isDescending = isDescending
    this.#ordering = orderingOf(order, isDescending)
    this.#wanted = limit + 1
    this.#after = after && fromPosition(this.#ordering, after)
    this.#terms = filter.words ? buildMatchQuery(connection, filter.words) : null
    this.#context = { connection, match: this.#terms?.match ?? null }
    this.#scans = findScans(filter, this.#context)
  }

  /** Whether a parameter matches nothing at all. */
  get isEmpty(): boolean {
    return this.#scans.some(({ branches }) => branches.length === 0)
  }

  async keys(): Promise<SortKey[]> {
    const inOrder = this.#scans.filter(({ order }) => order === this.#order)
    const ordered = inOrder.length > 0 ? inOrder : [fullScan(this.#order)]
    const others = this.#scans.filter(({ order }) => order !== this.#order)
    let range = after(this.#rangeOf(this.#order), this.#after, this.#isDescending)
    const complete = ordered.find((scan) => this.#comparison(scan) === null)
    if (complete) return this.#read(complete, range, this.#wanted)

    const keys: SortKey[] = []
    let step = Math.min(MAX_ROWS_PER_STEP, 4 * this.#wanted)
    for (let passed = step, probed = 0; ; passed += step) {
      const { scan, end } = this.#mostSelective(ordered, range, step)
      keys.push(...this.#read(scan, upTo(range, end, this.#isDescending), this.#wanted - keys.length))
      if (!end || keys.length === this.#wanted) return keys
      range = after(range, end, this.#isDescending)
      if (passed >= 2 * probed) {
        probed = passed
        const few = others.find((other) => this.#hasAtMost(other, Math.min(MAX_SORTED_ROWS, 2 * passed)))
        if (few) return this.#collectAndSort(few)
      }
      step = Math.min(MAX_ROWS_PER_STEP, 4 * step)
      await setImmediate()
    }
  }

  /** The scan that gets furthest in a step, and where the step ends; null when nothing is left after it. */
  #mostSelective(
    scans: readonly FilterScan[],
    range: Range,
    step: number,
  ): { scan: FilterScan; end: SortKey | null } {
    const ends = scans.map((scan) => ({ scan, end: this.#endOfStep(scan, range, step) }))
    return ends.reduce((best, other) =>
      best.end && (!other.end || isAfter(other.end, best.end, this.#isDescending)) ? other : best,
    )
  }

  /** The number of rows of a scan that take as long as a step. */
  #rowsPerStep(scan: FilterScan, step: number): number {
    if (!this.#terms) return step
    // Following the records of a term is fast; that of hundreds of terms at once is slower too.
    const { cost } = this.#terms
    return Math.ceil(step / (scan.covers.includes('words') ? Math.max(1, cost / 64) : cost))
  }

  /** The key at which a step of a scan ends; null when nothing is left after it. */
  #endOfStep(scan: FilterScan, range: Range, step: number): SortKey | null {
    const { sql, values } = orderedScan(scan, range, this.#isDescending)
    const end = this.connection.get<Row>(
      `${sql} LIMIT 1 OFFSET ?`,
      ...values,
      this.#rowsPerStep(scan, step) - 1,
    )
    return end ? keyIn(end, scan.order) : null
  }

  /** The first keys of a scan whose incidents match the whole filter. */
  #read(scan: FilterScan, range: Range, limit: number): SortKey[] {
    const comparison = this.#comparison(scan)
    const found: SortKey[] = []
    for (let rest = range; ; ) {
      const { sql, values } = this.#selectKeys(scan, rest, comparison, limit)
      const keys = this.connection.all<Row>(sql, ...values, limit).map((row) => keyIn(row, this.#order))
      // An incident that is in several branches comes as often.
      for (const key of keys) if (key.at(-1) !== found.at(-1)?.at(-1)) found.push(key)
      if (keys.length < limit || found.length >= limit) return found.slice(0, limit)
      rest = after(rest, found.at(-1) ?? null, this.#isDescending)
    }
  }

  /** SQL of the keys of a scan, up to its limit. */
  #selectKeys(scan: FilterScan, range: Range, comparison: SqlFragment | null, limit: number): SqlFragment {
    const { sql, values } = orderedScan(scan, range, this.#isDescending)
    if (!comparison && scan.order === this.#order) return { sql: `${sql} LIMIT ?`, values }
    const select = `SELECT ${orderingOf(this.#order, this.#isDescending, 'incidents').columns.join(', ')}`
    const alone = singleRange(scan, range)
    if (alone && comparison)
      return {
        sql: `${select} FROM ${alone.sql} AND ${comparison.sql} ${orderBy(orderingOf(scan.order, this.#isDescending))} LIMIT ?`,
        values: [...alone.values, ...comparison.values],
      }
    return {
      // The cross join keeps the order of the scan, and the limit inside makes SQLite read in that order.
      sql: `${select} FROM (${sql} LIMIT ?) AS scanned CROSS JOIN incidents ON incidents.key = scanned.key
        WHERE ${comparison?.sql ?? 'TRUE'} LIMIT ?`,
      values: [...values, comparison ? -1 : limit, ...(comparison?.values ?? [])],
    }
  }

  /** The condition on each row of a scan; null when all its rows in range match. */
  #comparison({ order, covers }: FilterScan): SqlFragment | null {
    const covered = new Set([...covers, ...findRange(this.filter, order, this.#context).covers])
    const conditions = compareIncident(this.filter, covered, this.#context)
    // A scan in another order also reads what earlier pages had.
    if (order !== this.#order && this.#after)
      conditions.push(afterKey(orderingOf(this.#order, this.#isDescending, 'incidents'), this.#after))
    return conditions.length > 0 ? allOf(conditions) : null
  }

  #rangeOf(order: Order): Range {
    return findRange(this.filter, order, this.#context).range
  }

  /** Whether reading a whole scan takes no longer than `rows` rows do. */
  #hasAtMost(scan: FilterScan, rows: number): boolean {
    const { sql, values } = unorderedScan(scan, this.#rangeOf(scan.order))
    const max = this.#rowsPerStep(scan, rows)
    const counted = this.connection.get<{ n: number }>(
      `SELECT count(*) AS n FROM (${sql} LIMIT ?)`,
      ...values,
      max + 1,
    )
    return (counted?.n ?? 0) <= max
  }

  /** Reads a whole scan of another order, and sorts what matches. */
  async #collectAndSort(scan: FilterScan): Promise<SortKey[]> {
    const keys: SortKey[] = []
    let range = this.#rangeOf(scan.order)
    while (true) {
      const end = this.#endOfStep(scan, range, MAX_ROWS_PER_STEP)
      keys.push(...this.#read(scan, upTo(range, end, this.#isDescending), MAX_SORTED_ROWS))
      if (!end) break
      range = after(range, end, this.#isDescending)
      await setImmediate()
    }
    return keys.sort((a, b) => (isAfter(a, b, this.#isDescending) ? 1 : -1)).slice(0, this.#wanted)
  }
}

type Row = Record<string, string | number>

function keyIn(row: Row, order: Order): SortKey {
  return orderingOf(order, false).columns.map((column) => row[column] as string | number)
}
