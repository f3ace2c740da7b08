import { ServiceError } from '../../../errors.ts'
import { GROUPS } from '../../../figures/figure.schema.ts'
import { startOf } from '../../../stats/intervals.ts'
import type { StatsTotal } from '../../../stats/stats.schema.ts'
import type { StatsAnswer, StatsQuery } from '../../../stats/stats.store.ts'
import type { Connection, SqlValue } from '../database/connection.ts'
import type { SqlFragment } from '../database/sql-fragment.ts'
import { STEPS, selectList } from './aggregate-sql.ts'
import { combineDatasets } from './combine-datasets.ts'
import { readSums, renderRow, StatsNames, type SumRow } from './stats-rows.ts'
import { chooseSource } from './stats-source.ts'

/** Rows that filling may make, at most. */
const MAX_FILLED_ROWS = 100_000

/** The sums that answer a query; see `StatsStore.stats`. */
export function queryStats(connection: Connection, query: StatsQuery): StatsAnswer {
  const { combination, without } = combineDatasets(connection, query)
  const question = new StatementBuilder(connection, query, without)
  const byDataset = question.byDataset()
  const isSplit = byDataset.length > 1 && !query.combine && !query.groupBy.includes('dataset')
  const groupBy = isSplit ? (['dataset', ...query.groupBy] as const) : query.groupBy
  return {
    ...question.rows(groupBy),
    groupBy,
    byDataset,
    total: totalOf(question, byDataset, query),
    combined: combination,
  }
}

/** The sums of all: those of the only data set, or of all that are put together. */
function totalOf(
  question: StatementBuilder,
  byDataset: StatsAnswer['byDataset'],
  { combine }: StatsQuery,
): StatsTotal | null {
  const [only, ...others] = byDataset
  if (!only || (combine && others.length > 0)) return question.total()
  if (others.length > 0) return null
  const { dataset, ...sums } = only
  return sums
}

/** The figures that a query needs, as columns name them. */
function figuresOf({ metrics, byGroup, sort }: StatsQuery): string[] {
  const names = { fatalities: 'deaths', injured: 'injured', incidents: null }
  const asked = metrics.flatMap((metric) => names[metric] ?? [])
  const sorted = names[sort.replace('-', '') as keyof typeof names]
  const groups = byGroup ? asked.flatMap((figure) => GROUPS.map((group) => `${figure}_${group}`)) : []
  return [...new Set([...asked, ...groups, ...(sorted ? [sorted] : [])])]
}

/** One query, as statements. */
class StatementBuilder {
  readonly #figures: string[]

  constructor(
    private readonly connection: Connection,
    private readonly query: StatsQuery,
    private readonly without: readonly number[],
  ) {
    this.#figures = figuresOf(query)
  }

