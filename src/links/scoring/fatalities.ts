import type { Range } from '../../figures/figure.schema.ts'
import type { LinkCandidate } from './candidate.ts'
import type { ScoreComponent } from './component.ts'
import { RULES } from './rules.ts'

/** Compares numbers of killed: whether their ranges overlap, and how close they are. */
export const fatalities: ScoreComponent = {
  weight: RULES.fatalities_weight.value,
  compare(a, b) {
    if (!a.fatalities || !b.fatalities) return null
    const gap = findGap(a.fatalities, b.fatalities)
    const overlap = RULES.overlapping_figures.value
    return gap
      ? overlap * ratio(gap.below, gap.above)
      : overlap + (1 - overlap) * ratio(a.fatalities.best, b.fatalities.best)
  },
  explain(a, b) {
    const figures = [a, b].map(({ dataset, fatalities }) => `${dataset} ${formatRange(fatalities)}`)
    const verdict = a.fatalities && b.fatalities ? `: ${describeOverlap(a.fatalities, b.fatalities)}` : ''
    return `killed by ${figures.join(', ')}${verdict}${describeGroups([a, b])}`
  },
}

function describeOverlap(a: Range, b: Range): string {
  return findGap(a, b) ? 'the ranges do not overlap' : 'the ranges overlap'
}

/** The bounds between which two ranges leave a gap; null where they overlap. A range out of order ends at its low. */
function findGap(a: Range, b: Range): { below: number; above: number } | null {
  const top = ({ low, high }: Range) => (high === null ? Infinity : Math.max(low, high))
  if (top(a) < b.low) return { below: top(a), above: b.low }
  if (top(b) < a.low) return { below: top(b), above: a.low }
  return null
}

/** Smaller number to larger, 0 to 1; one is added to each, so that zero can be compared. */
function ratio(a: number, b: number): number {
  return (Math.min(a, b) + 1) / (Math.max(a, b) + 1)
}

function formatRange(range: Range | null): string {
  if (!range) return 'not said'
  if (range.high === null) return `at least ${range.low}`
  return range.low === range.high ? `${range.low}` : `${range.low} to ${range.high}`
}

function describeGroups(records: readonly LinkCandidate[]): string {
  const groups = records.filter(({ kind }) => kind === 'group').map(({ dataset }) => dataset)
  if (groups.length === 0) return ''
  return `; a group of several attacks in ${groups.join(' and ')}, of which the other record may be one`
}
