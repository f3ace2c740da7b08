import type { Range } from '../../figures/figure.schema.ts'
import type { LinkCandidate } from './candidate.ts'
import type { Component } from './component.ts'
import { RULES } from './rules.ts'

/** Whether the ranges of killed overlap, and how far apart they are. */
export const fatalities: Component = {
  weight: RULES.fatalities_weight.value,
  compare(a, b) {
    if (!a.fatalities || !b.fatalities) return null
    const gap = gapOf(a.fatalities, b.fatalities)
    const least = RULES.overlapping_figures.value
    return gap
      ? least * ratio(gap.below, gap.above)
      : least + (1 - least) * ratio(a.fatalities.best, b.fatalities.best)
  },
  reason(a, b) {
    const told = [a, b].map(({ dataset, fatalities }) => `${dataset} ${shown(fatalities)}`).join(', ')
    const verdict = !a.fatalities || !b.fatalities ? '' : `: ${overlapping(a.fatalities, b.fatalities)}`
    return `killed by ${told}${verdict}${groupNote([a, b])}`
  },
}

function overlapping(a: Range, b: Range): string {
  return gapOf(a, b) ? 'the ranges do not overlap' : 'the ranges overlap'
}

/** What lies between two ranges; null where they overlap. An open range has no end, a range out of order either. */
function gapOf(a: Range, b: Range): { below: number; above: number } | null {
  const top = ({ low, high }: Range) => (high === null ? Infinity : Math.max(low, high))
  if (top(a) < b.low) return { below: top(a), above: b.low }
  if (top(b) < a.low) return { below: top(b), above: a.low }
  return null
}

/** How near two numbers are, 0 to 1; one more of each, so that none killed can be compared. */
function ratio(a: number, b: number): number {
  return (Math.min(a, b) + 1) / (Math.max(a, b) + 1)
}

function shown(range: Range | null): string {
  if (!range) return 'not said'
  if (range.high === null) return `at least ${range.low}`
  return range.low === range.high ? `${range.low}` : `${range.low} to ${range.high}`
}

function groupNote(records: readonly LinkCandidate[]): string {
  const groups = records.filter(({ kind }) => kind === 'group').map(({ dataset }) => dataset)
  if (groups.length === 0) return ''
  return `; a group of several attacks in ${groups.join(' and ')}, of which the other record may be one`
}
