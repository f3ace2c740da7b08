import { INTERVALS, type Interval } from '../../../stats/intervals.ts'
import type { Connection } from '../database/connection.ts'
import { cellNumberSql } from '../incidents/grid-cells.ts'
import {
  type Columns,
  countedIncidents,
  countSpread,
  groupingColumn,
  joinActors,
  selectList,
  startOfInterval,
  sumsOfIncidents,
  sumsOfSums,
} from './aggregate-sql.ts'

/** A table of sums by some columns, kept ready for queries. */
export interface Rollup {
  table: string
  /** The columns that it can be grouped and filtered by, in the order of its primary key. */
  columns: readonly string[]
  /** The intervals that its periods add up to, the shortest first, which is that of the periods. */
  intervals: readonly Interval[]
}

const KINDS = ['kind', 'event_type', 'sub_event_type']
const MONTHS: readonly Interval[] = ['month', 'quarter', 'year']

/** The edge of the cells of the roll-up, in degrees. */
export const FINEST_SUMMED = 1 / 4

/** The figures that roll-ups have. */
export const ROLLED_UP = ['deaths', 'injured']

const BY_DATASET: Rollup = { table: 'rollup_datasets', columns: ['dataset', ...KINDS], intervals: INTERVALS }
const BY_COUNTRY: Rollup = {
  table: 'rollup_months',
  columns: ['dataset', 'country_id', 'period', ...KINDS],
  intervals: MONTHS,
}
const BY_ADMIN1: Rollup = {
  table: 'rollup_admin1_months',
  columns: ['dataset', 'country_id', 'admin1_id', 'period', ...KINDS],
  intervals: MONTHS,
}
const BY_CITY: Rollup = {
  table: 'rollup_cities',
  columns: ['dataset', 'country_id', 'admin1_id', 'city_id', 'geo_precision', ...KINDS],
  intervals: [],
}
const BY_DAY: Rollup = {
  table: 'rollup_days',
  columns: ['dataset', 'period', ...KINDS],
  intervals: INTERVALS,
}
const BY_CELL: Rollup = {
  table: 'rollup_cells',
  columns: ['dataset', 'cell', 'geo_precision', ...KINDS],
  intervals: [],
}
const BY_PRECISION: Rollup = {
  table: 'rollup_precisions',
  columns: [
    ...['dataset', 'country_id', 'geo_precision', 'date_precision', 'date_known_to', 'violence_type'],
    ...KINDS,
  ],
  intervals: [],
}
const BY_CONFLICT: Rollup = {
  table: 'rollup_conflict_years',
  columns: ['dataset', 'country_id', 'conflict_id', 'dyad_id', 'period', 'violence_type', 'kind'],
  intervals: ['year'],
}
const BY_ACTOR: Rollup = {
  table: 'rollup_actor_years',
  columns: ['dataset', 'identity_key', 'period', 'kind'],
  intervals: ['year'],
}

/** All roll-ups, the smaller first: a query uses the first that has what it needs. */
export const ROLLUPS: readonly Rollup[] = [
  BY_DATASET,
  BY_PRECISION,
  BY_CONFLICT,
  BY_CITY,
  BY_COUNTRY,
  BY_ACTOR,
  BY_DAY,
  BY_ADMIN1,
  BY_CELL,
]

/** Makes all roll-up tables again from the incidents. */
export function rebuildRollups(connection: Connection): void {
  for (const { table, columns, sql } of summed())
    connection.execute(`DELETE FROM ${table}; INSERT INTO ${table} (${columns}) ${sql}`)
}

/** Makes the roll-up by the identities of actors again. */
export function rebuildActorRollup(connection: Connection): void {
  const { table, columns, sql } = byActor()
  connection.execute(`DELETE FROM ${table}; INSERT INTO ${table} (${columns}) ${sql}`)
}

/** Reports the roll-up tables that differ from the incidents, a sentence each. */
export function checkRollups(connection: Connection): string[] {
  return summed().flatMap(({ table, columns, sql }) => {
    const stored = `SELECT ${columns} FROM ${table}`
    const differs = connection.get(
      `SELECT 1 FROM (SELECT * FROM (${sql}) EXCEPT ${stored})
       UNION ALL SELECT 1 FROM (${stored} EXCEPT SELECT * FROM (${sql})) LIMIT 1`,
    )
    return differs ? [`${table}: the sums differ from those of the incidents`] : []
  })
}

/** The columns of each table and the query that fills it, in an order in which they can be filled. */
function summed(): { table: string; columns: string; sql: string }[] {
  return [
    ofIncidents(BY_ADMIN1),
    ofSums(BY_COUNTRY, BY_ADMIN1),
    ofIncidents(BY_DAY),
    ofSums(BY_DATASET, BY_DAY),
    ofIncidents(BY_CITY),
    ofIncidents(BY_PRECISION),
    ofIncidents(BY_CONFLICT),
    ofIncidents(BY_CELL),
    byActor(),
  ]
}

function byActor() {
  return ofIncidents(BY_ACTOR, joinActors().sql)
}

/** A table filled from a finer one. */
function ofSums({ table, columns, intervals }: Rollup, finer: Rollup) {
  const sums = {
    ...Object.fromEntries(columns.map((column) => [column, column])),
    ...spreadColumns(intervals, (interval) => `sum(spread_${interval})`),
    ...sumsOfSums(ROLLED_UP),
  }
  return grouped(table, sums, `${finer.table} AS incidents`, columns)
}

function ofIncidents({ table, columns, intervals }: Rollup, joined = '') {
  const [shortest = 'day'] = intervals
  const [start, end] = ['incidents.date_start', 'incidents.date_end']
  const sums = {
    ...Object.fromEntries(columns.map((column) => [column, grouping(column, shortest, start)])),
    ...(columns.includes('cell') && SUMMED_POSITIONS),
    ...spreadColumns(intervals, (interval) => countSpread(interval, start, end)),
    ...sumsOfIncidents(ROLLED_UP),
  }
  return grouped(table, sums, `${countedIncidents()} ${joined}`, columns)
}

/** The sums that mean positions are computed from. */
const SUMMED_POSITIONS: Columns = {
  latitude: 'sum(incidents.latitude)',
  longitude: 'sum(incidents.longitude)',
}

function grouping(column: string, shortest: Interval, start: string): string {
  if (column === 'period') return startOfInterval(shortest, start)
  return column === 'cell' ? cellNumberSql(FINEST_SUMMED) : groupingColumn(column)
}

function grouped(table: string, sums: Columns, from: string, groups: readonly string[]) {
  const numbers = groups.map((_, index) => index + 1).join(', ')
  return {
    table,
    columns: Object.keys(sums).join(', '),
    sql: `SELECT ${selectList(sums)} FROM ${from} GROUP BY ${numbers}`,
  }
}

function spreadColumns(intervals: readonly Interval[], sql: (interval: Interval) => string): Columns {
  return Object.fromEntries(intervals.map((interval) => [`spread_${interval}`, sql(interval)]))
}
