import { setImmediate } from 'node:timers/promises'
import type { IncidentFilter, IncidentQuery } from '../../../incidents/incident.store.ts'
import type { Position, SerializedSlice, SliceRequest } from '../../../records.ts'
import { allOf, type SqlFragment } from '../../sql/fragment.ts'
import {
  afterKey,
  fromPosition,
  isAfter,
  type Ordering,
  orderBy,
  type SortKey,
  toPosition,
} from '../../sql/keyset.ts'
import type { Connection } from '../database/connection.ts'
import { compareIncident, type FilterContext, type FilterScan, findRange, findScans } from './filters.ts'
import { buildMatchQuery, type WordSearch } from './full-text.ts'
import {
  after,
  fullScan,
  type Order,
  onlyRange,
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
  query: IncidentQuery,
  request: SliceRequest,
): Promise<SortKey[]> {
  const plan = planPage(connection, query)
  return plan.isEmpty ? [] : new PageQuery(connection, plan, request).keys()
}

/** How the pages of a query are read. */
interface PagePlan {
  connection: Connection
  /** Of the data from which it follows, such as the keys of actors; null where it follows from the query alone. */
  version: number | null
  filter: IncidentFilter
  order: Order
  isDescending: boolean
  ordering: Ordering
  terms: WordSearch | null
  context: FilterContext
  /** Whether a parameter matches nothing at all. */
  isEmpty: boolean
  /** The scans in the order of the page, at least one, and in others. */
  ordered: readonly FilterScan[]
  others: readonly FilterScan[]
  /** The keys that can match. */
  range: Range
  /** The scan whose keys in the range all match; undefined where there is none. */
  complete: FilterScan | undefined
  /** SQL of the first page, where that is one statement; undefined before it is known. */
  first?: WholePageSql | null
}

/** Requests that are sent again have the same query. */
const PLANS = new WeakMap<IncidentQuery, PagePlan>()

/** Plans a query, or finds its plan if nothing was committed since. */
function planPage(connection: Connection, query: IncidentQuery): PagePlan {
  const version = connection.lastDataVersion
  const known = PLANS.get(query)
  if (known?.connection === connection && (known.version ?? version) === version) return known
  const { filter, sort } = query
  const { order, isDescending } = parseSort(sort)
  const terms = filter.words ? buildMatchQuery(connection, filter.words) : null
  let dependsOnData = terms !== null
  const context = {
    get connection() {
      dependsOnData = true
      return connection
    },
    match: terms?.match ?? null,
  }
  const scans = findScans(filter, context)
  const inOrder = scans.filter((scan) => scan.order === order)
  const ordered = inOrder.length > 0 ? inOrder : [fullScan(order)]
  const { range, covers } = findRange(filter, order, context)
  const plan = {
    ...{ connection, filter, order, isDescending, terms, context, ordered, range },
    ordering: orderingOf(order, isDescending),
    isEmpty: scans.some(({ branches }) => branches.length === 0),
    others: scans.filter((scan) => scan.order !== order),
    complete: ordered.find(
      (scan) => compareIncident(filter, new Set([...scan.covers, ...covers]), context).length === 0,
    ),
  }
  const planned = { ...plan, version: dependsOnData ? version : null }
  PLANS.set(query, planned)
  return planned
}

/**
 * Reads a page by date in one statement, where its incidents are one range of one index: most pages. Null elsewhere.
 */
export function readWholePage(
  connection: Connection,
  query: IncidentQuery,
  { limit, after }: SliceRequest,
): SerializedSlice | null {
  while (true) {
    const version = connection.lastDataVersion
    const plan = planPage(connection, query)
    if (!after && plan.first === undefined) plan.first = selectWholePage(plan, null)
    const statement = after ? selectWholePage(plan, after) : plan.first
    if (!statement) return null
    const { values } = statement
    const [page] = connection.allArrays<WholePage>(statement.page, ...values, ...values, limit)
    const [json, first, other, last, hasMore] = page as WholePage
    const datasets =
      first === other
        ? [first]
        : connection
            .all<{ dataset: string }>(statement.datasets, ...values, limit)
            .map(({ dataset }) => dataset)
    // One statement reads one state of the data: only what it follows from may be of another.
    const isWhole = plan.version === null && first === other
    if (!isWhole && connection.dataVersion() !== version) continue
    if (json === null) return { json: Buffer.alloc(0), datasets: [], next: null }
    return {
      json,
      datasets: [...new Set(datasets)],
      next: hasMore ? toPosition(plan.ordering, [last]) : null,
    }
  }
}

/** SQL of a page and of its data sets, each up to a limit; `values` are those of its range, which the first has twice. */
interface WholePageSql {
  page: string
  datasets: string
  values: SqlFragment['values']
}

/** The documents, the first and the last of their data sets by name, the last key, and whether others follow. */
type WholePage = [json: Buffer | null, string, string, last: number, hasMore: 0 | 1]

