import { MAX_CELL_LENGTH } from '../rows/limits.ts'
import { detach } from '../rows/text.ts'
import { type Cursor, NOT_YET } from './cursor.ts'

const QUOTE = 34

/** A row with quotation marks: its cells up to the damage, if there is any. */
export interface QuotedRow {
  cells: string[]
  /** The text of the row, without its line end. */
  raw: string
  /** The position of its line end. */
  end: number
  /** An unclosed or a stray mark, and the index in {@link raw} at which its cell begins. */
  damage?: { kind: 'open' | 'stray'; cell: number }
}

/** Returned where a cell exceeds the limit before a closing mark. */
export const CELL_TOO_LONG = Symbol('cell too long')

/**
 * Reads the row at the cursor strictly by RFC 4180: a quotation mark opens a cell, closes it, or is doubled inside
 * it. A stray one ends the row at the end of its line. Null where the text does not yet hold the whole row.
 */
export function readQuotedRow(cursor: Cursor): QuotedRow | typeof CELL_TOO_LONG | null {
  const { text, at: start } = cursor
  const separator = cursor.separator.charCodeAt(0)
  // Of each cell: start, end, and whether it has doubled marks.
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
      if ((close < 0 ? text.length : close) - at - 1 > MAX_CELL_LENGTH) return CELL_TOO_LONG
      // A mark at the very end may be the first of two.
      if (!cursor.isLast && (close < 0 || close + 1 === text.length)) return null
      if (close < 0) return buildRow(text, start, text.length, bounds, { kind: 'open', cell: cell - start })
      at = close + 1
      if (at > end) end = cursor.lineEnd(at)
      isStray = at !== end && text.charCodeAt(at) !== separator
      if (!isStray) bounds.push(cell + 1 - start, close - start, isDoubled)
      quote = cursor.quote(at)
    } else {
      at = cursor.nextSeparator(at)
      if (end !== NOT_YET && at > end) at = end
      isStray = quote < at
      if (!isStray) bounds.push(cell - start, at - start, 0)
    }
    if (end === NOT_YET && (isStray || at === text.length)) return null
    if (isStray) return buildRow(text, start, end, bounds, { kind: 'stray', cell: cell - start })
    if (at === end) return buildRow(text, start, end, bounds)
  }
}

function buildRow(
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
