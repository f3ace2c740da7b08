import { isCalendarDate } from '../../validation/calendar.ts'
import type { Cells } from './cells.ts'

/** A first and a last day, YYYY-MM-DD. */
export interface Period {
  start: string
  end: string
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

const DAY_FIRST = /^(?<day>\d{1,2})[ -](?<month>[a-z]{3,9})[ -](?<year>\d{4}|\d{2})$/i
const MONTH_FIRST = /^(?<month>[a-z]{3,9})\.? (?<day>\d{1,2}), (?<year>\d{4})$/i

/** The number of a month by its English name, whole or its first three letters; null for other words. */
export function monthNumber(name: string): number | null {
  const wanted = name.toLowerCase()
  const index = MONTHS.findIndex((month) => month === wanted || month.slice(0, 3) === wanted)
  return index < 0 ? null : index + 1
}

/** A day by its numbers, YYYY-MM-DD; null when the calendar does not have it. */
export function calendarDay(year: number, month: number, day: number): string | null {
  const text = [String(year).padStart(4, '0'), ...[month, day].map((part) => String(part).padStart(2, '0'))]
  return isCalendarDate(text.join('-')) ? text.join('-') : null
}

/**
 * The day that a text names: `2015-01-02` (a time of midnight may follow), `2 January 2015`, `02-Jan-2015`,
 * `2-Jan-15` or `January 2, 2015`. Null for anything else: `02/01/2015` may be of either month.
 */
export function dayNamed(text: string): string | null {
  const iso = text.replace(/[ T]00:00:00(\.0+)?Z?$/, '')
  if (isCalendarDate(iso)) return iso
  const { day, month, year } = (DAY_FIRST.exec(text) ?? MONTH_FIRST.exec(text))?.groups ?? {}
  const number = month === undefined ? null : monthNumber(month)
  if (number === null) return null
  return calendarDay(fullYear(year ?? ''), number, Number(day))
}

/** Spreadsheets shorten years to two digits; no data set here reaches back before 1970. */
function fullYear(text: string): number {
  const year = Number(text)
  if (text.length > 2) return year
  return year < 70 ? 2000 + year : 1900 + year
}

/** A cell with a day of 1900 to 2100 in any of the ways of {@link dayNamed}; else null, and noted as wrong. */
export function readDay(cells: Cells, column: string): string | null {
  const day = dayNamed(cells.text(column))
  if (day !== null && day >= '1900' && day < '2101') return day
  cells.refuse(column, 'must be a day of the years 1900 to 2100, such as 2015-01-02 or 2 January 2015')
  return null
}

/** From so many days before a day to as many after it. */
export function around(day: string, days: number): Period {
  return { start: plus(day, -days), end: plus(day, days) }
}

/** The day that lies so many days after a day. */
export function plus(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

/** The month of the calendar in which a day lies. */
export function monthOf(day: string): Period {
  const first = new Date(`${day.slice(0, 7)}-01T00:00:00Z`)
  first.setUTCMonth(first.getUTCMonth() + 1, 0)
  return { start: `${day.slice(0, 7)}-01`, end: first.toISOString().slice(0, 10) }
}
