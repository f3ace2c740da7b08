import { OperatorError } from '../../../errors.ts'
import type { Archive } from '../archive/archive.ts'
import { type FileRow, shorten, type Table } from '../rows/file-row.ts'
import { readHeader } from '../rows/header.ts'
import { BATCH_ROWS, LONGEST_CELL, MOST_WORKBOOK } from '../rows/limits.ts'
import { countReason } from '../csv/row-errors.ts'
import { findParts } from './parts.ts'
import { readSheet, type SheetRow } from './sheet.ts'
import { readStyles } from './styles.ts'
import { readSharedTexts } from './texts.ts'

/**
 * Reads the first sheet of a workbook, the first row that is not empty being its header.
 * @throws OperatorError when it is damaged or too large
 */
export async function openWorkbook(archive: Archive): Promise<Table> {
  refuseLarge(archive)
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
  return { format: 'xlsx', header, rows: batches(header, others, rows) }
}

/** Held against what the archive's directory says; that there is no more is seen when it is read. */
function refuseLarge({ name, entries }: Archive): void {
  const size = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0)
  if (size > MOST_WORKBOOK)
    throw new OperatorError(`${name} is too large for a workbook (over 2 GB unpacked): save it as CSV`)
}

async function* batches(
  header: readonly string[],
  first: readonly SheetRow[],
  rest: AsyncIterable<SheetRow[]>,
): AsyncGenerator<FileRow[]> {
  yield* cut(first, header)
  for await (const rows of rest) yield* cut(rows, header)
}

function* cut(rows: readonly SheetRow[], header: readonly string[]): Generator<FileRow[]> {
  for (let at = 0; at < rows.length; at += BATCH_ROWS)
    yield rows.slice(at, at + BATCH_ROWS).map((row) => fileRow(row, header))
}

/** A row with as many cells as the header, empty ones at its end not being written in workbooks. */
function fileRow({ line, cells }: SheetRow, header: readonly string[]): FileRow {
  if (cells.length > header.length) {
    const reason = countReason(cells.length, header.length)
    return { line, cells, fault: { column: '', value: shorten(cells.join(',')), reason } }
  }
  while (cells.length < header.length) cells.push('')
  const long = cells.findIndex((cell) => cell.length > LONGEST_CELL)
  if (long < 0) return { line, cells }
  const value = shorten(cells[long] as string)
  return { line, cells, fault: { column: header[long] as string, value, reason: 'is over 1 MB long' } }
}
