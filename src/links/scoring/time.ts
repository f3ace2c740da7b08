import { dayOfNumber } from '../../validation/calendar.ts'
import type { LinkCandidate } from './candidate.ts'
import type { ScoreComponent } from './component.ts'
import { RULES } from './rules.ts'

/** Whole days between the dates of two records; zero where they overlap. */
export function daysApart(a: LinkCandidate, b: LinkCandidate): number {
  return Math.max(0, a.start - b.end, b.start - a.end)
}

/** Compares dates: the days between them, reduced where a record may cover many days. */
export const time: ScoreComponent = {
  weight: RULES.time_weight.value,
  compare(a, b) {
    const longer = Math.max(a.span, b.span)
    const length = Math.min(1, (longer - 1) / (RULES.max_days.value - 1))
    return Math.max(0, 1 - RULES.day_apart.value * daysApart(a, b)) * (1 - RULES.long_dates.value * length)
  },
  explain(a, b) {
    const apart = daysApart(a, b)
    const dates = (record: LinkCandidate) => `${record.dataset} ${formatDates(record)}`
    if (apart > 0) return `${apart} ${apart === 1 ? 'day' : 'days'} apart: ${dates(a)}, ${dates(b)}`
    if (a.span === 1 && b.span === 1) return `the same day, ${dayOfNumber(a.start)}`
    return `the dates overlap: ${dates(a)}, ${dates(b)}`
  },
}

function formatDates({ start, end, date_precision }: LinkCandidate): string {
  const dates = start === end ? dayOfNumber(start) : `${dayOfNumber(start)} to ${dayOfNumber(end)}`
  return date_precision === 'day' || date_precision === 'range' ? dates : `${dates} (${date_precision})`
}
