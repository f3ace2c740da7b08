import type { IncidentFilter } from '../../../incidents/incident.store.ts'
import type { Interval } from '../../../stats/intervals.ts'
import type { Dimension } from '../../../stats/stats.schema.ts'
import type { StatsQuery } from '../../../stats/stats.store.ts'
import { firstKeyOf } from '../../records/incident-keys.ts'
import { allOf, oneOf, type SqlFragment } from '../../sql/fragment.ts'
import { CONTINUES } from '../database/connection.ts'
import { filterRollup, whereIncidents } from '../incidents/filters.ts'
import { cellNumberSql, parentCellSql } from '../incidents/grid-cells.ts'
import {
  type Columns,
  countedIncidents,
  countSpread,
  groupingColumn,
  joinActors,
  startOfInterval,
  sumsOfIncidents,
  sumsOfPart,
  sumsOfPartSums,
  sumsOfSums,
} from './aggregate-sql.ts'
import { FINEST_SUMMED, ROLLED_UP, ROLLUPS } from './rollups.ts'

/** Where sums come from: matching records, or the rows of a roll-up table. */
export interface StatsSource {
  /** What is between FROM and GROUP BY. */
  from: SqlFragment
  /** SQL of a dimension, never null: a missing value is empty text, of actors and cells 0. */
  dimension(dimension: Dimension): string
  sums: Columns
}

/** A part of the records that is summed by itself: those for which a condition holds. */
export interface StatsPart {
  name: string
  condition: SqlFragment
  /** The columns that the condition reads; undefined where no roll-up has them. */
  columns?: readonly string[]
}

/** Which records are summed, and by what. */
export interface StatsSubject {
  filter: IncidentFilter
  /** The dimensions that are grouped by. */
  dimensions: readonly Dimension[]
  /** How dates are grouped; left out where neither `date` nor the spread of records over intervals is asked for. */
  interval?: Interval
  /** Whether records that continue after their interval are counted. */
  countsSpread?: boolean
  /** The edge of cells in degrees; left out where `cell` is not grouped by. */
  cellSize?: number
  /** The figures, as columns name them. */
  figures: readonly string[]
  /** Keys of matching records that are not counted. */
  excluded: readonly number[]
  /** The first day on which a record may begin to be counted. */
  beginsFrom?: string | undefined
  /** The parts that are summed, instead of everything. */
  parts?: readonly StatsPart[]
}

const COLUMNS: { [D in Exclude<Dimension, 'date'>]: string } = {
  country: 'country_id',
  admin1: 'admin1_id',
  city: 'city_id',
  event_type: 'event_type',
  sub_event_type: 'sub_event_type',
  violence_type: 'violence_type',
  conflict: 'conflict_id',
  dyad: 'dyad_id',
  date_precision: 'date_precision',
  geo_precision: 'geo_precision',
  actor: 'identity_key',
  dataset: 'dataset',
  kind: 'kind',
  cell: 'cell',
}

/** Chooses the smallest source that has what is asked for. */
export function chooseSource(subject: StatsSubject): StatsSource {
  return rollupSource(subject) ?? incidentSource(subject)
}

/** The condition of a filter on incidents that begin on a day or later, where one is given. */
export function whereCounted(filter: IncidentFilter, beginsFrom: string | undefined): SqlFragment {
  const matching = whereIncidents(filter)
  if (beginsFrom === undefined) return matching
  return allOf([matching, { sql: 'incidents.key >= ?', values: [firstKeyOf(beginsFrom)] }])
}

/** The day on which records must begin to be counted: grouped by date, each counts on its first day. */
export function firstCountedDay({
  filter,
  groupBy,
}: Pick<StatsQuery, 'filter' | 'groupBy'>): string | undefined {
  return groupBy.includes('date') ? filter.date_from : undefined
}

