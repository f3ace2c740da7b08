import type { Interval } from '../../../stats/intervals.ts'
import type { SqlFragment } from '../../sql/fragment.ts'

/** Columns of a query: name → SQL. */
export type Columns = Readonly<Record<string, string>>

/** The sums of a figure: a high that is not stated counts as open, a figure that is not stated as unstated. */
const BOUND_SUMS = ['low', 'best', 'high', 'open', 'unstated'] as const

/** Joins incidents with the remainders of groups: the rows that are summed. */
export function countedIncidents(incidents = 'incidents'): string {
  return `${incidents} LEFT JOIN group_rests AS rests ON rests.incident_key = incidents.key`
}

/**
 * Joins each identity of the actors of a record once, in whichever roles; limited to some roles where a condition is
 * given. An actor is left out where the record has another one of its identity with a lesser key.
 */
export function joinActors(roles: SqlFragment = { sql: 'TRUE', values: [] }): SqlFragment {
  return {
    sql: `LEFT JOIN incident_actors AS acting ON acting.incident_key = incidents.key
      AND acting.role = (SELECT min(role) FROM incident_actors AS same
        WHERE same.incident_key = acting.incident_key AND same.actor_key = acting.actor_key AND ${roles.sql})
      AND NOT EXISTS (SELECT 1 FROM actor_identities AS own
        CROSS JOIN actor_identities AS other ON other.identity_key = own.identity_key AND other.actor_key < own.actor_key
        CROSS JOIN incident_actors AS twin
          ON twin.incident_key = acting.incident_key AND twin.actor_key = other.actor_key AND ${roles.sql}
        WHERE own.actor_key = acting.actor_key)
      LEFT JOIN actor_identities AS acted ON acted.actor_key = acting.actor_key`,
    values: [...roles.values, ...roles.values],
  }
}

/** The sums of these figures and of attacks, over {@link countedIncidents}. */
export function sumsOfIncidents(figures: readonly string[]): Columns {
  return {
    records: 'count(*)',
    incidents_low: `sum(${counted('incident_count_low')})`,
    incidents_high: `sum(${counted('incident_count_high')})`,
    incidents_open: `sum(${counted('incident_count_high')} IS NULL)`,
    ...Object.assign({}, ...figures.map(sumsOfFigure)),
  }
}

function sumsOfFigure(figure: string): Columns {
  const [low, best, high] = ['low', 'best', 'high'].map((bound) => counted(`${figure}_${bound}`))
  return {
    [`${figure}_low`]: `sum(${low})`,
    [`${figure}_best`]: `sum(${best})`,
    [`${figure}_high`]: `sum(${high})`,
    [`${figure}_open`]: `sum(${low} IS NOT NULL AND ${high} IS NULL)`,
    [`${figure}_unstated`]: `sum(${low} IS NULL)`,
  }
}

/** The records with a flag `is_…` and their killed, over {@link countedIncidents}. */
export function sumsOfPart(flag: string): Columns {
  return flagged(flag, '1', (bound) => counted(`deaths_${bound}`))
}

/** The same over rows that hold partial sums. */
export function sumsOfPartSums(flag: string): Columns {
  return flagged(flag, 'incidents.records', (bound) => `incidents.deaths_${bound}`)
}

function flagged(flag: string, records: string, deaths: (bound: string) => string): Columns {
  const sums = Object.entries({ records, low: deaths('low'), best: deaths('best'), high: deaths('high') })
  return Object.fromEntries(
    sums.map(([name, sql]) => [`${flag}_${name}`, `sum(iif(incidents.is_${flag}, ${sql}, 0))`]),
  )
}

/** The same sums over rows that hold partial sums. */
export function sumsOfSums(figures: readonly string[]): Columns {
  const names = ['records', 'incidents_low', 'incidents_high', 'incidents_open']
  const all = [...names, ...figures.flatMap((figure) => BOUND_SUMS.map((sum) => `${figure}_${sum}`))]
  return Object.fromEntries(all.map((name) => [name, `sum(incidents.${name})`]))
}

/** A column of an incident, or of its remainder where it is a group with parts. */
function counted(column: string): string {
  return `iif(rests.incident_key IS NULL, incidents.${column}, rests.${column})`
}

/** A column that incidents are grouped by; a missing value is empty text, of actors 0. */
export function groupingColumn(column: string): string {
  if (column === 'identity_key') return 'coalesce(acted.identity_key, 0)'
  return NULLABLE.has(column) ? `coalesce(incidents.${column}, '')` : `incidents.${column}`
}

const NULLABLE = new Set([
  ...['event_type', 'sub_event_type', 'admin1_id', 'city_id'],
  ...['violence_type', 'conflict_id', 'dyad_id'],
])

/** SQL of the first day of the interval that contains a day. */
export function startOfInterval(interval: Interval, day: string): string {
  switch (interval) {
    case 'day':
      return day
    case 'week':
      // The first Monday from six days before: the Monday on or before the day.
      return `date(${day}, '-6 days', 'weekday 1')`
    case 'month':
      return `(substr(${day}, 1, 7) || '-01')`
    case 'quarter':
      return `(substr(${day}, 1, 5) || CASE WHEN substr(${day}, 6, 2) < '04' THEN '01'
        WHEN substr(${day}, 6, 2) < '07' THEN '04' WHEN substr(${day}, 6, 2) < '10' THEN '07' ELSE '10' END || '-01')`
    case 'year':
      return `(substr(${day}, 1, 4) || '-01-01')`
  }
}

/** The steps from one interval to the next. */
export const STEPS: Readonly<Record<Interval, string>> = {
  day: '+1 day',
  week: '+7 days',
  month: '+1 month',
  quarter: '+3 months',
  year: '+1 year',
}

/** SQL that counts the records that continue after the interval that they are counted in. */
export function countSpread(interval: Interval, day: string, end: string): string {
  return `sum(${startOfInterval(interval, end)} > ${startOfInterval(interval, day)})`
}

/** The text between SELECT and FROM. */
export function selectList(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(', ')
}
