import type { Range } from '../../figures/figure.schema.ts'
import type { CellError } from '../reading/rows/file-row.ts'

const MAX_PEOPLE = 100_000_000

/** The form of a data set's ids. */
export interface IdForm {
  pattern: RegExp
  /** The form in words, after "must be". */
  form: string
  example: string
}

/** What spreadsheets make of a long number. */
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/i

/** Reads the cells of one row as typed values, and collects the errors of all of them. */
export class Cells {
  readonly errors: CellError[] = []

  /**
   * @param text the text of a cell without the blanks around it, by folded column name
   * @param decimalComma whether numbers may have a decimal comma
   */
  constructor(
    readonly text: (column: string) => string,
    private readonly decimalComma = false,
  ) {}

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

  /** An id, which must not be empty. A whole number is the same id where a spreadsheet has made it a float, `900001.0`. */
  id(column: string, { pattern, form, example }: IdForm): string {
    const whole = this.whole(column)
    const id = /^\d+$/.test(whole) ? whole : this.text(column)
    if (pattern.test(id)) return id
    if (id === '') this.addError(column, 'is required')
    else if (/[\s\p{Cc}]/u.test(id)) this.addError(column, 'must be without spaces and control characters')
    else if (SCIENTIFIC.test(id))
      this.addError(
        column,
        'is rounded, as spreadsheets show long numbers: take the file as it was published, or format the column as text',
      )
    else this.addError(column, `must be ${form}, such as ${example}`)
    return id
  }

  /** The text of a whole number, of which spreadsheets make a decimal: without `.0`. Other text is as it is. */
  whole(column: string): string {
    const text = this.text(column)
    if (text.length < 3 || !text.endsWith('0')) return text
    return text.replace(this.decimalComma ? /(?:\.0+|,00?)$/ : /\.0+$/, '')
  }

  /** The text of a number, with a decimal point in place of a comma, unless that may separate thousands. */
  decimal(column: string): string {
    const text = this.text(column)
    return this.decimalComma && /^(?:0,\d+|\d+,(?!\d{3}$)\d+)$/.test(text) ? text.replace(',', '.') : text
  }

  /** A number of people, or null where the cell is empty. */
  count(column: string): number | null {
    const text = this.whole(column)
    if (text === '') return null
    const number = Number(text)
    if (!/^\d{1,12}$/.test(text) || number > MAX_PEOPLE) {
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
    const given = this.text(column)
    if (given === '') return null
    // Degrees have no thousands that a comma could separate.
    const text = this.decimalComma ? given.replace(',', '.') : given
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

  /** The meaning of a code by the code book; the fallback, with an error, where the code is not in it. */
  code<T>(column: string, meanings: Readonly<Record<string, T>>, fallback: T): T {
    const text = this.whole(column)
    if (Object.hasOwn(meanings, text)) return meanings[text] as T
    this.addError(column, `must be one of ${Object.keys(meanings).join(', ')}`)
    return fallback
  }
}

/** Makes the range of a figure of which the data set gives a single number. */
export function pointRange(number: number): Range {
  return { low: number, best: number, high: number }
}
