import { detach } from '../rows/file-row.ts'
import { dateText, type Meaning } from './dates.ts'
import { plainNumber } from './numbers.ts'
import { unescapeText } from './texts.ts'

/** What a workbook's cells refer to. */
export interface CellContext {
  texts: readonly string[]
  styles: readonly Meaning[]
  /** Whether days are counted from 1904, as old Macintoshes did. */
  is1904: boolean
}

/** A cell as it stands in the sheet. */
export interface RawCell {
  type: string | undefined
  style: string | undefined
  /** Of a formula, its result. */
  value: string
}

/** A cell's text, as a CSV file would have it: days as YYYY-MM-DD, numbers in plain digits. Null: a damaged one. */
export function cellText({ type, style, value }: RawCell, context: CellContext): string | null {
  if (value === '') return ''
  switch (type) {
    case 's':
      return context.texts[Number(value)] ?? null
    case 'str':
      return unescapeText(detach(value))
    case 'b':
      return value === '1' || value === 'true' ? 'TRUE' : 'FALSE'
    case 'd':
      return value.replace(/T00:00:00(\.0+)?Z?$/, '')
    case 'e':
      return value
    default: {
      const meaning = context.styles[Number(style ?? 0)] ?? 'number'
      const date = meaning === 'number' ? null : dateText(Number(value), meaning, context.is1904)
      return date ?? plainNumber(value)
    }
  }
}
