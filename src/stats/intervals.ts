import { dayNumber, dayOf, dayOfNumber } from '../validation/calendar.ts'

/** The lengths of time by which dates are grouped. Weeks begin on Monday (ISO 8601). */
export const INTERVALS = ['day', 'week', 'month', 'quarter', 'year'] as const
/** A length of time by which dates are grouped. */
export type Interval = (typeof INTERVALS)[number]

/** The first day of the interval in which a day lies, both `YYYY-MM-DD`. */
export function startOf(day: string, interval: Interval): string {
  const [year = '', month = ''] = day.split('-')
  switch (interval) {
    case 'day':
      return day
    case 'week':
      // 1970-01-01 was a Thursday, the fourth day of its week.
      return dayOfNumber(dayNumber(day) - ((((dayNumber(day) + 3) % 7) + 7) % 7))
    case 'month':
      return `${year}-${month}-01`
    case 'quarter':
      return `${year}-${String(Number(month) - ((Number(month) - 1) % 3)).padStart(2, '0')}-01`
    case 'year':
      return `${year}-01-01`
  }
}

/** The last day of the interval that begins on a day, both `YYYY-MM-DD`. */
export function endOf(start: string, interval: Interval): string {
  const [year = 0, month = 0] = start.split('-').map(Number)
  switch (interval) {
    case 'day':
      return start
    case 'week':
      return dayOfNumber(dayNumber(start) + 6)
    case 'month':
      return lastDay(year, month)
    case 'quarter':
      return lastDay(year, month + 2)
    case 'year':
      return lastDay(year, 12)
  }
}

function lastDay(year: number, month: number): string {
  // Day 0 of the month that follows; setUTCFullYear() takes years below 100 as they are.
  const date = new Date(0)
  date.setUTCFullYear(year, month, 0)
  return dayOf(date)
}
