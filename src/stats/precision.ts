import { atLeast } from '../incidents/incident.filter.ts'
import { DATE_PRECISIONS, GEO_PRECISIONS } from '../incidents/incident.schema.ts'
import type { IncidentFilter } from '../incidents/incident.store.ts'
import type { Interval } from './intervals.ts'
import type { Dimension } from './stats.schema.ts'

/** The precisions with which a record is certain to be in the group that it is counted in. */
export type RequiredPrecision = Pick<IncidentFilter, 'geo_precision' | 'date_known_to'>

/** The longest periods to which a date may be known to lie in an interval. */
const PERIODS = { day: 'day', week: 'week', month: 'month', quarter: 'month', year: 'year' } as const

/** The precisions that groups by cell, city or date require; nothing for other dimensions. */
export function requirePrecision(groupBy: readonly Dimension[], interval: Interval): RequiredPrecision {
  return {
    ...((groupBy.includes('cell') || groupBy.includes('city')) && {
      geo_precision: atLeast(GEO_PRECISIONS, 'near'),
    }),
    ...(groupBy.includes('date') && { date_known_to: atLeast(DATE_PRECISIONS, PERIODS[interval]) }),
  }
}

/** The filter of the records that are also as precise as required. */
export function restrictPrecision(filter: IncidentFilter, required: RequiredPrecision): IncidentFilter {
  const restrict = <T>(given: readonly T[] | undefined, permitted: readonly T[] | undefined) =>
    permitted && given ? given.filter((value) => permitted.includes(value)) : (permitted ?? given)
  const geo_precision = restrict(filter.geo_precision, required.geo_precision)
  const date_known_to = restrict(filter.date_known_to, required.date_known_to)
  return {
    ...filter,
    ...(geo_precision && { geo_precision }),
    ...(date_known_to && { date_known_to }),
  }
}