  /** The sums of each data set that matching records are of. */
  byDataset(): StatsAnswer['byDataset'] {
    return this.#totals(['dataset']).map((row) => ({
      dataset: String(row.dataset),
      ...readSums(row, this.query),
    }))
  }

  /** The sums of all matching records. */
  total(): StatsTotal {
    const [row] = this.#totals([])
    return readSums(row as SumRow, this.query)
  }

  #totals(groupBy: readonly 'dataset'[]): SumRow[] {
    const { from, dimension, sums } = this.#source(groupBy)
    const by = groupBy.map((name) => [name, dimension(name)])
    return this.connection.all<SumRow>(
      `SELECT ${selectList({ ...Object.fromEntries(by), ...sums })} FROM ${from.sql}
       ${by.length > 0 ? 'GROUP BY 1 ORDER BY 1' : ''}`,
      ...from.values,
    )
  }

  /** The rows of a page, and how often records are in the rows of several actors. */
  rows(groupBy: StatsQuery['groupBy']): Pick<StatsAnswer, 'rows' | 'next' | 'repeated'> {
    const { query, connection } = this
    const order = orderOf(query, groupBy)
    const grouped = this.#grouped(groupBy, order)
    const isFilled = query.fill && groupBy.includes('date')
    const { sql, values } = isFilled ? this.#filled(grouped, groupBy, order) : grouped
    // The sum over all rows is made before any is left out.
    const isInner = isFilled || groupBy.includes('actor')
    const beyond = order.beyond && `${isInner ? 'WHERE' : 'HAVING'} ${order.beyond}`
    const found = connection.all<SumRow>(
      `${isInner ? `SELECT * FROM (${sql})` : sql} ${beyond} ${order.by} LIMIT ?`,
      ...values,
      ...order.values,
      query.limit + 1,
    )
    const rows = found.slice(0, query.limit)
    const last = found.length > query.limit ? rows.at(-1) : undefined
    const names = new StatsNames(connection)
    return {
      rows: rows.map((row) => renderRow(row, query, groupBy, names)),
      next: last ? order.columns.map((column) => last[column] as string | number) : null,
      repeated: Number(rows[0]?.repeated ?? 0),
    }
  }

  /** Sums by dimensions, `g0`, `g1` and so on. */
  #grouped(groupBy: StatsQuery['groupBy'], { rank }: Order): SqlFragment {
    const { from, dimension, sums } = this.#source(groupBy)
    const dimensions = Object.fromEntries(groupBy.map((name, index) => [`g${index}`, dimension(name)]))
    const columns = {
      ...dimensions,
      ...sums,
      ...(rank && { rank: `coalesce(${sums[rank]}, -1)` }),
      // How often records are in the rows of several actors tells only the sum over all of these.
      ...(groupBy.includes('actor') && { repeated: `sum(${sums.records}) OVER ()` }),
    }
    const by = groupBy.map((_, index) => index + 1).join(', ')
    return {
      sql: `SELECT ${selectList(columns)} FROM ${from.sql} ${by && `GROUP BY ${by}`}`,
      values: from.values,
    }
  }

  /** The same with a row of zeros for every interval in which nothing is recorded. */
  #filled(grouped: SqlFragment, groupBy: StatsQuery['groupBy'], { rank }: Order): SqlFragment {
    const { filter, interval } = this.query
    const at = groupBy.indexOf('date')
    const others = groupBy.flatMap((_, index) => (index === at ? [] : [`g${index}`]))
    const { sums } = this.#source(groupBy)
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
    if (Number(all?.n) > MAX_FILLED_ROWS) throw tooMany(Number(all?.n))
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

  #source(dimensions: StatsQuery['groupBy']) {
    const { filter, interval, cellSize } = this.query
    const spread = this.query.groupBy.includes('date')
    return chooseSource({
      filter,
      dimensions,
      interval,
      cellSize,
      spread,
      figures: this.#figures,
      without: this.without,
    })
  }
}

/** In which order rows come, and after which. */
interface Order {
  /** The sum by which they are ordered first, where they are. */
  rank: string | undefined
  /** The columns that tell where a row stands. */
  columns: readonly string[]
  by: string
  /** What holds of the rows after the last that was seen; empty to begin. */
  beyond: string
  values: readonly SqlValue[]
}

const RANKS: Readonly<Record<string, string>> = {
  records: 'records',
  incidents: 'incidents_low',
  fatalities: 'deaths_best',
  injured: 'injured_best',
}

function orderOf({ sort, after }: StatsQuery, groupBy: StatsQuery['groupBy']): Order {
  const rank = groupBy.length > 0 ? RANKS[sort.replace('-', '')] : undefined
  const columns = [...(rank ? ['rank'] : []), ...groupBy.map((_, index) => `g${index}`)]
  const [order, beyond] = sort.startsWith('-') ? ['DESC', '<'] : ['ASC', '>']
  return {
    rank,
    columns,
    by: columns.length > 0 ? `ORDER BY ${columns.map((name) => `${name} ${order}`).join(', ')}` : '',
    beyond:
      after && columns.length > 0
        ? `(${columns.join(', ')}) ${beyond} (${columns.map(() => '?').join(', ')})`
        : '',
    values: columns.length > 0 ? (after ?? []) : [],
  }
}

function tooMany(rows: number): ServiceError {
  const reason = `would make ${rows} rows, and at most ${MAX_FILLED_ROWS} can be filled: take a longer interval, a shorter period or fewer dimensions`
  return new ServiceError('invalid_parameter', `fill ${reason}.`, { issues: [{ parameter: 'fill', reason }] })
}
