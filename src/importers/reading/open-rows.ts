import { unpack } from './archive/unpack.ts'
import { openText } from './csv/text-table.ts'
import type { Encoding } from './encoding/encoding.ts'
import type { FileRow, Table } from './rows/file-row.ts'
import { type Input, type OnBytes, openSource, type Source } from './source.ts'
import { openWorkbook } from './xlsx/workbook.ts'

/** An open file of rows: its header is read, its rows are read on demand. */
export interface OpenFile {
  /** The file's name without its folder, or the name of the stream. */
  fileName: string
  format: 'csv' | 'ndjson' | 'xlsx' | 'lines'
  /** The names of the columns as they are written there; none for NDJSON and lines. */
  header: string[]
  /** Whether numbers may have a decimal comma: the columns are separated by something else. */
  decimalComma: boolean
  /**
   * The rows after the header, in batches; to be read once. Reading them to the end or stopping closes the file.
   * Throws OperatorError where damage of the file is found late.
   */
  rows: AsyncIterable<FileRow[]>
  /** SHA-256 of the file as it was given, packed or not; known when the rows have been read to the end. */
  sha256: () => string
  /** Closes a file whose rows are not read. */
  close: () => Promise<void>
}

/** How to read a file. */
export interface OpenOptions {
  /** The encoding of text; detected from its bytes when left out. */
  encoding?: Encoding
  /** Recognises a header below lines of notes. */
  isHeader?: (cells: readonly string[]) => boolean
  /** Reads text line by line, each line one cell, with no header and with quotation marks left as they are. */
  asLines?: boolean
  onBytes?: OnBytes
}

/**
 * Opens a CSV, NDJSON or XLSX file, packed by gzip or zip or not. The format is recognised from its content.
 * @throws OperatorError, in one line, when it is of another format or damaged
 */
export async function openRows(
  input: Input,
  { encoding, isHeader, asLines, onBytes }: OpenOptions = {},
): Promise<OpenFile> {
  const source = await openSource(input, onBytes)
  try {
    const unpacked = await unpack(source)
    const { name } = source
    const table =
      'workbook' in unpacked
        ? await openWorkbook(unpacked.workbook)
        : await openText(unpacked.text, { name, encoding, isHeader, asLines })
    return {
      fileName: source.fileName,
      format: table.format,
      header: table.header,
      decimalComma: table.decimalComma,
      rows: readToEnd(table, source),
      sha256: () => source.sha256(),
      close: () => source.close(),
    }
  } catch (error) {
    await source.close()
    throw error
  }
}

async function* readToEnd(table: Table, source: Source): AsyncGenerator<FileRow[]> {
  try {
    yield* table.rows
    await source.finish()
  } finally {
    await source.close()
  }
}
