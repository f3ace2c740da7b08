import type { Incident, RecordLink } from '../incidents/incident.schema.ts'
import type { Range } from './figure.schema.ts'
import { countWithParts, sumRanges } from './rules.ts'

/** What of an incident is needed to count it beside its parts. */
type Counted = Pick<Incident, 'id' | 'part_of' | 'fatalities'>

const NOBODY: Range = { low: 0, best: 0, high: 0 }

/**
 * How many were killed in a set of incidents, nobody counted twice: a group counts its parts and what
 * remains of its own figure; a part is counted under its group and not again by itself. A part of several
 * groups of the set is counted in the first. Incidents of which nobody said how many were killed add nothing.
 */
export function countWithoutOverlap(incidents: readonly Counted[]): Range {
  const ids = new Set(incidents.map(({ id }) => id))
  const groupOf = new Map(incidents.map(({ id, part_of }) => [id, part_of.find((whole) => ids.has(whole))]))
  const count = (incident: Counted): Range => {
    const parts = incidents.filter(({ id }) => groupOf.get(id) === incident.id)
    return countWithParts(incident.fatalities ?? NOBODY, sumRanges(parts.map(count)))
  }
  return sumRanges(incidents.filter(({ id }) => groupOf.get(id) === undefined).map(count))
}

/** A record in short, as others refer to it. */
export function toRecordLink({ id, title, date_start, date_end, fatalities }: RecordLink): RecordLink {
  return { id, title, date_start, date_end, fatalities }
}
