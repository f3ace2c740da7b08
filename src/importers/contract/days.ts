import { isCalendarDate } from '../../validation/calendar.ts'
import type { Cells } from './cells.ts'

/** The first and the last day of a period, YYYY-MM-DD. */
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

/** The number of a month by its English name, whole or its first three letters; null for any other text. */
export function parseMonth(name: string): number | null {
  const wanted = name.toLowerCase()
  const index = MONTHS.findIndex((month) => month === wanted || month.slice(0, 3) === wanted)
  return index < 0 ? null : index + 1
}

/** Formats a day as YYYY-MM-DD; null when the calendar does not have it. */
export function formatDay(year: number, month: number, day: number): string | null {
  const text = [String(year).padStart(4, '0'), ...[month, day].map((part) => String(part).padStart(2, '0'))]
  return isCalendarDate(text.join('-')) ? text.join('-') : null
}

/**
 * Parses a day: `2015-01-02` (a time of midnight may follow), `2 January 2015`, `02-Jan-2015`, `2-Jan-15` or
 * `January 2, 2015`. Null for anything else: `02/01/2015` is ambiguous between two months.
 */
export function parseDay(text: string): string | null {
  const iso = text.replace(/[ T]00:00:00(\.0+)?Z?$/, '')
  if (isCalendarDate(iso)) return iso
  const { day, month, year } = (DAY_FIRST.exec(text) ?? MONTH_FIRST.exec(text))?.groups ?? {}
  const number = month === undefined ? null : parseMonth(month)
  if (number === null) return null
  return formatDay(fullYear(year ?? ''), number, Number(day))
}

/** Spreadsheets shorten years to two digits; no data set here reaches back before 1970. */
function fullYear(text: string): number {
  const year = Number(text)
  if (text.length > 2) return year
  return year < 70 ? 2000 + year : 1900 + year
}

/** Reads a cell with a day of 1900 to 2100 in any form of {@link parseDay}; else adds an error and returns null. */
export function readDay(cells: Cells, column: string): string | null {
  const day = parseDay(cells.text(column))
  if (day !== null && day >= '1900' && day < '2101') return day
  cells.addError(column, 'must be a day of the years 1900 to 2100, such as 2015-01-02 or 2 January 2015')
  return null
}

/** The period from a number of days before a day to the same number after it. */
export function windowAround(day: string, days: number): Period {
  return { start: addDays(day, -days), end: addDays(day, days) }
}

/** The day a number of days after a day; before it where the number is negative. */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

/** The whole calendar month to which a day belongs. */
export function monthAround(day: string): Period {
  const first = new Date(`${day.slice(0, 7)}-01T00:00:00Z`)
  first.setUTCMonth(first.getUTCMonth() + 1, 0)
  return { start: `${day.slice(0, 7)}-01`, end: first.toISOString().slice(0, 10) }
}
