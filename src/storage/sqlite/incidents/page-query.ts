import { setImmediate } from 'node:timers/promises'
import type { IncidentFilter, Sort } from '../../../incidents/incident.store.ts'
import type { Position, SliceRequest } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import { allOf, clausesOf, type SqlFragment } from '../database/sql-fragment.ts'
import { keysetCondition } from '../records/keyset.ts'
import { buildMatchQuery, type WordSearch } from './full-text.ts'
import {
  after,
  columnsOf,
  isAfter,
  type Order,
  orderBy,
  orderedScan,
  orderOf,
  positionOf,
  type Range,
  singleRange,
  unorderedScan,
  upTo,
} from './index-scan.ts'
import { coveredByRange, fullScan, type IncidentScan, indexScans, rangeOf } from './index-scans.ts'
import { residualClauses } from './where-clauses.ts'

/** Rows that one statement looks at, at most; other requests go on between statements. */
const MAX_ROWS_PER_STEP = 4096
/** Rows that are gathered to be sorted, at most, where that is less work than going along the order. */
const MAX_SORTED_ROWS = 2 ** 16

/**
 * Where the records of a page are, and one more where anything follows. Of the walks that match a part of the filter it goes
 * along the one that gets furthest, step by step, and compares the rest of the filter row by row; once another
 * walk has no more rows than it has passed in vain, that one is gathered and sorted. No statement sorts.
 */
export async function findPage(
  connection: Connection,
  filter: IncidentFilter,
  sort: Sort,
  request: SliceRequest,
): Promise<Position[]> {
  const search = new PageQuery(connection, filter, sort, request)
  return search.isEmpty ? [] : search.positions()
}

class PageQuery {
  readonly #order: Order
  readonly #isDescending: boolean
  /** Rows of a page and one more. */
  readonly #wanted: number
  readonly #after: Position | null
  readonly #words: WordSearch | null
  readonly #walks: readonly IncidentScan[]

  constructor(
    private readonly connection: Connection,
    private readonly filter: IncidentFilter,
    sort: Sort,
    { limit, after }: SliceRequest,
  ) {
    const { order, isDescending } = orderOf(sort)
    this.#order = order
    this.#isDescending = isDescending
    this.#wanted = limit + 1
    this.#after = after
    this.#words = filter.words ? buildMatchQuery(connection, filter.words) : null
    this.#walks = indexScans(connection, filter, this.#words?.match ?? null)
  }

  /** Whether a parameter matches nothing at all. */
  get isEmpty(): boolean {
    return this.#walks.some(({ branches }) => branches.length === 0)
  }

