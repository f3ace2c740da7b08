import { ServiceError } from '../../../errors.ts'
import type { IncidentFilter } from '../../../incidents/incident.store.ts'
import { startOf } from '../../../stats/intervals.ts'
import type { RequiredPrecision } from '../../../stats/precision.ts'
import { chooseTotal, splitByDataset } from '../../../stats/side-by-side.ts'
import { listFigures, readSums, renderRow, type SumRow } from '../../../stats/stats.rows.ts'
import type { DatasetSum, Dimension, StatsTotal } from '../../../stats/stats.schema.ts'
import type { Part, StatsAnswer, StatsQuery } from '../../../stats/stats.store.ts'
import { allOf, anyOf, oneOf, type SqlFragment } from '../../sql/fragment.ts'
import { afterKey, fromPosition, type Ordering, orderBy, takePage } from '../../sql/keyset.ts'
import type { Connection } from '../database/connection.ts'
import { STEPS, selectList } from './aggregate-sql.ts'
import { combineDatasets } from './combine-datasets.ts'
import { lookUpNames } from './dimension-names.ts'
import { chooseSource, firstCountedDay, type StatsPart } from './stats-source.ts'

/** The number of rows that filling may make. */
const MAX_FILLED_ROWS = 100_000

/** Sums what a query asks for; see `StatsStore.stats`. */
export function queryStats(connection: Connection, query: StatsQuery): StatsAnswer {
  const { combination, excluded } = combineDatasets(connection, query)
  const statements = new StatsStatements(connection, query, excluded)
  const byDataset = statements.sumByDataset()
  const groupBy = splitByDataset(query, byDataset)
  return {
    ...statements.readRows(groupBy),
    groupBy,
    byDataset,
    ...statements.sumParts(),
    total: chooseTotal(query, byDataset, () => statements.sumAll()),
    combined: combination,
  }
}

/** The statements of one query. */
class StatsStatements {
  readonly #figures: string[]

  constructor(
    private readonly connection: Connection,
    private readonly query: StatsQuery,
    private readonly excluded: readonly number[],
  ) {
    this.#figures = listFigures(query)
  }

