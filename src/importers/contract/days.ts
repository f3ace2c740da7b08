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

/** A time of midnight after a day, in any zone: the day is the one that is written. */
const MIDNIGHT =
  /[ T](?:0?0:00(?::00(?:[.,]0+)?)?|12:00(?::00)? ?AM)(?: ?(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)){0,2}$/i
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? /i

/** Days whose month is certain: the year first, eight digits, or the month by name. */
const FORMS = [
  /^(?<year>\d{4})([-/.])(?<month>\d{1,2})\2(?<day>\d{1,2})$/,
  /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$/,
  /^(?<day>\d{1,2})(?:st|nd|rd|th)?[ ./-]?(?<month>[a-z]{3,9})\.?,?[ ./-]?(?<year>\d{4}|\d{2})$/i,
  /^(?<month>[a-z]{3,9})\.?[ -](?<day>\d{1,2})(?:st|nd|rd|th)?(?:,|, |[ -])(?<year>\d{4})$/i,
  /^(?<year>\d{4})[ ./-](?<month>[a-z]{3,9})\.?[ ./-](?<day>\d{1,2})$/i,
]
/** Day and month in an order that the text does not tell. */
const NUMBERS = /^(?<first>\d{1,2})[-/.](?<second>\d{1,2})[-/.](?<year>\d{4}|\d{2})$/

/** The number of a month by its English name, whole or its first three letters; null for any other text. */
export function parseMonth(name: string): number | null {
  const wanted = name.toLowerCase()
  const short = wanted === 'sept' ? 'sep' : wanted
  const index = MONTHS.findIndex((month) => month === wanted || month.slice(0, 3) === short)
  return index < 0 ? null : index + 1
}

/** Formats a day as YYYY-MM-DD; null when the calendar does not have it. */
export function formatDay(year: number, month: number, day: number): string | null {
  const text = [String(year).padStart(4, '0'), ...[month, day].map((part) => String(part).padStart(2, '0'))]
  return isCalendarDate(text.join('-')) ? text.join('-') : null
}

/**
 * Parses a day: `2015-01-02`, `2015/1/2`, `20150102`, `2 January 2015`, `02-Jan-2015`, `2-Jan-15`, `January 2, 2015`
 * and the like; a weekday may come before it and a time of midnight after it. Null for anything else: `02/01/2015` is
 * ambiguous between two months.
 */
export function parseDay(text: string): string | null {
  const known = PARSED.get(text)
  if (known !== undefined) return known
  const day = parseNewDay(text)
  if (PARSED.size >= MAX_PARSED) PARSED.clear()
  PARSED.set(text, day)
  return day
}

/** A cache: the rows of a file repeat their days, and each is read twice. */
const PARSED = new Map<string, string | null>()
const MAX_PARSED = 50_000

function parseNewDay(text: string): string | null {
  if (isCalendarDate(text)) return text
  const bare = trimDay(text)
  for (const form of FORMS) {
    const { day, month, year } = form.exec(bare)?.groups ?? {}
    if (month === undefined) continue
    const number = /\d/.test(month) ? Number(month) : parseMonth(month)
    return number === null ? null : formatDay(fullYear(year ?? ''), number, Number(day))
  }
  return null
}

function trimDay(text: string): string {
  return text.replace(/\s+/g, ' ').replace(MIDNIGHT, '').replace(WEEKDAY, '')
}

/** Explains what a text must be that is not a day. */
function dayReason(text: string): string {
  const { first, second, year } = NUMBERS.exec(trimDay(text))?.groups ?? {}
  const readings = [
    [first, second],
    [second, first],
  ].flatMap(([day, month]) => formatDay(fullYear(year ?? ''), Number(month), Number(day)) ?? [])
  if (year === undefined || readings.length === 0)
    return 'must be a day of the years 1900 to 2100, such as 2015-01-02 or 2 January 2015'
  return `has day and month in an order that is not known: write ${[...new Set(readings)].join(' or ')}`
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
  cells.addError(column, dayReason(cells.text(column)))
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
