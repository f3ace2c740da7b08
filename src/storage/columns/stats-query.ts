import { ServiceError } from '../../errors.ts'
import type { IncidentFilter } from '../../incidents/incident.store.ts'
import { type Interval, startOf } from '../../stats/intervals.ts'
import type { RequiredPrecision } from '../../stats/precision.ts'
import { chooseTotal, splitByDataset } from '../../stats/side-by-side.ts'
import { type FindName, listFigures, readSums, renderRow, type SumRow } from '../../stats/stats.rows.ts'
import type { DatasetSum, Dimension, StatsTotal } from '../../stats/stats.schema.ts'
import type { Part, StatsAnswer, StatsQuery } from '../../stats/stats.store.ts'
import { allOf, anyOf, type SqlFragment } from '../sql/fragment.ts'
import { afterKey, fromPosition, type Ordering, orderBy, takePage } from '../sql/keyset.ts'
import type { Columns } from './column-store.ts'
import { beginsOnOrAfter, oneOfCodes, whereColumns, whereLookedUp } from './filter-columns.ts'
import type { RecordLookups } from './record-lookups.ts'
import {
  type ColumnList,
  countSpread,
  dimensionSql,
  fromActing,
  fromIncidents,
  MEAN_POSITION,
  selectList,
  sumsOfIncidents,
  sumsOfPart,
} from './sums-sql.ts'

/** The number of rows that filling may make. */
const MAX_FILLED_ROWS = 100_000

/** Sums what a query asks for; see `StatsStore.stats`. */
export async function queryStats(
  columns: Columns,
  records: RecordLookups,
  query: StatsQuery,
): Promise<StatsAnswer> {
  const { combination, excluded } = records.combine(query)
  if (excluded.length > 0) await columns.createKeys('excluded', excluded.join())
  const { filter, groupBy: asked } = query
  // Grouped by date, each record counts on its first day.
  const isByDate = asked.includes('date')
  const begins = isByDate && filter.date_from !== undefined ? [beginsOnOrAfter(filter.date_from)] : []
  const common = allOf([
    await whereLookedUp(columns, records, filter),
    ...(excluded.length > 0 ? [{ sql: 'incidents.key NOT IN (SELECT key FROM excluded)', values: [] }] : []),
  ])
  const matching = allOf([whereColumns(records, filter), common, ...begins])
  const statements = new StatsStatements(columns, records, query, matching)
  const byDataset = await statements.sumByDataset()
  const groupBy = splitByDataset(query, byDataset)
  return {
    ...(await statements.readRows(groupBy)),
    groupBy,
    byDataset,
    ...(await sumParts(columns, query, allOf([whereColumns(records, query.wholeFilter), common]))),
    total: await chooseTotal(query, byDataset, () => statements.sumAll()),
    combined: combination,
  }
}

/** The statements of one query. */
class StatsStatements {
  readonly #figures: string[]
  /** The rows by data set, in ascending order; empty until they have been read. */
  #byDataset: SumRow[] = []

  constructor(
    private readonly columns: Columns,
    private readonly records: RecordLookups,
    private readonly query: StatsQuery,
    /** The condition of the records that are counted. */
    private readonly matching: SqlFragment,
  ) {
    this.#figures = listFigures(query)
  }

  /** Sums the matching records of each data set. */
  async sumByDataset(): Promise<DatasetSum[]> {
    this.#byDataset = await this.#sum(['dataset'])
    return this.#byDataset.map((row) => ({ dataset: String(row.g0), ...readSums(row, this.query) }))
  }

  /** Sums all matching records. */
  async sumAll(): Promise<StatsTotal> {
    const [row] = await this.#sum([])
    return readSums(row as SumRow, this.query)
  }