/** SQL of a page; null where it takes several statements to find its keys. */
function selectWholePage(plan: PagePlan, position: Position | null): WholePageSql | null {
  const { order, isDescending, complete, ordering, isEmpty } = plan
  if (isEmpty || !complete || order !== 'date') return null
  const range = after(plan.range, position && fromPosition(ordering, position), isDescending)
  const only = onlyRange(complete, range)
  if (!only) return null
  const { sql, values, key } = only
  const [last, comparison, direction] = isDescending ? ['min', '<', 'DESC'] : ['max', '>', 'ASC']
  // The limit inside makes SQLite read in the order of the index, and the cross join keeps it.
  const from = `(SELECT ${key} AS key FROM ${sql} ORDER BY ${key} ${direction} LIMIT ?) AS scanned
    CROSS JOIN documents ON documents.key = scanned.key`
  return {
    page: `SELECT page.*, EXISTS (SELECT 1 FROM ${sql} AND ${key} ${comparison} page.last) FROM (
      SELECT CAST(group_concat(document, ',') AS BLOB), min(dataset), max(dataset), ${last}(key) AS last
      FROM (SELECT documents.key, dataset, document FROM ${from})) AS page`,
    datasets: `SELECT dataset FROM ${from}`,
    values,
  }
}

class PageQuery {
  /** Rows of a page and one more. */
  readonly #wanted: number
  readonly #after: SortKey | null

  constructor(
    private readonly connection: Connection,
    private readonly plan: PagePlan,
    { limit, after }: SliceRequest,
  ) {
    this.#wanted = limit + 1
    this.#after = after && fromPosition(plan.ordering, after)
  }

  async keys(): Promise<SortKey[]> {
    const { ordered, others, complete, isDescending } = this.plan
    let range = after(this.plan.range, this.#after, isDescending)
    if (complete) return this.#read(complete, range, this.#wanted, null)

    const keys: SortKey[] = []
    let step = Math.min(MAX_ROWS_PER_STEP, 4 * this.#wanted)
    for (let passed = step, probed = 0; ; passed += step) {
      const { scan, end } = this.#mostSelective(ordered, range, step)
      keys.push(...this.#read(scan, upTo(range, end, this.plan.isDescending), this.#wanted - keys.length))
      if (!end || keys.length === this.#wanted) return keys
      range = after(range, end, this.plan.isDescending)
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
      best.end && (!other.end || isAfter(other.end, best.end, this.plan.isDescending)) ? other : best,
    )
  }

  /** The number of rows of a scan that take as long as a step. */
  #rowsPerStep(scan: FilterScan, step: number): number {
    if (!this.plan.terms) return step
    // Following the records of a term is fast; that of hundreds of terms at once is slower too.
    const { cost } = this.plan.terms
    return Math.ceil(step / (scan.covers.includes('words') ? Math.max(1, cost / 64) : cost))
  }

  /** The key at which a step of a scan ends; null when nothing is left after it. */
  #endOfStep(scan: FilterScan, range: Range, step: number): SortKey | null {
    const { sql, values } = orderedScan(scan, range, this.plan.isDescending)
    const [end] = this.connection.allArrays<SortKey>(
      `${sql} LIMIT 1 OFFSET ?`,
      ...values,
      this.#rowsPerStep(scan, step) - 1,
    )
    return end ?? null
  }

  /** The first keys of a scan whose incidents match the whole filter. */
  #read(
    scan: FilterScan,
    range: Range,
    limit: number,
    comparison: SqlFragment | null = this.#comparison(scan),
  ): SortKey[] {
    const found: SortKey[] = []
    for (let rest = range; ; ) {
      const { sql, values } = this.#selectKeys(scan, rest, comparison, limit)
      const keys = this.connection.allArrays<SortKey>(sql, ...values, limit)
      // An incident that is in several branches comes as often.
      for (const key of keys) if (key.at(-1) !== found.at(-1)?.at(-1)) found.push(key)
      if (keys.length < limit || found.length >= limit) return found.slice(0, limit)
      rest = after(rest, found.at(-1) ?? null, this.plan.isDescending)
    }
  }

  /** SQL of the keys of a scan, up to its limit. */
  #selectKeys(scan: FilterScan, range: Range, comparison: SqlFragment | null, limit: number): SqlFragment {
    const { sql, values } = orderedScan(scan, range, this.plan.isDescending)
    if (!comparison && scan.order === this.plan.order) return { sql: `${sql} LIMIT ?`, values }
    const select = `SELECT ${orderingOf(this.plan.order, this.plan.isDescending, 'incidents').columns.join(', ')}`
    const alone = singleRange(scan, range)
    if (alone && comparison)
      return {
        sql: `${select} FROM ${alone.sql} AND ${comparison.sql} ${orderBy(orderingOf(scan.order, this.plan.isDescending))} LIMIT ?`,
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
    const covered = new Set([...covers, ...findRange(this.plan.filter, order, this.plan.context).covers])
    const conditions = compareIncident(this.plan.filter, covered, this.plan.context)
    // A scan in another order also reads what earlier pages had.
    if (order !== this.plan.order && this.#after)
      conditions.push(afterKey(orderingOf(this.plan.order, this.plan.isDescending, 'incidents'), this.#after))
    return conditions.length > 0 ? allOf(conditions) : null
  }

  #rangeOf(order: Order): Range {
    return findRange(this.plan.filter, order, this.plan.context).range
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
      keys.push(...this.#read(scan, upTo(range, end, this.plan.isDescending), MAX_SORTED_ROWS))
      if (!end) break
      range = after(range, end, this.plan.isDescending)
      await setImmediate()
    }
    return keys.sort((a, b) => (isAfter(a, b, this.plan.isDescending) ? 1 : -1)).slice(0, this.#wanted)
  }
}
