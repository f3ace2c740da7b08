import { OperatorError } from '../../../errors.ts'
import type { FileRow } from './file-row.ts'
import { shorten } from './text.ts'

const OTHER_SEPARATORS = { ';': 'semicolons', '\t': 'tabs', '|': 'vertical bars' } as const

/**
 * Reads the names of the columns.
 * @throws OperatorError when the row is damaged, or the columns are separated by anything but commas
 */
export function readHeader({ line, cells, error }: FileRow, name: string): string[] {
  const where = `The header of ${name}${line === 1 ? '' : ` (line ${line})`}`
  if (error) throw new OperatorError(`${where} ${error.reason}: ${JSON.stringify(error.value)}`)
  const text = cells.join('').replace(/;;+$/, '')
  for (const [mark, word] of Object.entries(OTHER_SEPARATORS)) {
    if (text.split(mark).length > cells.length)
      throw new OperatorError(`${name} separates its columns by ${word}: save it as CSV with commas`)
  }
  if (cells.at(-1)?.endsWith(';;'))
    throw new OperatorError(`${where} ends in stray semicolons: save it as CSV again, or remove them`)
  if (cells.length === 1 && text.includes(',')) {
    throw new OperatorError(
      `${where} is all in one cell (${shorten(text)}): save it as CSV without quotation marks around its lines`,
    )
  }
  if (cells.every((cell) => cell.trim() === '')) throw new OperatorError(`${where} names no columns`)
  return cells
}