  #sum(groupBy: readonly 'dataset'[]): Promise<SumRow[]> {
    const { sql, values } = this.#group(groupBy, undefined)
    return this.columns.all<SumRow>(`${sql} ${groupBy.length > 0 ? 'ORDER BY 1' : ''}`, values)
  }

  /** Reads the rows of a page; `repeated` is the sum of their records, those of several actors counted for each. */
  async readRows(groupBy: readonly Dimension[]): Promise<Pick<StatsAnswer, 'rows' | 'next' | 'repeated'>> {
    const { query } = this
    const order = orderRows(query, groupBy)
    const { rank, ordering, shape } = order
    const isByDataset = groupBy.join() === 'dataset' || (groupBy.length === 0 && this.#byDataset.length === 1)
    const isInOrder = !(rank || ordering.isDescending || query.after)
    const found = isByDataset && isInOrder ? this.#byDataset : await this.#readGroups(groupBy, order)
    const { rows, next } = takePage(found, query.limit, shape, (row) =>
      ordering.columns.map((column) => row[column] as string | number),
    )
    const names = new Map(
      groupBy.map((dimension, index) => {
        const values = new Set(rows.map((row) => row[`g${index}`] ?? null))
        return [dimension, this.records.names(dimension, [...values])] as const
      }),
    )
    const findName: FindName = (dimension, value) => {
      const found = names.get(dimension)
      return found && (found.get(value) ?? null)
    }
    return {
      rows: rows.map((row) => renderRow(row, query, groupBy, findName)),
      next,
      repeated: Number(rows[0]?.repeated ?? 0),
    }
  }

  /** Reads the groups of a page, and one more. */
  async #readGroups(groupBy: readonly Dimension[], { rank, ordering, shape }: RowOrder): Promise<SumRow[]> {
    const { query } = this
    const grouped = this.#group(groupBy, rank)
    const isFilled = query.fill && groupBy.includes('date')
    const { sql, values } = isFilled ? await this.#fill(grouped, groupBy) : grouped
    const hasOrder = ordering.columns.length > 0
    const rest = query.after && hasOrder ? afterKey(ordering, fromPosition(shape, query.after)) : null
    return this.columns.all<SumRow>(
      `SELECT * FROM (${sql}) ${rest ? `WHERE ${rest.sql}` : ''} ${hasOrder ? orderBy(ordering) : ''} LIMIT ?`,
      [...values, ...(rest?.values ?? []), query.limit + 1],
    )
  }

  /** Sums by dimensions, `g0`, `g1` and so on. */
  #group(groupBy: readonly Dimension[], rank: string | undefined): SqlFragment {
    const { filter, interval, cellSize, groupBy: asked } = this.query
    const sums: ColumnList = {
      ...sumsOfIncidents(this.#figures),
      ...(groupBy.includes('cell') && MEAN_POSITION),
      ...(asked.includes('date') && { spread: countSpread(interval) }),
    }
    const dimensions = groupBy.map((dimension) => dimensionSql(dimension, interval, cellSize))
    const selected = {
      ...Object.fromEntries(dimensions.map(({ value }, index) => [`g${index}`, value])),
      ...sums,
      ...(rank && { rank: `coalesce(${sums[rank]}, -1)` }),
      // Made before any row is left out.
      ...(groupBy.includes('actor') && { repeated: 'sum(count(*)) OVER ()' }),
    }
    const from = groupBy.includes('actor')
      ? fromActing(this.matching, filter.actor?.roles)
      : fromIncidents(this.matching)
    const by = dimensions.map(({ group }) => group).join(', ')
    return {
      sql: `SELECT ${selectList(selected)} FROM ${from.sql} ${by && `GROUP BY ${by}`}`,
      values: from.values,
    }
  }

  /** Adds a row of zeros for every interval in which nothing is recorded. */
  async #fill(grouped: SqlFragment, groupBy: readonly Dimension[]): Promise<SqlFragment> {
    const { filter, interval } = this.query
    const at = groupBy.indexOf('date')
    const others = groupBy.flatMap((_, index) => (index === at ? [] : [`g${index}`]))
    const start = (day: string | undefined, found: string): SqlFragment =>
      day === undefined
        ? { sql: `(SELECT ${found}(CAST(g${at} AS DATE)) FROM grouped)`, values: [] }
        : { sql: 'CAST(? AS DATE)', values: [startOf(day, interval)] }
    const [first, last] = [start(filter.date_from, 'min'), start(filter.date_to, 'max')]
    await this.columns.createTable('grouped', grouped)
    const filled: SqlFragment = {
      sql: `WITH calendar AS (SELECT CAST(CAST(day AS DATE) AS VARCHAR) AS g${at}
          FROM generate_series(${first.sql}, ${last.sql}, INTERVAL ${STEPS[interval]}) AS days (day)),
        others AS (SELECT DISTINCT ${others.join(', ') || '1 AS nothing'} FROM grouped)`,
      values: [...first.values, ...last.values],
    }
    const [all] = await this.columns.all<{ n: number }>(
      `${filled.sql} SELECT (SELECT count(*) FROM calendar) * (SELECT count(*) FROM others) AS n`,
      filled.values,
    )
    if (Number(all?.n) > MAX_FILLED_ROWS) throw tooManyRows(Number(all?.n))
    const same = groupBy.map((_, index) => `grouped.g${index} = wanted.g${index}`)
    const keys = groupBy.map((_, index) => `wanted.g${index}`)
    return {
      sql: `${filled.sql} SELECT ${keys.join(', ')},
          CASE WHEN grouped.records IS NULL THEN 0 ELSE COLUMNS(grouped.* EXCLUDE (${groupBy.map((_, index) => `g${index}`).join(', ')})) END
        FROM (SELECT * FROM calendar CROSS JOIN others) AS wanted LEFT JOIN grouped ON ${same.join(' AND ')}`,
      values: filled.values,
    }
  }
}

