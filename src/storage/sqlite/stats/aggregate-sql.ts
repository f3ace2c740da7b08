import type { Interval } from '../../../stats/intervals.ts'

/** Columns of a query: name → SQL. */
export type Columns = Readonly<Record<string, string>>

/** What is summed of a figure: a high that is not stated is counted as open, a figure that is not as unstated. */
const BOUND_SUMS = ['low', 'best', 'high', 'open', 'unstated'] as const

/** Incidents with what remains of groups once their parts are counted: what sums are made of. */
export function countedIncidents(incidents = 'incidents'): string {
  return `${incidents} LEFT JOIN group_rests AS rests ON rests.incident_key = incidents.key`
}

/** Joins each actor of a record once, whatever its roles; in any of some roles where a condition is given. */
export function joinActors(roles = 'TRUE'): string {
  return `LEFT JOIN incident_actors AS acting ON acting.incident_key = incidents.key
    AND acting.role = (SELECT min(role) FROM incident_actors AS same
      WHERE same.incident_key = acting.incident_key AND same.actor_key = acting.actor_key AND ${roles})`
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

/** The same sums, made of rows that hold them in part. */
export function sumsOfSums(figures: readonly string[]): Columns {
  const names = ['records', 'incidents_low', 'incidents_high', 'incidents_open']
  const all = [...names, ...figures.flatMap((figure) => BOUND_SUMS.map((sum) => `${figure}_${sum}`))]
  return Object.fromEntries(all.map((name) => [name, `sum(incidents.${name})`]))
}

/** A column of an incident as it is counted. */
function counted(column: string): string {
  return `iif(rests.incident_key IS NULL, incidents.${column}, rests.${column})`
}

/** A column by which incidents are grouped; what they do not say is empty text, and of actors 0. */
export function groupingColumn(column: string): string {
  if (column === 'actor_key') return 'coalesce(acting.actor_key, 0)'
  return NULLABLE.has(column) ? `coalesce(incidents.${column}, '')` : `incidents.${column}`
}

const NULLABLE = new Set(['event_type', 'sub_event_type', 'admin1_id', 'city_id'])

/** The first day of the interval in which a day lies. */
export function startOfInterval(interval: Interval, day: string): string {
  switch (interval) {
    case 'day':
      return day
    case 'week':
      // On to the Monday after the day six days before: the Monday on or before the day.
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

/** Whether a record goes on after the interval that it is counted in. */
export function countSpread(interval: Interval, day: string, end: string): string {
  return `sum(${startOfInterval(interval, end)} > ${startOfInterval(interval, day)})`
}

/** Columns as the text between SELECT and FROM. */
export function selectList(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(', ')
}
