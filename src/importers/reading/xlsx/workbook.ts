import { OperatorError } from '../../../errors.ts'
import type { Archive } from '../archive/archive.ts'
import { countReason, type FileRow, type Table } from '../rows/file-row.ts'
import { readHeader } from '../rows/header.ts'
import { BATCH_ROWS, MAX_CELL_LENGTH, MAX_WORKBOOK_BYTES } from '../rows/limits.ts'
import { isBlank, shorten } from '../rows/text.ts'
import { findParts } from './parts.ts'
import { readSheet, type SheetRow } from './sheet.ts'
import { readStyles } from './styles.ts'
import { readSharedTexts } from './texts.ts'

/**
 * Opens the first sheet of a workbook, the first row that is not empty being its header.
 * @throws OperatorError when it is damaged or too large
 */
export async function openWorkbook(archive: Archive): Promise<Table> {
  rejectLargeWorkbook(archive)
  const { sheet, texts, styles, is1904 } = await findParts(archive)
  const rows = readSheet(archive, sheet, {
    texts: texts === undefined ? [] : await readSharedTexts(archive, texts),
    styles: styles === undefined ? [] : await readStyles(archive, styles),
    is1904,
  })
  const { value: firstRows } = await rows.next()
  const [first, ...others]: SheetRow[] = firstRows ?? []
  if (!first) throw new OperatorError(`${archive.name} is empty: its first sheet has no rows`)
  const header = readHeader(first, archive.name)
  return { format: 'xlsx', header, decimalComma: false, rows: batches(header, others, rows) }
}

/** Checks the sizes in the archive's directory, which are verified when the parts are read. */
function rejectLargeWorkbook({ name, entries }: Archive): void {
  const size = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0)
  if (size > MAX_WORKBOOK_BYTES)
    throw new OperatorError(`${name} is too large for a workbook (over 2 GB unpacked): save it as CSV`)
}

async function* batches(
  header: readonly string[],
  first: readonly SheetRow[],
  rest: AsyncIterable<SheetRow[]>,
): AsyncGenerator<FileRow[]> {
  yield* splitBatches(first, header)
  for await (const rows of rest) yield* splitBatches(rows, header)
}

function* splitBatches(rows: readonly SheetRow[], header: readonly string[]): Generator<FileRow[]> {
  for (let at = 0; at < rows.length; at += BATCH_ROWS)
    yield rows.slice(at, at + BATCH_ROWS).map((row) => buildFileRow(row, header))
}

/** Pads a row to as many cells as the header has: workbooks do not write empty cells at its end. */
function buildFileRow({ line, cells }: SheetRow, header: readonly string[]): FileRow {
  if (cells.length > header.length && !cells.every(isBlank)) {
    const reason = countReason(cells.length, header.length)
    return { line, cells, error: { column: '', value: shorten(cells.join(',')), reason } }
  }
  while (cells.length < header.length) cells.push('')
  const long = cells.findIndex((cell) => cell.length > MAX_CELL_LENGTH)
  if (long < 0) return { line, cells }
  const value = shorten(cells[long] as string)
  return { line, cells, error: { column: header[long] as string, value, reason: 'is over 1 MB long' } }
}
