import { OperatorError } from '../../../errors.ts'
import { type Bytes, peek } from '../encoding/bytes.ts'
import { Decoder } from '../encoding/decoder.ts'
import {
  completeLength,
  type DecodingOptions,
  decodeText,
  detectEncoding,
  type Encoding,
  findMark,
} from '../encoding/encoding.ts'
import type { FileRow, Table } from '../rows/file-row.ts'
import { readHeader } from '../rows/header.ts'
import { ENCODING_SAMPLE, FORMAT_SAMPLE } from '../rows/limits.ts'
import { Scanner } from './scanner.ts'
import { detectSeparator, type IsHeader, isDeclaration, MAX_NOTES } from './separator.ts'
import { TextRows } from './text-rows.ts'
import { rejectUnsupportedFormat, rejectUnsupportedText } from './unsupported-formats.ts'

interface TextOptions {
  name: string
  encoding: Encoding | undefined
  isHeader: IsHeader | undefined
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
  const { options, failure } = tryEncoding(head, isAll, { name, encoding })
  const isWhole = isAll && head.length <= FORMAT_SAMPLE
  const sample = head.subarray(0, FORMAT_SAMPLE)
  const length = isWhole ? sample.length : completeLength(sample, options.encoding)
  const text = decodeText(sample.subarray(options.skip, length), options.encoding)
  rejectUnsupportedText(text.slice(0, 1000), name)
  const isNdjson = !asLines && /^\s*\{/.test(text.slice(0, 1000))
  const isCsv = !asLines && !isNdjson
  if (failure && !isCsv) throw failure

  const separator = isCsv ? detectSeparator(text, isWhole, isHeader) : ','
  const decoder = new Decoder(options)
  const scanner = new Scanner({
    name,
    layout: isCsv ? 'csv' : 'lines',
    separator,
    isReplaced: () => decoder.isReplaced && failure === null,
  })
  const rows = new TextRows(name, scanner, decoder.decode(bytes))
  if (!isCsv)
    return { format: asLines ? 'lines' : 'ndjson', header: [], decimalComma: false, rows: rows.batches() }
  const header = readHeader(await findHeader(rows, { name, isHeader }), name)
  scanner.setHeader(header)
  return {
    format: 'csv',
    header,
    decimalComma: separator !== ',',
    rows: failure ? fail(failure) : rows.batches(),
  }
}

/**
 * Detects the encoding. Where that fails, the header can be read nevertheless, so that a file of no known kind is
 * reported as that, whatever its encoding.
 */
function tryEncoding(
  head: Buffer,
  isAll: boolean,
  options: Pick<TextOptions, 'name' | 'encoding'>,
): { options: DecodingOptions; failure: OperatorError | null } {
  try {
    return { options: detectEncoding(head, isAll, options), failure: null }
  } catch (failure) {
    if (!(failure instanceof OperatorError)) throw failure
    const { encoding, skip } = findMark(head) ?? { encoding: 'utf-8', skip: 0 }
    return { options: { encoding, skip, isStrict: false }, failure }
  }
}

// biome-ignore lint/correctness/useYield: rows that cannot be read
async function* fail(error: OperatorError): AsyncGenerator<never> {
  throw error
}

/** Finds the row with the names of the columns: a known header below lines of notes, else the first row. */
async function findHeader(
  rows: TextRows,
  { name, isHeader }: Pick<TextOptions, 'name' | 'isHeader'>,
): Promise<FileRow> {
  const start = await rows.next()
  const first = start && isDeclaration(start) ? await rows.next() : start
  if (!first)
    throw new OperatorError(`${name} holds nothing but empty lines: give a CSV, NDJSON or XLSX file`)
  let row: FileRow | undefined = first
  for (let notes = 0; isHeader && row && notes < MAX_NOTES; notes += 1) {
    if (isHeader(row.cells)) return row
    row = await rows.next()
  }
  return first
}