  async positions(): Promise<Position[]> {
    const same = this.#walks.filter(({ order }) => order === this.#order)
    const ordered = same.length > 0 ? same : [fullScan(this.#order)]
    const others = this.#walks.filter(({ order }) => order !== this.#order)
    let range = after(rangeOf(this.connection, this.filter, this.#order), this.#after, this.#isDescending)
    const whole = ordered.find((walk) => this.#residual(walk) === null)
    if (whole) return this.#read(whole, range, this.#wanted)

    const rows: Position[] = []
    let step = Math.min(MAX_ROWS_PER_STEP, 4 * this.#wanted)
    for (let passed = step, probed = 0; ; passed += step) {
      const { walk, end } = this.#mostSelective(ordered, range, step)
      const stretch = upTo(range, end, this.#isDescending)
      rows.push(...this.#read(walk, stretch, this.#wanted - rows.length))
      if (!end || rows.length === this.#wanted) return rows
      range = after(range, end, this.#isDescending)
      if (passed >= 2 * probed) {
        probed = passed
        const few = others.find((walk) => this.#hasAtMost(walk, Math.min(MAX_SORTED_ROWS, 2 * passed)))
        if (few) return this.#collectAndSort(few)
      }
      step = Math.min(MAX_ROWS_PER_STEP, 4 * step)
      await setImmediate()
    }
  }

  /** The walk that gets furthest in a step, and where the step ends; null when nothing is left after it. */
  #mostSelective(
    walks: readonly IncidentScan[],
    range: Range,
    step: number,
  ): { walk: IncidentScan; end: Position | null } {
    const ends = walks.map((walk) => ({ walk, end: this.#endOf(walk, range, step) }))
    return ends.reduce((best, other) =>
      best.end && (!other.end || isAfter(other.end, best.end, this.#isDescending)) ? other : best,
    )
  }

  /** How many rows of a walk take as long as a step. */
  #stepOf(walk: IncidentScan, step: number): number {
    if (!this.#words) return step
    // Going through the records of a word is fast; of hundreds of words at once, it is slower too.
    const { takes } = this.#words
    return Math.ceil(step / (walk.covers.includes('words') ? Math.max(1, takes / 64) : takes))
  }

  /** The position with which a step along a walk ends; null when nothing is left after it. */
  #endOf(walk: IncidentScan, range: Range, step: number): Position | null {
    const { sql, values } = orderedScan(walk, range, this.#isDescending)
    const end = this.connection.get<Row>(`${sql} LIMIT 1 OFFSET ?`, ...values, this.#stepOf(walk, step) - 1)
    return end ? positionIn(end, walk.order) : null
  }

  /** The first so many records of a walk that match the whole filter. */
  #read(walk: IncidentScan, range: Range, limit: number): Position[] {
    const residual = this.#residual(walk)
    const found: Position[] = []
    for (let left = range; ; ) {
      const { sql, values } = this.#positionsOf(walk, left, residual, limit)
      const rows = this.connection.all<Row>(sql, ...values, limit).map((row) => positionIn(row, this.#order))
      // A record that is in several branches comes as often.
      for (const row of rows) if (row.at(-1) !== found.at(-1)?.at(-1)) found.push(row)
      if (rows.length < limit || found.length >= limit) return found.slice(0, limit)
      left = after(left, found.at(-1) ?? null, this.#isDescending)
    }
  }

  /** SQL of the positions of a walk's records, up to its limit. */
  #positionsOf(walk: IncidentScan, range: Range, residual: SqlFragment | null, limit: number): SqlFragment {
    const { sql, values } = orderedScan(walk, range, this.#isDescending)
    if (!residual && walk.order === this.#order) return { sql: `${sql} LIMIT ?`, values }
    const select = `SELECT ${positionOf(this.#order)
      .map((column) => `incidents.${column}`)
      .join(', ')}`
    const alone = singleRange(walk, range)
    if (alone && residual)
      return {
        sql: `${select} FROM ${alone.sql} AND ${residual.sql} ${orderBy(walk.order, this.#isDescending)} LIMIT ?`,
        values: [...alone.values, ...residual.values],
      }
    return {
      // The cross join keeps the order of the walk, and the limit inside makes SQLite read in that order.
      sql: `${select} FROM (${sql} LIMIT ?) AS walked CROSS JOIN incidents ON incidents.key = walked.key
        WHERE ${residual?.sql ?? 'TRUE'} LIMIT ?`,
      values: [...values, residual ? -1 : limit, ...(residual?.values ?? [])],
    }
  }

  /** What is to be compared row by row along a walk; null when nothing is. */
  #residual({ order, covers: answers }: IncidentScan): SqlFragment | null {
    const answered = new Set([...answers, ...coveredByRange(this.filter, order)])
    const left = Object.entries(this.filter).filter(([name]) => !answered.has(name as keyof IncidentFilter))
    const after = order === this.#order ? null : this.#after
    if (left.length === 0 && !after) return null
    return allOf([
      clausesOf(residualClauses(this.#words?.match ?? null), Object.fromEntries(left) as IncidentFilter),
      ...(after ? [keysetCondition(columnsOf(this.#order), this.#isDescending, after)] : []),
    ])
  }

  /** Whether reading the whole of a walk takes no longer than so many rows do. */
  #hasAtMost(walk: IncidentScan, most: number): boolean {
    const { sql, values } = unorderedScan(walk, rangeOf(this.connection, this.filter, walk.order))
    const rows = this.#stepOf(walk, most)
    const counted = this.connection.get<{ n: number }>(
      `SELECT count(*) AS n FROM (${sql} LIMIT ?)`,
      ...values,
      rows + 1,
    )
    return (counted?.n ?? 0) <= rows
  }

  /** Reads the whole of a walk in another order, and sorts what matches. */
  async #collectAndSort(walk: IncidentScan): Promise<Position[]> {
    const rows: Position[] = []
    let range = rangeOf(this.connection, this.filter, walk.order)
    while (true) {
      const end = this.#endOf(walk, range, MAX_ROWS_PER_STEP)
      rows.push(...this.#read(walk, upTo(range, end, this.#isDescending), MAX_SORTED_ROWS))
      if (!end) break
      range = after(range, end, this.#isDescending)
      await setImmediate()
    }
    return rows.sort((a, b) => (isAfter(a, b, this.#isDescending) ? 1 : -1)).slice(0, this.#wanted)
  }
}

type Row = Record<string, string | number>

function positionIn(row: Row, order: Order): Position {
  return positionOf(order).map((column) => row[column] as string | number)
}
