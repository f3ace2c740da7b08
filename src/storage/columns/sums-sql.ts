import { GROUP_ROW_STEP } from '../../places/grid.ts'
import type { Interval } from '../../stats/intervals.ts'
import type { Dimension } from '../../stats/stats.schema.ts'
import { oneOf, type SqlFragment } from '../sql/fragment.ts'

/** Columns of a query: name → SQL. */
export type ColumnList = Readonly<Record<string, string>>

/** The matching incidents, as what is summed is read from. */
export function fromIncidents({ sql, values }: SqlFragment): SqlFragment {
  return { sql: `(SELECT * FROM incidents WHERE ${sql}) AS incidents`, values }
}

/**
 * The matching incidents, once for each identity of their actors, in whichever roles, or in those that are given;
 * without any once with null.
 */
export function fromActing(matching: SqlFragment, roles?: readonly string[]): SqlFragment {
  if (!roles)
    return {
      sql: `(SELECT *, unnest(coalesce(identities, [NULL])) AS acting_key FROM incidents WHERE ${matching.sql}) AS incidents`,
      values: matching.values,
    }
  const acting = oneOf('role', roles)
  const { sql, values } = fromIncidents(matching)
  return {
    sql: `(SELECT incidents.*, identity_key AS acting_key FROM ${sql}
      LEFT JOIN (SELECT DISTINCT incident_key, identity_key FROM incident_actors WHERE ${acting.sql})
        ON incident_key = incidents.key) AS incidents`,
    values: [...values, ...acting.values],
  }
}

/** The sums of these figures and of attacks. */
export function sumsOfIncidents(figures: readonly string[]): ColumnList {
  return {
    records: 'count(*)',
    incidents_low: `sum(incidents.incident_count_low)`,
    incidents_high: `sum(incidents.incident_count_high)`,
    incidents_open: `count(*) - count(incidents.incident_count_high)`,
    ...Object.assign({}, ...figures.map(sumsOfFigure)),
  }
}

/** The sums of a figure: a high that is not stated counts as open, a figure that is not stated as unstated. */
function sumsOfFigure(figure: string): ColumnList {
  const [low, best, high] = ['low', 'best', 'high'].map((bound) => `incidents.${figure}_${bound}`)
  return {
    [`${figure}_low`]: `sum(${low})`,
    [`${figure}_best`]: `sum(${best})`,
    [`${figure}_high`]: `sum(${high})`,
    [`${figure}_open`]: `count_if(${low} IS NOT NULL AND ${high} IS NULL)`,
    [`${figure}_unstated`]: `count(*) - count(${low})`,
  }
}

/** The records with a flag `is_…` and their killed. */
export function sumsOfPart(flag: string): ColumnList {
  const sum = (bound: string) => `sum(incidents.deaths_${bound}) FILTER (incidents.is_${flag})`
  return {
    [`${flag}_records`]: `count_if(incidents.is_${flag})`,
    [`${flag}_low`]: sum('low'),
    [`${flag}_best`]: sum('best'),
    [`${flag}_high`]: sum('high'),
  }
}

/** The mean position of the records of a cell. */
export const MEAN_POSITION: ColumnList = {
  latitude: 'avg(incidents.latitude)',
  longitude: 'avg(incidents.longitude)',
}

/**
 * SQL of a dimension: what is grouped by, and the value of a group, which is computed once for each and never null: a
 * missing value is empty text, of actors and cells 0, and a date is the first day of its interval as text.
 */
export function dimensionSql(
  dimension: Dimension,
  interval: Interval,
  cellSize: number,
): { group: string; value: string } {
  switch (dimension) {
    case 'date':
      return numberInterval(interval, 'incidents.date_start')
    case 'cell':
      return orMissing(cellNumber(cellSize), '0')
    case 'actor':
      return orMissing('incidents.acting_key', '0')
    default:
      return orMissing(`incidents.${VALUE_COLUMNS[dimension]}`, "''")
  }
}

function orMissing(group: string, missing: string): { group: string; value: string } {
  return { group, value: `coalesce(${group}, ${missing})` }
}

const VALUE_COLUMNS: { [D in Exclude<Dimension, 'date' | 'cell' | 'actor'>]: string } = {
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
  dataset: 'dataset',
  kind: 'kind',
}

/** The number of the cell, of an edge of `size` degrees, that an incident is in; null without a position. */
function cellNumber(size: number): string {
  const index = (column: string, offset: number) => `floor((incidents.${column} + ${offset}) * ${1 / size})`
  return `(${index('latitude', 90)} * ${GROUP_ROW_STEP} + ${index('longitude', 180)} + 1)`
}

/**
 * SQL of the number of the interval that contains a day, as `group`, and of the interval's first day as text, as
 * `value`: numbers are computed five times as fast as date_trunc(). Weeks begin on Monday (ISO 8601), as year 1 does.
 */
function numberInterval(interval: Interval, day: string): { group: string; value: string } {
  const render = (month: string, year: string) => `format('{:04d}-{:02d}-01', ${year}, ${month})`
  switch (interval) {
    case 'day':
      return { group: day, value: `CAST(${day} AS VARCHAR)` }
    case 'week': {
      const group = `((${day} - DATE '0001-01-01') // 7)`
      return { group, value: `CAST(DATE '0001-01-01' + CAST(${group} * 7 AS INTEGER) AS VARCHAR)` }
    }
    case 'month': {
      const group = `(year(${day}) * 12 + month(${day}) - 1)`
      return { group, value: render(`${group} % 12 + 1`, `${group} // 12`) }
    }
    case 'quarter': {
      const group = `(year(${day}) * 4 + quarter(${day}) - 1)`
      return { group, value: render(`${group} % 4 * 3 + 1`, `${group} // 4`) }
    }
    case 'year':
      return { group: `year(${day})`, value: render('1', `year(${day})`) }
  }
}

/** SQL that counts the records that continue after the interval that they are counted in. */
export function countSpread(interval: Interval): string {
  const [start, end] = ['date_start', 'date_end'].map((day) => `incidents.${day}`) as [string, string]
  const continues = `${numberInterval(interval, end).group} > ${numberInterval(interval, start).group}`
  return `count_if(CASE WHEN ${end} = ${start} THEN FALSE ELSE ${continues} END)`
}

/** The text between SELECT and FROM. */
export function selectList(columns: ColumnList): string {
  return Object.entries(columns)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(', ')
}
