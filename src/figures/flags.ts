import { type Casualties, GROUPS, type Range } from './figure.schema.ts'

/** Anomalies of a record that is kept as its data set gives it. */
export const FLAGS = ['fatalities_out_of_order', 'injured_out_of_order'] as const

/** Flags the figures of a record that are out of order: low ≤ best ≤ high does not hold, in total or for a group. */
export function findFlags({
  fatalities,
  injured,
}: Record<'fatalities' | 'injured', Casualties | null>): (typeof FLAGS)[number][] {
  return [
    ...(isInOrder(fatalities) ? [] : (['fatalities_out_of_order'] as const)),
    ...(isInOrder(injured) ? [] : (['injured_out_of_order'] as const)),
  ]
}

function isInOrder(casualties: Casualties | null): boolean {
  if (!casualties) return true
  const isRising = ({ low, best, high }: Range) => low <= best && (high === null || best <= high)
  return isRising(casualties) && GROUPS.every((group) => isRising(casualties.by_group[group] ?? casualties))
}
