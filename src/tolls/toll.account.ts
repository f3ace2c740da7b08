import type { Range } from '../figures/figure.schema.ts'
import { countWithParts, subtractRange, sumRanges } from '../figures/rules.ts'
import { type Incident, toRecordLink } from '../incidents/incident.schema.ts'
import type { Toll, TollRecord } from './toll.schema.ts'

const ZERO: Range = { low: 0, best: 0, high: 0 }

/** Adds to a reported total the recorded incidents that it includes, what they account for, and the remainder. */
export function addAccount(toll: TollRecord, incidents: readonly Incident[]): Toll {
  const accounted = countWithoutOverlap(incidents)
  return {
    ...toll,
    incidents: incidents.map(toRecordLink),
    accounted,
    remainder: subtractRange(toll.fatalities, accounted),
  }
}

/**
 * The number of people killed in a set of incidents, each counted once: a group counts its parts and the remainder of
 * its own figure, and its parts are not counted again. A part of several groups of the set is counted in the first.
 * Incidents without a figure add nothing.
 */
export function countWithoutOverlap(
  incidents: readonly Pick<Incident, 'id' | 'part_of' | 'fatalities'>[],
): Range {
  const ids = new Set(incidents.map(({ id }) => id))
  const groupById = new Map(
    incidents.map(({ id, part_of }) => [id, part_of.find((groupId) => ids.has(groupId))]),
  )
  const count = (incident: (typeof incidents)[number]): Range => {
    const parts = incidents.filter(({ id }) => groupById.get(id) === incident.id)
    return countWithParts(incident.fatalities ?? ZERO, sumRanges(parts.map(count)))
  }
  return sumRanges(incidents.filter(({ id }) => groupById.get(id) === undefined).map(count))
}