function incidentSource({
  filter,
  dimensions,
  interval = 'year',
  countsSpread,
  cellSize = 1,
  figures,
  excluded,
  beginsFrom,
  parts,
}: StatsSubject): StatsSource {
  const matching = allOf([
    whereCounted(filter, beginsFrom),
    ...(excluded.length > 0
      ? [{ sql: 'incidents.key NOT IN (SELECT value FROM json_each(?))', values: [JSON.stringify(excluded)] }]
      : []),
  ])
  const roles = filter.actor?.roles ? oneOf('role', filter.actor.roles) : undefined
  const actors = dimensions.includes('actor') ? joinActors(roles) : { sql: '', values: [] }
  const flags = selectFlags(parts)
  const records = `(SELECT incidents.*${flags.sql} FROM incidents WHERE ${CONTINUES} AND ${matching.sql}) AS incidents`
  return {
    from: {
      sql: `${countedIncidents(records)} ${actors.sql}`,
      values: [...flags.values, ...matching.values, ...actors.values],
    },
    dimension: (dimension) => {
      if (dimension === 'date') return startOfInterval(interval, 'incidents.date_start')
      if (dimension === 'cell') return cellNumberSql(cellSize)
      return groupingColumn(COLUMNS[dimension])
    },
    sums: parts
      ? Object.assign({}, ...parts.map(({ name }) => sumsOfPart(name)))
      : {
          ...sumsOfIncidents(figures),
          ...(dimensions.includes('cell') && MEAN_POSITION),
          ...(countsSpread && {
            spread: countSpread(interval, 'incidents.date_start', 'incidents.date_end'),
          }),
        },
  }
}

/** The flags `is_…` of parts, as further columns. */
function selectFlags(parts: readonly StatsPart[] = []): SqlFragment {
  return {
    sql: parts.map(({ name, condition }) => `, (${condition.sql}) AS is_${name}`).join(''),
    values: parts.flatMap(({ condition }) => condition.values),
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

/** The smallest roll-up table that has what is asked for; null when none has. */
function rollupSource({
  filter,
  dimensions,
  interval = 'year',
  countsSpread,
  cellSize = 1,
  figures,
  excluded,
  beginsFrom,
  parts,
}: StatsSubject): StatsSource | null {
  if (beginsFrom !== undefined || parts?.some(({ columns }) => !columns)) return null
  if (excluded.length > 0 || figures.some((figure) => !ROLLED_UP.includes(figure))) return null
  if (dimensions.includes('cell') && cellSize < FINEST_SUMMED) return null
  const filtered = filterRollup(filter)
  if (!filtered) return null
  // An incident of several actors is in the rows of each.
  if (filter.actor && dimensions.includes('actor')) return null
  const needed = new Set([
    ...filtered.columns,
    ...(parts ?? []).flatMap(({ columns = [] }) => columns),
    ...dimensions.map((dimension) => (dimension === 'date' ? 'period' : COLUMNS[dimension])),
  ])
  const rollup = ROLLUPS.find(
    ({ columns, intervals }) =>
      [...needed].every((column) => columns.includes(column)) &&
      (!countsSpread || intervals.includes(interval)) &&
      columns.includes('identity_key') === needed.has('identity_key'),
  )
  if (!rollup) return null
  const { table, intervals } = rollup
  const flags = selectFlags(parts)
  return {
    from: {
      sql: `(SELECT incidents.*${flags.sql} FROM ${table} AS incidents WHERE ${filtered.where.sql}) AS incidents`,
      values: [...flags.values, ...filtered.where.values],
    },
    dimension: (dimension) => {
      if (dimension === 'cell') return parentCellSql('incidents.cell', FINEST_SUMMED, cellSize)
      if (dimension !== 'date') return `incidents.${COLUMNS[dimension]}`
      // Periods are the shortest of their intervals already.
      return interval === intervals[0] ? 'incidents.period' : startOfInterval(interval, 'incidents.period')
    },
    sums: parts
      ? Object.assign({}, ...parts.map(({ name }) => sumsOfPartSums(name)))
      : {
          ...sumsOfSums(figures),
          ...(dimensions.includes('cell') && MEAN_OF_SUMS),
          ...(countsSpread && { spread: `sum(incidents.spread_${interval})` }),
        },
  }
}
