import { detach } from '../rows/text.ts'
import { formatDate, type NumberKind } from './dates.ts'
import { formatNumber } from './numbers.ts'
import { unescapeText } from './texts.ts'

/** The parts of a workbook to which its cells refer. */
export interface CellContext {
  texts: readonly string[]
  styles: readonly NumberKind[]
  /** Whether days are counted from 1904, as old Macintoshes did. */
  is1904: boolean
}

/** A cell as it is written in the sheet. */
interface RawCell {
  type: string | undefined
  style: string | undefined
  /** Of a formula, its result. */
  value: string
}

/** Formats a cell as in a CSV file: days as YYYY-MM-DD, numbers in plain digits. Null: the cell is damaged. */
export function formatCell({ type, style, value }: RawCell, context: CellContext): string | null {
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
      const kind = context.styles[Number(style ?? 0)] ?? 'number'
      const date = kind === 'number' ? null : formatDate(Number(value), kind, context.is1904)
      return date ?? formatNumber(value)
    }
  }
}
