import type { IncidentFilter } from '../../../incidents/incident.store.ts'
import type { Interval } from '../../../stats/intervals.ts'
import type { Dimension } from '../../../stats/stats.schema.ts'
import { allOf, clausesOf, oneOf, type SqlFragment } from '../database/sql-fragment.ts'
import { cellNumberSql, parentCellSql } from '../incidents/grid-cells.ts'
import { WHERE_CLAUSES } from '../incidents/where-clauses.ts'
import {
  type Columns,
  countedIncidents,
  countSpread,
  groupingColumn,
  joinActors,
  startOfInterval,
  sumsOfIncidents,
  sumsOfSums,
} from './aggregate-sql.ts'
import { FINEST_SUMMED, ROLLED_UP, ROLLUPS, type Rollup } from './rollups.ts'

/** What sums are made of: matching records, or the rows of a table in which they are summed ahead. */
export interface StatsSource {
  /** What stands between FROM and GROUP BY. */
  from: SqlFragment
  /** SQL of a dimension, never null: what records do not say is empty text, and of actors 0. */
  dimension(dimension: Dimension): string
  sums: Columns
}

/** Which records are summed, and in which respect. */
export interface StatsSubject {
  filter: IncidentFilter
  /** The dimensions that matter. */
  dimensions: readonly Dimension[]
  /** The interval of dates. */
  interval: Interval
  /** The edge of cells in degrees. */
  cellSize: number
  /** Whether it matters which records go on after their interval. */
  spread: boolean
  /** The figures, as columns name them. */
  figures: readonly string[]
  /** Keys of records that match and are not counted. */
  without: readonly number[]
}

const COLUMNS: { [D in Exclude<Dimension, 'date'>]: string } = {
  country: 'country_id',
  admin1: 'admin1_id',
  city: 'city_id',
  event_type: 'event_type',
  sub_event_type: 'sub_event_type',
  actor: 'actor_key',
  dataset: 'dataset',
  kind: 'kind',
  cell: 'cell',
}

/** The smallest source that has what is asked. */
export function chooseSource(subject: StatsSubject): StatsSource {
  const rollup = rollupOf(subject)
  return rollup ? summedAhead(rollup, subject) : incidents(subject)
}

function incidents({
  filter,
  dimensions,
  interval,
  cellSize,
  spread,
  figures,
  without,
}: StatsSubject): StatsSource {
  const matching = allOf([
    clausesOf(WHERE_CLAUSES, filter),
    ...(without.length > 0
      ? [{ sql: 'incidents.key NOT IN (SELECT value FROM json_each(?))', values: [JSON.stringify(without)] }]
      : []),
  ])
  // A record that began before the period counts on the period's first day.
  const first: SqlFragment =
    filter.date_from === undefined
      ? { sql: 'date_start', values: [] }
      : { sql: 'max(date_start, ?)', values: [filter.date_from] }
  const roles = filter.actor?.roles ? oneOf('role', filter.actor.roles) : undefined
  const actors = dimensions.includes('actor')
    ? { sql: joinActors(roles?.sql), values: roles?.values ?? [] }
    : NO_JOIN
  const records = `(SELECT incidents.*, ${first.sql} AS counted_date FROM incidents WHERE ${matching.sql}) AS incidents`
  return {
    from: {
      sql: `${countedIncidents(records)} ${actors.sql}`,
      values: [...first.values, ...matching.values, ...actors.values],
    },
    dimension: (dimension) => {
      if (dimension === 'date') return startOfInterval(interval, 'incidents.counted_date')
      if (dimension === 'cell') return cellNumberSql(cellSize)
      return groupingColumn(COLUMNS[dimension])
    },
    sums: {
      ...sumsOfIncidents(figures),
      ...(dimensions.includes('cell') && MEAN_POSITION),
      ...(spread && {
        spread: countSpread(interval, 'incidents.counted_date', 'incidents.date_end'),
      }),
    },
  }
}

const MEAN_POSITION: Columns = {
  latitude: 'avg(incidents.latitude)',
  longitude: 'avg(incidents.longitude)',
}

const MEAN_OF_SUMS: Columns = {
  latitude: 'sum(incidents.latitude) / sum(incidents.records)',
  longitude: 'sum(incidents.longitude) / sum(incidents.records)',
}

const NO_JOIN: SqlFragment = { sql: '', values: [] }

function summedAhead(
  { table, intervals }: Rollup,
  { filter, dimensions, interval, cellSize, spread, figures }: StatsSubject,
): StatsSource {
  const clauses = {
    ...WHERE_CLAUSES,
    actor: ({ ids }: NonNullable<IncidentFilter['actor']>) => ({
      sql: 'actor_key = (SELECT key FROM actors WHERE id = ?)',
      values: [...(ids ?? [])],
    }),
  }
  const { sql, values } = clausesOf(clauses, filter)
  return {
    from: { sql: `${table} AS incidents WHERE ${sql}`, values },
    dimension: (dimension) => {
      if (dimension === 'cell') return parentCellSql('incidents.cell', FINEST_SUMMED, cellSize)
      if (dimension !== 'date') return `incidents.${COLUMNS[dimension]}`
      // Periods are the shortest of their intervals already.
      return interval === intervals[0] ? 'incidents.period' : startOfInterval(interval, 'incidents.period')
    },
    sums: {
      ...sumsOfSums(figures),
      ...(dimensions.includes('cell') && MEAN_OF_SUMS),
      ...(spread && { spread: `sum(incidents.spread_${interval})` }),
    },
  }
}

/** The smallest table that has what is asked; undefined when none has. */
function rollupOf({
  filter,
  dimensions,
  interval,
  cellSize,
  spread,
  figures,
  without,
}: StatsSubject): Rollup | undefined {
  if (without.length > 0 || figures.some((figure) => !ROLLED_UP.includes(figure))) return undefined
  if (dimensions.includes('cell') && cellSize < FINEST_SUMMED) return undefined
  const filtered = columnsOf(filter)
  if (!filtered) return undefined
  // Somebody who acts beside another is in the sums of both.
  if (filter.actor && dimensions.includes('actor')) return undefined
  const needed = new Set([
    ...filtered,
    ...dimensions.map((dimension) => (dimension === 'date' ? 'period' : COLUMNS[dimension])),
  ])
  return ROLLUPS.find(
    ({ columns, intervals }) =>
      [...needed].every((column) => columns.includes(column)) &&
      (!spread || intervals.includes(interval)) &&
      columns.includes('actor_key') === needed.has('actor_key'),
  )
}

/** The columns that a filter compares; undefined when it needs more than rows of sums have. */
function columnsOf(filter: IncidentFilter): string[] | undefined {
  const { kind, dataset, event_type, sub_event_type, country, admin1, city, place, actor, ...others } = filter
  if (Object.values(others).some((value) => value !== undefined)) return undefined
  if (actor && (actor.roles || actor.ids?.length !== 1)) return undefined
  const scopes = [country, admin1, city, place].flatMap((given) => given ?? [])
  return [
    ...Object.keys({ kind, dataset, event_type, sub_event_type }).filter(
      (name) => filter[name as keyof IncidentFilter] !== undefined,
    ),
    ...new Set(scopes.map((scope) => `${scope.kind}_id`)),
    ...(actor ? ['actor_key'] : []),
  ]
}
