import type { Encoding } from './encoding/encoding.ts'
import type { FileRow, Table } from './rows/file-row.ts'
import { type Input, type OnBytes, openSource, type Source } from './source.ts'
import { openText } from './csv/text-table.ts'
import { unpack } from './archive/unpack.ts'
import { openWorkbook } from './xlsx/workbook.ts'

export type { Encoding } from './encoding/encoding.ts'
export type { FileRow } from './rows/file-row.ts'
export type { Input } from './source.ts'

/** A file of rows that is open: its header is read, its rows are read as they are asked for. */
export interface OpenFile {
  /** The file's name without its folder, or the name of the stream. */
  fileName: string
  format: 'csv' | 'ndjson' | 'xlsx' | 'lines'
  /** The names of the columns as they stand there; none for NDJSON and lines. */
  header: string[]
  /**
   * The rows behind the header, once, in batches. Reading them to the end or breaking off closes the file.
   * Throws OperatorError where it shows only later that the file cannot be read.
   */
  rows: AsyncIterable<FileRow[]>
  /** SHA-256 of the file as it was given, packed or not; known when the rows have been read to the end. */
  sha256: () => string
  /** Closes a file whose rows are not read after all. */
  close: () => Promise<void>
}

/** How to read a file. */
export interface RowsOptions {
  /** The encoding of text, where its bytes are not to decide. */
  encoding?: Encoding
  /** Tells a header that stands below lines of notes. */
  isHeader?: (cells: readonly string[]) => boolean
  /** Takes text line by line, each of them one cell, with no header and whatever marks it holds. */
  asLines?: boolean
  /** Told how many bytes of the file, as it was given, are read, and how many there are, where that is known. */
  onBytes?: OnBytes
}

/**
 * Opens a CSV, NDJSON or XLSX file, packed by gzip or zip or not. What it is, is told by what is in it.
 * @throws OperatorError, in one line, when it is no such file or a damaged one
 */
export async function openRows(
  input: Input,
  { encoding, isHeader, asLines, onBytes }: RowsOptions = {},
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
