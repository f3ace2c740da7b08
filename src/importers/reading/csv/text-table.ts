import { OperatorError } from '../../../errors.ts'
import { type Bytes, peek } from '../encoding/bytes.ts'
import { Decoder } from '../encoding/decoder.ts'
import { detectEncoding, type Encoding } from '../encoding/encoding.ts'
import type { FileRow, Table } from '../rows/file-row.ts'
import { readHeader } from '../rows/header.ts'
import { ENCODING_SAMPLE } from '../rows/limits.ts'
import { Scanner } from './scanner.ts'
import { TextRows } from './text-rows.ts'
import { rejectUnsupportedFormat, rejectUnsupportedText } from './unsupported-formats.ts'

interface TextOptions {
  name: string
  encoding: Encoding | undefined
  isHeader: ((cells: readonly string[]) => boolean) | undefined
  asLines: boolean | undefined
}

/**
 * Reads text as lines where asked to, else as NDJSON where it begins with a brace, else as CSV.
 * @throws OperatorError when it is of an unsupported format
 */
export async function openText(
  given: Bytes,
  { name, encoding, isHeader, asLines = false }: TextOptions,
): Promise<Table> {
  const { head, isAll, bytes } = await peek(given, ENCODING_SAMPLE)
  rejectUnsupportedFormat(head, name)
  const options = detectEncoding(head, isAll, { name, encoding })
  const start = head.toString('latin1', options.skip, options.skip + 1000)
  rejectUnsupportedText(start, name)
  const isNdjson = !asLines && /^\s*\{/.test(start)

  const decoder = new Decoder(options)
  const scanner = new Scanner({
    name,
    layout: asLines || isNdjson ? 'lines' : 'csv',
    isReplaced: () => decoder.isReplaced,
  })
  const rows = new TextRows(name, scanner, decoder.decode(bytes))
  if (asLines || isNdjson) return { format: asLines ? 'lines' : 'ndjson', header: [], rows: rows.batches() }
  const header = readHeader(await findHeader(rows, { name, isHeader }), name)
  scanner.setHeader(header)
  return { format: 'csv', header, rows: rows.batches() }
}

/** Lines of notes above a header, at most. */
const MAX_NOTES = 50

/** Finds the row with the names of the columns: a known header below lines of notes, else the first row. */
async function findHeader(
  rows: TextRows,
  { name, isHeader }: Pick<TextOptions, 'name' | 'isHeader'>,
): Promise<FileRow> {
  const first = await rows.next()
  if (!first)
    throw new OperatorError(`${name} holds nothing but empty lines: give a CSV, NDJSON or XLSX file`)
  let row: FileRow | undefined = first
  for (let notes = 0; isHeader && row && notes < MAX_NOTES; notes += 1) {
    if (isHeader(row.cells)) return row
    row = await rows.next()
  }
  return first
}
