import type { Interval } from '../../stats/intervals.ts'

const NUMBERS = new Intl.NumberFormat('en')
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })
const DATES = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })

/** Formats a number with thousands separators: 3,210. */
export function formatNumber(value: number): string {
  return NUMBERS.format(value)
}

/** Formats a number with at most three digits: 3.21K. */
export function formatCompact(value: number): string {
  return COMPACT.format(value)
}

/** Formats a number with its noun: 1 record, 2 records. */
export function formatCount(value: number, noun: string): string {
  return `${formatNumber(value)} ${noun}${value === 1 ? '' : 's'}`
}

/** Formats a day, or a period by its first and last day (YYYY-MM-DD): 2–4 Jan 2017. */
export function formatDays(start: string, end: string): string {
  const [first, last] = [new Date(`${start}T00:00:00Z`), new Date(`${end}T00:00:00Z`)]
  return start === end ? DATES.format(first) : DATES.formatRange(first, last)
}

const INTERVALS: Partial<Record<Interval, Intl.DateTimeFormatOptions>> = {
  year: { year: 'numeric' },
  month: { year: 'numeric', month: 'short' },
}

/** Formats an interval by its start, in seconds since 1970: 2017, Jan 2017, 2 Jan 2017. */
export function formatInterval(interval: Interval, start: number): string {
  const style = INTERVALS[interval] ?? { dateStyle: 'medium' }
  return new Intl.DateTimeFormat('en-GB', { ...style, timeZone: 'UTC' }).format(new Date(start * 1000))
}