/** The steps from one interval to the next. */
const STEPS: Readonly<Record<Interval, string>> = {
  day: '1 day',
  week: '7 days',
  month: '1 month',
  quarter: '3 months',
  year: '1 year',
}

/** A part of the records that is summed by itself: those for which a condition holds. */
interface StatsPart {
  name: string
  condition: SqlFragment
}

/** Sums, by data set, the records that are imprecise, and those that also lie outside the period. */
async function sumParts(
  columns: Columns,
  { wholeFilter, required, groupBy }: StatsQuery,
  matching: SqlFragment,
): Promise<Pick<StatsAnswer, 'imprecise' | 'outside'>> {
  const isByDate = groupBy.includes('date')
  const parts = [
    imprecisePart(required, isByDate ? wholeFilter.date_from : undefined),
    outsidePart(wholeFilter, isByDate),
  ].flatMap((part) => part ?? [])
  if (parts.length === 0) return { imprecise: [], outside: [] }
  const flags = parts.map(({ name, condition }) => `, (${condition.sql}) AS is_${name}`).join('')
  const sums: ColumnList = Object.assign({}, ...parts.map(({ name }) => sumsOfPart(name)))
  const rows = await columns.all<SumRow>(
    `SELECT ${selectList({ dataset: 'incidents.dataset', ...sums })}
     FROM (SELECT *${flags} FROM incidents WHERE ${matching.sql}) AS incidents GROUP BY 1 ORDER BY 1`,
    [...parts.flatMap(({ condition }) => condition.values), ...matching.values],
  )
  const read = (name: string) => rows.map((row) => readPart(row, name)).filter((part) => part.records > 0)
  return { imprecise: read('imprecise'), outside: read('outside') }
}

/** The records that are less precise than required, of those that begin from a day where one is given. */
function imprecisePart(required: RequiredPrecision, from: string | undefined): StatsPart | null {
  const precise = Object.entries(required).map(([column, values]) => oneOfCodes(column, values))
  if (precise.length === 0) return null
  const { sql, values } = allOf(precise)
  const imprecise = { sql: `NOT (${sql})`, values }
  return {
    name: 'imprecise',
    condition: from === undefined ? imprecise : allOf([imprecise, beginsOnOrAfter(from)]),
  }
}

/** The records that also lie outside the period; those that end after it only where all are counted whole. */
function outsidePart({ date_from, date_to }: IncidentFilter, byDate: boolean): StatsPart | null {
  const conditions = [
    ...(date_from === undefined ? [] : [{ sql: 'date_start < CAST(? AS DATE)', values: [date_from] }]),
    ...(date_to === undefined || byDate ? [] : [{ sql: 'date_end > CAST(? AS DATE)', values: [date_to] }]),
  ]
  return conditions.length === 0 ? null : { name: 'outside', condition: anyOf(conditions) }
}

function readPart(row: SumRow, name: string): Part {
  const [records, low, best, high] = ['records', 'low', 'best', 'high'].map((sum) =>
    Number(row[`${name}_${sum}`] ?? 0),
  ) as [number, number, number, number]
  return { dataset: String(row.dataset), records, fatalities: { low, best, high_known: high } }
}

/** The column of the sum that each sort compares. */
const RANKS: Readonly<Record<string, string>> = {
  records: 'records',
  incidents: 'incidents_low',
  fatalities: 'deaths_best',
  injured: 'injured_best',
}

/**
 * The order of rows: by a sum (`rank` is its column) where the sort names one, then by the dimensions. `shape` names
 * what the columns hold, for positions.
 */
interface RowOrder {
  rank: string | undefined
  ordering: Ordering
  shape: Pick<Ordering, 'columns'>
}

function orderRows({ sort }: StatsQuery, groupBy: readonly Dimension[]): RowOrder {
  const rank = groupBy.length > 0 ? RANKS[sort.replace('-', '')] : undefined
  const columns = [...(rank ? ['rank'] : []), ...groupBy.map((_, index) => `g${index}`)]
  return {
    rank,
    ordering: { columns, isDescending: sort.startsWith('-') },
    shape: { columns: [...(rank ? [rank] : []), ...groupBy] },
  }
}

function tooManyRows(rows: number): ServiceError {
  const reason = `would make ${rows} rows, and at most ${MAX_FILLED_ROWS} can be filled: take a longer interval, a shorter period or fewer dimensions`
  return new ServiceError('invalid_parameter', `fill ${reason}.`, { issues: [{ parameter: 'fill', reason }] })
}
