import type { Cells } from '../contract/cells.ts'
import { formatDay, monthAround, type Period, parseDay } from '../contract/days.ts'
import type { Draft } from '../contract/draft.ts'

const FLAG = { 0: false, 1: true, '-9': null, '-99': null, '': null } as const

/** Reads a yes or no; null where GTD does not know. */
export function readFlag(cells: Cells, column: string): boolean | null {
  return cells.code<boolean | null>(column, FLAG, null)
}

/** Reads a text; null where it is empty or `Unknown`. */
export function readKnown(cells: Cells, column: string): string | null {
  const text = cells.text(column)
  return text === '' || /^unknown$/i.test(text) ? null : text
}

/** Reads a number of people, which may have a fraction; null where it is empty, -9 or -99. */
export function readPeople(cells: Cells, column: string): number | null {
  const text = cells.decimal(column)
  if (text === '' || /^-(9|99)(\.0+)?$/.test(text)) return null
  if (/^\d{1,8}(\.\d+)?$/.test(text)) return Number(text)
  cells.addError(column, 'must be a number of people, or -9, -99 or nothing where it is not known')
  return null
}

type When = Pick<Draft, 'date_start' | 'date_end' | 'date_precision'>

/**
 * Reads the dates, and adds notes for the description. Month and day are 0 where they are not known; the
 * record then spans the whole year or month.
 */
export function readGtdDates(cells: Cells, notes: string[]): When {
  const year = readInteger(cells, 'iyear', 1900, 2100)
  const month = readInteger(cells, 'imonth', 0, 12)
  const day = readInteger(cells, 'iday', 0, 31)
  const given = cells.optional('approxdate')
  if (given !== null) notes.push(`Date as given: ${given}.`)
  const period = readPeriod(cells, year, month, day)
  if (!period) return { date_start: '1970-01-01', date_end: '1970-01-01', date_precision: 'day' }
  return extendPeriod(period, month === 0 ? 'year' : day === 0 ? 'month' : 'day', cells, notes)
}

function readPeriod(
  cells: Cells,
  year: number | null,
  month: number | null,
  day: number | null,
): Period | null {
  if (year === null || month === null || day === null) return null
  if (month === 0 && day !== 0) cells.addError('iday', 'must be 0 where the month is not known')
  if (month === 0) return { start: `${year}-01-01`, end: `${year}-12-31` }
  const start = formatDay(year, month, day || 1)
  if (start === null) {
    cells.addError('iday', `must be a day of month ${month} of ${year}, or 0`)
    return null
  }
  return day === 0 ? monthAround(start) : { start, end: start }
}

/** Extends an incident of more than a day up to its `resolution`, where that is unambiguously a date. */
function extendPeriod(
  { start, end }: Period,
  precision: 'day' | 'month' | 'year',
  cells: Cells,
  notes: string[],
): When {
  const given = { date_start: start, date_end: end, date_precision: precision }
  if (!readFlag(cells, 'extended')) return given
  const resolution = cells.text('resolution')
  const last = parseDay(resolution)
  notes.push(`Lasted more than 24 hours${resolution !== '' && !last ? `; resolved ${resolution}` : ''}.`)
  if (!last) return given
  if (last < start) cells.addError('resolution', `must not be before the first day, ${start}`)
  return last === start ? given : { date_start: start, date_end: last, date_precision: 'range' }
}

/** Reads a whole number between two others; else adds an error and returns null. */
function readInteger(cells: Cells, column: string, from: number, to: number): number | null {
  const text = cells.whole(column)
  const number = Number(text)
  if (/^\d{1,4}$/.test(text) && number >= from && number <= to) return number
  cells.addError(column, `must be a whole number from ${from} to ${to}`)
  return null
}
