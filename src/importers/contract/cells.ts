import type { Range } from '../../figures/figure.schema.ts'
import { isCalendarDate } from '../../validation/calendar.ts'
import type { CellError } from '../reading/rows/file-row.ts'

const MAX_PEOPLE = 100_000_000

/** Reads the cells of one row as typed values, and collects the errors of all of them. */
export class Cells {
  readonly errors: CellError[] = []

  constructor(readonly text: (column: string) => string) {}

  addError(column: string, reason: string): void {
    this.errors.push({ column, value: this.text(column), reason })
  }

  /** The text of a cell, or null where it is empty. */
  optional(column: string): string | null {
    return this.text(column) || null
  }

  /** The text of a cell that must not be empty. */
  required(column: string): string {
    const text = this.text(column)
    if (text === '') this.addError(column, 'is required')
    return text
  }

  /** A number of people, or null where the cell is empty. */
  count(column: string): number | null {
    const text = this.text(column)
    if (text === '') return null
    const number = Number(text)
    if (!/^\d{1,12}(\.0+)?$/.test(text) || number > MAX_PEOPLE) {
      this.addError(column, `must be a whole number from 0 to ${MAX_PEOPLE}`)
      return null
    }
    return number
  }

  /** A number of people; 0, with an error, where the cell is empty. */
  requiredCount(column: string): number {
    if (this.text(column) === '') this.addError(column, 'is required')
    return this.count(column) ?? 0
  }

  /** An angle in degrees, or null where the cell is empty. */
  degrees(column: string, limit: 90 | 180): number | null {
    const text = this.text(column)
    if (text === '') return null
    const number = Number(text)
    if (!/^[+-]?\d{1,3}(\.\d+)?$/.test(text) || Math.abs(number) > limit) {
      this.addError(column, `must be a number of degrees from -${limit} to ${limit}`)
      return null
    }
    return number
  }

  /** An angle in degrees; 0, with an error, where the cell is empty. */
  requiredDegrees(column: string, limit: 90 | 180): number {
    if (this.text(column) === '') this.addError(column, 'is required')
    return this.degrees(column, limit) ?? 0
  }

  /** A date `YYYY-MM-DD`, with or without a time of midnight after it; the fallback where it is wrong. */
  date(column: string, fallback = '1970-01-01'): string {
    const text = this.text(column).replace(/[ T]00:00:00(\.0+)?Z?$/, '')
    if (isCalendarDate(text)) return text
    this.addError(column, 'must be a day of the calendar, YYYY-MM-DD')
    return fallback
  }

  /** The meaning of a code by the code book; the fallback, with an error, where the code is not in it. */
  code<T>(column: string, meanings: Readonly<Record<string, T>>, fallback: T): T {
    // Spreadsheets turn codes into decimals.
    const text = this.text(column).replace(/\.0+$/, '')
    if (Object.hasOwn(meanings, text)) return meanings[text] as T
    this.addError(column, `must be one of ${Object.keys(meanings).join(', ')}`)
    return fallback
  }
}

/** Makes the range of a figure of which the data set gives a single number. */
export function pointRange(number: number): Range {
  return { low: number, best: number, high: number }
}
