import type { Incident } from '../incidents/incident.schema.ts'
import { type Casualties, GROUPS, type Range } from './figure.schema.ts'

/** What is odd about a record, by its figures. */
export function findFlags({
  fatalities,
  injured,
}: Pick<Incident, 'fatalities' | 'injured'>): Incident['flags'] {
  return [
    ...(isInOrder(fatalities) ? [] : (['fatalities_out_of_order'] as const)),
    ...(isInOrder(injured) ? [] : (['injured_out_of_order'] as const)),
  ]
}

function isInOrder(casualties: Casualties | null): boolean {
  if (!casualties) return true
  const rises = ({ low, best, high }: Range) => low <= best && (high === null || best <= high)
  return rises(casualties) && GROUPS.every((group) => rises(casualties.by_group[group] ?? casualties))
}
