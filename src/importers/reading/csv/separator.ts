import { OperatorError } from '../../../errors.ts'
import type { FileRow } from '../rows/file-row.ts'
import { isBlank } from '../rows/text.ts'
import { Scanner } from './scanner.ts'

/** What separates columns; the first counts where several would do. */
const SEPARATORS = [',', ';', '\t', '|']

/** Excel's first line that names the separator, such as `sep=;`; spreadsheets may add separators to it. */
const DECLARATION = /^"?sep=([^\w\s"]|\t)"?[,;\t|]*(?:[\r\n]|$)/i

/** Rows among which a header is looked for, at most. */
export const MAX_NOTES = 50

/** Recognises a header by its cells. */
export type IsHeader = (cells: readonly string[]) => boolean

/** Whether a row is Excel's line that names the separator. */
export function isDeclaration({ line, cells: [first = '', ...others] }: FileRow): boolean {
  return line === 1 && /^sep=.?$/i.test(first) && others.every((cell) => /^[,;\t|]*$/.test(cell))
}

/**
 * Detects the separator of columns from the first characters: the one with which a row is a known header, else the
 * one that the first line names, else the one that gives the most rows as many cells as the first.
 * @param text without a byte-order mark
 * @param isAll whether nothing follows the text
 */
export function detectSeparator(text: string, isAll: boolean, isHeader: IsHeader | undefined): string {
  const declared = DECLARATION.exec(text)?.[1]
  const candidates = [...new Set(declared === undefined ? SEPARATORS : [declared, ...SEPARATORS])]
  const best = { separator: declared ?? ',', share: 0, names: 1 }
  for (const separator of candidates) {
    const rows = readFirstRows(text, isAll, separator)
    if (isHeader && rows.some(({ cells }) => isHeader(cells))) return separator
    const [header, ...others] = rows
    const names = header?.cells.filter((cell) => !isBlank(cell)).length ?? 0
    if (declared !== undefined || names < 2) continue
    const alike = others.filter(({ cells }) => cells.length === header?.cells.length).length
    const share = others.length === 0 ? 1 : alike / others.length
    if (share > best.share || (share === best.share && names > best.names))
      Object.assign(best, { separator, share, names })
  }
  return best.separator
}

function readFirstRows(text: string, isAll: boolean, separator: string): FileRow[] {
  const scanner = new Scanner({ name: '', layout: 'csv', separator, isReplaced: () => false })
  const rows: FileRow[] = []
  try {
    scanner.push(text)
    if (isAll) scanner.end()
    for (let row = scanner.next(); row && rows.length <= MAX_NOTES; row = scanner.next()) rows.push(row)
  } catch (error) {
    // A cell or row that is too long: so it is with another separator, or reading the file reports it.
    if (!(error instanceof OperatorError)) throw error
  }
  return rows
}