  /** Sums the matching records of each data set. */
  sumByDataset(): DatasetSum[] {
    return this.#sum(['dataset']).map((row) => ({
      dataset: String(row.dataset),
      ...readSums(row, this.query),
    }))
  }

  /** Sums, by data set, the matching records that are imprecise, and those that also lie outside the period. */
  sumParts(): Pick<StatsAnswer, 'imprecise' | 'outside'> {
    const { wholeFilter: filter, required, groupBy } = this.query
    const byDate = groupBy.includes('date')
    const parts = [
      imprecisePart(required, byDate ? filter.date_from : undefined),
      outsidePart(filter, byDate),
    ].flatMap((part) => part ?? [])
    if (parts.length === 0) return { imprecise: [], outside: [] }
    const { from, dimension, sums } = chooseSource({
      filter,
      dimensions: ['dataset'],
      figures: [],
      excluded: this.excluded,
      parts,
    })
    const rows = this.connection.all<SumRow>(
      `SELECT ${selectList({ dataset: dimension('dataset'), ...sums })} FROM ${from.sql} GROUP BY 1 ORDER BY 1`,
      ...from.values,
    )
    const read = (name: string) => rows.map((row) => readPart(row, name)).filter(({ records }) => records > 0)
    return { imprecise: read('imprecise'), outside: read('outside') }
  }

  /** Sums all matching records. */
  sumAll(): StatsTotal {
    const [row] = this.#sum([])
    return readSums(row as SumRow, this.query)
  }

  #sum(groupBy: readonly 'dataset'[]): SumRow[] {
    const { from, dimension, sums } = this.#chooseSource(groupBy)
    const by = groupBy.map((name) => [name, dimension(name)])
    return this.connection.all<SumRow>(
      `SELECT ${selectList({ ...Object.fromEntries(by), ...sums })} FROM ${from.sql}
       ${by.length > 0 ? 'GROUP BY 1 ORDER BY 1' : ''}`,
      ...from.values,
    )
  }

  /** Reads the rows of a page; `repeated` is the sum of their records, those of several actors counted for each. */
  readRows(groupBy: readonly Dimension[]): Pick<StatsAnswer, 'rows' | 'next' | 'repeated'> {
    const { query, connection } = this
    const { rank, ordering, shape } = orderRows(query, groupBy)
    const grouped = this.#group(groupBy, rank)
    const isFilled = query.fill && groupBy.includes('date')
    const { sql, values } = isFilled ? this.#fill(grouped, groupBy, rank) : grouped
    // The sum over all rows is made before any is left out.
    const isInner = isFilled || groupBy.includes('actor')
    const hasOrder = ordering.columns.length > 0
    const rest = query.after && hasOrder ? afterKey(ordering, fromPosition(shape, query.after)) : null
    const found = connection.all<SumRow>(
      `${isInner ? `SELECT * FROM (${sql})` : sql} ${rest ? `${isInner ? 'WHERE' : 'HAVING'} ${rest.sql}` : ''}
       ${hasOrder ? orderBy(ordering) : ''} LIMIT ?`,
      ...values,
      ...(rest?.values ?? []),
      query.limit + 1,
    )
    const { rows, next } = takePage(found, query.limit, shape, (row) =>
      ordering.columns.map((column) => row[column] as string | number),
    )
    const findName = lookUpNames(
      connection,
      groupBy.map((dimension, index) => [dimension, rows.map((row) => row[`g${index}`])]),
    )
    return {
      rows: rows.map((row) => renderRow(row, query, groupBy, findName)),
      next,
      repeated: Number(rows[0]?.repeated ?? 0),
    }
  }

  /** Sums by dimensions, `g0`, `g1` and so on. */
  #group(groupBy: readonly Dimension[], rank: string | undefined): SqlFragment {
    const { from, dimension, sums } = this.#chooseSource(groupBy)
    const dimensions = Object.fromEntries(groupBy.map((name, index) => [`g${index}`, dimension(name)]))
    const columns = {
      ...dimensions,
      ...sums,
      ...(rank && { rank: `coalesce(${sums[rank]}, -1)` }),
      ...(groupBy.includes('actor') && { repeated: `sum(${sums.records}) OVER ()` }),
    }
    const by = groupBy.map((_, index) => index + 1).join(', ')
    return {
      sql: `SELECT ${selectList(columns)} FROM ${from.sql} ${by && `GROUP BY ${by}`}`,
      values: from.values,
    }
  }

  /** Adds a row of zeros for every interval in which nothing is recorded. */
  #fill(grouped: SqlFragment, groupBy: readonly Dimension[], rank: string | undefined): SqlFragment {
    const { filter, interval } = this.query
    const at = groupBy.indexOf('date')
    const others = groupBy.flatMap((_, index) => (index === at ? [] : [`g${index}`]))
    const { sums } = this.#chooseSource(groupBy)
    const names = [
      ...Object.keys(sums),
      ...(rank ? ['rank'] : []),
      ...(groupBy.includes('actor') ? ['repeated'] : []),
    ]
    const start = (day: string | undefined, found: string): SqlFragment =>
      day === undefined
        ? { sql: `(SELECT ${found}(g${at}) FROM grouped)`, values: [] }
        : { sql: '?', values: [startOf(day, interval)] }
    const [first, last] = [start(filter.date_from, 'min'), start(filter.date_to, 'max')]
    const columns = others.length > 0 ? `SELECT DISTINCT ${others.join(', ')} FROM grouped` : 'SELECT 1'
    const filled: SqlFragment = {
      sql: `WITH grouped AS MATERIALIZED (${grouped.sql}),
        limits AS MATERIALIZED (SELECT ${first.sql} AS first, ${last.sql} AS last),
        calendar (g${at}) AS (
          SELECT first FROM limits WHERE first IS NOT NULL
          UNION ALL SELECT date(g${at}, '${STEPS[interval]}') FROM calendar
          WHERE date(g${at}, '${STEPS[interval]}') <= (SELECT last FROM limits)),
        others AS (${columns})`,
      values: [...grouped.values, ...first.values, ...last.values],
    }
    const all = this.connection.get<{ n: number }>(
      `${filled.sql} SELECT (SELECT count(*) FROM calendar) * (SELECT count(*) FROM others) AS n`,
      ...filled.values,
    )
    if (Number(all?.n) > MAX_FILLED_ROWS) throw tooManyRows(Number(all?.n))
    const zeros = names.map((name) => `iif(grouped.records IS NULL, 0, grouped.${name}) AS ${name}`)
    const same = groupBy.map(
      (_, index) => `grouped.g${index} = ${index === at ? 'calendar' : 'others'}.g${index}`,
    )
    const keys = groupBy.map((_, index) => `${index === at ? 'calendar' : 'others'}.g${index} AS g${index}`)
    return {
      sql: `${filled.sql} SELECT ${[...keys, ...zeros].join(', ')}
        FROM calendar CROSS JOIN others LEFT JOIN grouped ON ${same.join(' AND ')}`,
      values: filled.values,
    }
  }

  #chooseSource(dimensions: readonly Dimension[]) {
    const { filter, interval, cellSize, groupBy } = this.query
    return chooseSource({
      filter,
      dimensions,
      interval,
      countsSpread: groupBy.includes('date'),
      cellSize,
      figures: this.#figures,
      excluded: this.excluded,
      beginsFrom: firstCountedDay(this.query),
    })
  }
}

/** The records that are less precise than required, of those that begin from a day where one is given. */
function imprecisePart(required: RequiredPrecision, from: string | undefined): StatsPart | null {
  const precise = Object.entries(required).map(([column, values]) => oneOf(column, values))
  if (precise.length === 0) return null
  const { sql, values } = allOf(precise)
  const columns = Object.keys(required)
  return from === undefined
    ? { name: 'imprecise', condition: { sql: `NOT (${sql})`, values }, columns }
    : { name: 'imprecise', condition: { sql: `NOT (${sql}) AND date_start >= ?`, values: [...values, from] } }
}

/** The records that also lie outside the period; those that end after it only where all are counted whole. */
function outsidePart({ date_from, date_to }: IncidentFilter, byDate: boolean): StatsPart | null {
  const conditions = [
    ...(date_from === undefined ? [] : [{ sql: 'date_start < ?', values: [date_from] }]),
    ...(date_to === undefined || byDate ? [] : [{ sql: 'date_end > ?', values: [date_to] }]),
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
function orderRows(
  { sort }: StatsQuery,
  groupBy: readonly Dimension[],
): { rank: string | undefined; ordering: Ordering; shape: Pick<Ordering, 'columns'> } {
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
