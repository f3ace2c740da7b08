import { OperatorError } from '../../../errors.ts'
import { type Bytes, peek } from '../encoding/bytes.ts'
import { Decoder } from '../encoding/decoder.ts'
import { decideEncoding, type Encoding } from '../encoding/encoding.ts'
import type { FileRow, Table } from '../rows/file-row.ts'
import { refuseForeign, refuseForeignText } from './unsupported-formats.ts'
import { readHeader } from '../rows/header.ts'
import { ENCODING_SAMPLE } from '../rows/limits.ts'
import { Scanner } from './scanner.ts'
import { TextRows } from './text-rows.ts'

interface TextOptions {
  name: string
  encoding: Encoding | undefined
  isHeader: ((cells: readonly string[]) => boolean) | undefined
  asLines: boolean | undefined
}

/**
 * Reads text as lines where told to, else as CSV, or as NDJSON where it begins with a brace.
 * @throws OperatorError when it is neither
 */
export async function openText(
  given: Bytes,
  { name, encoding, isHeader, asLines = false }: TextOptions,
): Promise<Table> {
  const { head, isAll, bytes } = await peek(given, ENCODING_SAMPLE)
  refuseForeign(head, name)
  const decision = decideEncoding(head, isAll, { name, encoding })
  const start = head.toString('latin1', decision.skip, decision.skip + 1000)
  refuseForeignText(start, name)
  const isNdjson = !asLines && /^\s*\{/.test(start)

  const decoder = new Decoder(decision)
  const scanner = new Scanner({
    name,
    layout: asLines || isNdjson ? 'lines' : 'csv',
    isReplaced: () => decoder.isReplaced,
  })
  const rows = new TextRows(name, scanner, decoder.decode(bytes))
  if (asLines || isNdjson) return { format: asLines ? 'lines' : 'ndjson', header: [], rows: rows.batches() }
  const header = readHeader(await headerRow(rows, { name, isHeader }), name)
  scanner.expect(header)
  return { format: 'csv', header, rows: rows.batches() }
}

/** As many lines of notes as are looked over for a header. */
const MOST_NOTES = 50

/** The row of the names of the columns: the first, or one that is known for a header after lines of notes. */
async function headerRow(
  rows: TextRows,
  { name, isHeader }: Pick<TextOptions, 'name' | 'isHeader'>,
): Promise<FileRow> {
  const first = await rows.first()
  if (!first)
    throw new OperatorError(`${name} holds nothing but empty lines: give a CSV, NDJSON or XLSX file`)
  let row: FileRow | undefined = first
  for (let notes = 0; isHeader && row && notes < MOST_NOTES; notes += 1) {
    if (isHeader(row.cells)) return row
    row = await rows.first()
  }
  return first
}
