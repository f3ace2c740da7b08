import { OperatorError } from '../../../errors.ts'
import { type FileRow, shorten } from './file-row.ts'

const OTHERS = { ';': 'semicolons', '\t': 'tabs', '|': 'vertical bars' } as const

/**
 * The names of the columns.
 * @throws OperatorError when the row is damaged, or the columns are separated by anything but commas
 */
export function readHeader({ line, cells, fault }: FileRow, name: string): string[] {
  const where = `The header of ${name}${line === 1 ? '' : ` (line ${line})`}`
  if (fault) throw new OperatorError(`${where} ${fault.reason}: ${JSON.stringify(fault.value)}`)
  const text = cells.join('').replace(/;;+$/, '')
  for (const [mark, word] of Object.entries(OTHERS)) {
    if (text.split(mark).length > cells.length)
      throw new OperatorError(`${name} separates its columns by ${word}: save it as CSV with commas`)
  }
  if (cells.at(-1)?.endsWith(';;'))
    throw new OperatorError(`${where} ends in stray semicolons: save it as CSV once more, or take them off`)
  if (cells.length === 1 && text.includes(',')) {
    throw new OperatorError(
      `${where} stands in one cell (${shorten(text)}): save it as CSV without quotation marks around its lines`,
    )
  }
  if (cells.every((cell) => cell.trim() === '')) throw new OperatorError(`${where} names no columns`)
  return cells
}
