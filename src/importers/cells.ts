import type { Range } from '../figures/figure.schema.ts'
import { isCalendarDate } from '../validation/calendar.ts'
import type { CellFault } from './importer.ts'

/** Largest number of people that a cell may give. */
const MOST = 100_000_000

/** Reads the cells of one row, typed; what is wrong with any of them is kept, all of it. */
export class Cells {
  readonly faults: CellFault[] = []

  constructor(readonly text: (column: string) => string) {}

  /** Notes that a cell is wrong. */
  refuse(column: string, reason: string): void {
    this.faults.push({ column, value: this.text(column), reason })
  }

  /** The text of a cell, or null where it is empty. */
  optional(column: string): string | null {
    return this.text(column) || null
  }

  /** The text of a cell that must not be empty. */
  required(column: string): string {
    const text = this.text(column)
    if (text === '') this.refuse(column, 'is required')
    return text
  }

  /** A number of people, or null where the cell is empty. */
  count(column: string): number | null {
    const text = this.text(column)
    if (text === '') return null
    const number = Number(text)
    if (!/^\d{1,12}(\.0+)?$/.test(text) || number > MOST) {
      this.refuse(column, `must be a whole number from 0 to ${MOST}`)
      return null
    }
    return number
  }

  /** A number of people that must be there. */
  requiredCount(column: string): number {
    if (this.text(column) === '') this.refuse(column, 'is required')
    return this.count(column) ?? 0
  }

  /** An angle in degrees, or null where the cell is empty. */
  degrees(column: string, limit: 90 | 180): number | null {
    const text = this.text(column)
    if (text === '') return null
    const number = Number(text)
    if (!/^[+-]?\d{1,3}(\.\d+)?$/.test(text) || Math.abs(number) > limit) {
      this.refuse(column, `must be a number of degrees from -${limit} to ${limit}`)
      return null
    }
    return number
  }

  /** An angle in degrees that must be there. */
  requiredDegrees(column: string, limit: 90 | 180): number {
    if (this.text(column) === '') this.refuse(column, 'is required')
    return this.degrees(column, limit) ?? 0
  }

  /** A date `YYYY-MM-DD`, with or without a time of midnight after it; the fallback where it is wrong. */
  date(column: string, fallback = '1970-01-01'): string {
    const text = this.text(column).replace(/[ T]00:00:00(\.0+)?Z?$/, '')
    if (isCalendarDate(text)) return text
    this.refuse(column, 'must be a day of the calendar, YYYY-MM-DD')
    return fallback
  }

  /** What a code stands for, by the code book. */
  code<T>(column: string, meanings: Readonly<Record<string, T>>, fallback: T): T {
    // Spreadsheets turn codes into decimals.
    const text = this.text(column).replace(/\.0+$/, '')
    if (Object.hasOwn(meanings, text)) return meanings[text] as T
    this.refuse(column, `must be one of ${Object.keys(meanings).join(', ')}`)
    return fallback
  }
}

/** A figure of which only one number is given. */
export function exactly(number: number): Range {
  return { low: number, best: number, high: number }
}
