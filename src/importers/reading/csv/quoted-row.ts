import { type Cursor, NOT_YET } from './cursor.ts'
import { detach } from '../rows/file-row.ts'
import { LONGEST_CELL } from '../rows/limits.ts'

const QUOTE = 34
const COMMA = 44

/** A row with quotation marks: its cells, as far as they could be read, and what stopped that. */
export interface QuotedRow {
  cells: string[]
  /** The row as it stands in the text. */
  raw: string
  /** Where it ends. */
  end: number
  /** A mark that is not closed, or one where none may be; where its cell begins in {@link raw}. */
  damage?: { kind: 'open' | 'stray'; cell: number }
}

/** Says that no closing mark is in sight. */
export const CELL_TOO_LONG = Symbol('cell too long')

/**
 * Reads the row at the cursor by RFC 4180, to the letter: a quotation mark opens a cell, closes it, or stands
 * doubled inside it. A stray one ends the row with its line. Null where the text does not hold all of the row.
 */
export function readQuotedRow(cursor: Cursor): QuotedRow | typeof CELL_TOO_LONG | null {
  const { text, at: start } = cursor
  // From, to and whether marks are doubled inside, of each cell.
  const bounds: number[] = []
  let end = cursor.lineEnd(start)
  let quote = cursor.quote(start)
  let isStray = false
  for (let at = start; ; at += 1) {
    const cell = at
    if (at === quote && at < text.length) {
      let close = text.indexOf('"', at + 1)
      let isDoubled = 0
      while (close >= 0 && text.charCodeAt(close + 1) === QUOTE) {
        close = text.indexOf('"', close + 2)
        isDoubled = 1
      }
      if ((close < 0 ? text.length : close) - at - 1 > LONGEST_CELL) return CELL_TOO_LONG
      // A mark at the very end may be the first of two.
      if (!cursor.isLast && (close < 0 || close + 1 === text.length)) return null
      if (close < 0) return rowOf(text, start, text.length, bounds, { kind: 'open', cell: cell - start })
      at = close + 1
      if (at > end) end = cursor.lineEnd(at)
      isStray = at !== end && text.charCodeAt(at) !== COMMA
      if (!isStray) bounds.push(cell + 1 - start, close - start, isDoubled)
      quote = cursor.quote(at)
    } else {
      at = cursor.comma(at)
      if (end !== NOT_YET && at > end) at = end
      isStray = quote < at
      if (!isStray) bounds.push(cell - start, at - start, 0)
    }
    if (end === NOT_YET && (isStray || at === text.length)) return null
    if (isStray) return rowOf(text, start, end, bounds, { kind: 'stray', cell: cell - start })
    if (at === end) return rowOf(text, start, end, bounds)
  }
}

function rowOf(
  text: string,
  start: number,
  end: number,
  bounds: readonly number[],
  damage?: QuotedRow['damage'],
): QuotedRow {
  const raw = detach(text.slice(start, end))
  const cells: string[] = []
  for (let index = 0; index < bounds.length; index += 3) {
    const cell = raw.slice(bounds[index], bounds[index + 1])
    cells.push(bounds[index + 2] === 1 ? cell.replaceAll('""', '"') : cell)
  }
  return damage ? { cells, raw, end, damage } : { cells, raw, end }
}
