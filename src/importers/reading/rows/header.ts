import { OperatorError } from '../../../errors.ts'
import type { FileRow } from './file-row.ts'
import { isBlank, shorten } from './text.ts'

/**
 * Reads the names of the columns.
 * @throws OperatorError when the row is damaged or names no columns
 */
export function readHeader({ line, cells, error }: FileRow, name: string): string[] {
  const where = `The header of ${name}${line === 1 ? '' : ` (line ${line})`}`
  if (error) throw new OperatorError(`${where} ${error.reason}: ${JSON.stringify(error.value)}`)
  if (cells.at(-1)?.endsWith(';;'))
    throw new OperatorError(`${where} ends in stray semicolons: save it as CSV again, or remove them`)
  const [text = ''] = cells
  if (cells.length === 1 && /[,;\t|]/.test(text)) {
    throw new OperatorError(
      `${where} is all in one cell (${shorten(text)}): save it as CSV without quotation marks around its lines`,
    )
  }
  if (cells.every(isBlank)) throw new OperatorError(`${where} names no columns`)
  return cells
}
