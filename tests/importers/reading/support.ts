import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { crc32, deflateRawSync } from 'node:zlib'
import { OperatorError } from '../../../src/errors.ts'
import { type OpenOptions, openRows } from '../../../src/importers/reading/open-rows.ts'
import type { FileRow } from '../../../src/importers/reading/rows/file-row.ts'
import type { Input } from '../../../src/importers/reading/source.ts'
import { createTemporaryFolder } from '../../support/service.ts'

/** Writes a file, which is removed after the test. */
export function createFile(bytes: Buffer | string, name = 'data.csv'): { path: string } {
  const path = join(createTemporaryFolder(), name)
  writeFileSync(path, bytes)
  return { path }
}

/** Creates a stream of these chunks, like that of standard input. */
export function createStream(...chunks: (Buffer | string)[]): { stream: Readable; name: string } {
  return { stream: Readable.from(chunks, { objectMode: false }), name: '-' }
}

/** Reads a whole file. */
export async function readAll(input: Input, options?: OpenOptions) {
  const { format, header, rows, fileName, sha256 } = await openRows(input, options)
  const all: FileRow[] = []
  for await (const batch of rows) all.push(...batch)
  return { format, header, rows: all, fileName, sha256: sha256() }
}

/** Reads the rows of a file by line: their cells, or their error. */
export async function readLines(input: Input, options?: OpenOptions): Promise<Record<number, unknown>> {
  const { rows } = await readAll(input, options)
  return Object.fromEntries(rows.map(({ line, cells, error }) => [line, error ?? cells]))
}

/** Reads a file that must be rejected; returns the error, which must be one line. */
export async function readRejection(input: Input, options?: OpenOptions): Promise<string> {
  const outcome = await readAll(input, options).catch((error: unknown) => error)
  if (!(outcome instanceof OperatorError)) throw new Error(`not rejected: ${outcome}`, { cause: outcome })
  if (/[\r\n]/.test(outcome.message)) throw new Error(`more than one line: ${outcome.message}`)
  return outcome.message
}

/** An entry of a zip archive, whose size and checksum may be wrong. */
export interface ZipEntry {
  name: string
  data: Buffer | string
  /** The deflated data, instead of `data`; `size` and `checksum` must then be given. */
  packed?: Buffer
  /** 8 (deflated) unless given. */
  method?: number
  flags?: number
  size?: number
  checksum?: number
}

/** Builds a zip archive. */
export function buildZip(...entries: ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, data, packed: given, method = 8, flags = 0, size, checksum } of entries) {
    const bytes = Buffer.from(data)
    const packed = given ?? (method === 8 ? deflateRawSync(bytes) : bytes)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(method, 4)
    common.writeUInt32LE(checksum ?? crc32(bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(size ?? bytes.length, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const position = Buffer.alloc(14)
    position.writeUInt32LE(offset, 10)
    parts.push(Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed)
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), common, position, Buffer.from(name))
    offset += 4 + common.length + Buffer.byteLength(name) + packed.length
  }
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(Buffer.concat(directory).length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, ...directory, Buffer.from('PK\x05\x06'), end])
}

const SPREADSHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** The parts of a workbook that vary. */
export interface WorkbookParts {
  /** Content of sheetData. */
  rows: string
  /** Content of sst, or the whole part. */
  texts?: string | ZipEntry
  /** Content of styleSheet. */
  styles?: string
  /** Sheet elements before that of the sheet with the rows. */
  sheets?: string
  workbookPr?: string
  /** The prefix of every element, with its colon. */
  prefix?: string
  entries?: ZipEntry[]
}

/** Builds a workbook of one sheet. */
export function buildWorkbook({
  rows,
  texts,
  styles,
  sheets = '',
  workbookPr = '',
  prefix = '',
  entries = [],
}: WorkbookParts): Buffer {
  const p = prefix
  const ns = `xmlns${p && `:${p.slice(0, -1)}`}="${SPREADSHEET}" xmlns:r="${RELATIONS}"`
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${RELATIONS}/${kind}" Target="${target}"/>`
  const relations = (inside: string) =>
    `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inside}</Relationships>`
  return buildZip(
    // The sheet comes first, so that a sequential reader meets it before the parts that it refers to.
    {
      name: 'xl/worksheets/first.xml',
      data: `<${p}worksheet ${ns}><${p}sheetData>${rows}</${p}sheetData></${p}worksheet>`,
    },
    { name: '[Content_Types].xml', data: '<Types/>' },
    { name: '_rels/.rels', data: relations(relation('r1', 'officeDocument', '/xl/workbook.xml')) },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: relations(
        relation('s1', 'worksheet', 'worksheets/first.xml') +
          relation('c1', 'chartsheet', 'charts/chart.xml') +
          (texts === undefined ? '' : relation('t1', 'sharedStrings', '/xl/sharedStrings.xml')) +
          (styles === undefined ? '' : relation('y1', 'styles', 'styles.xml')),
      ),
    },
    {
      name: 'xl/workbook.xml',
      data: `<${p}workbook ${ns}>${workbookPr}<${p}sheets>${sheets}<${p}sheet name="data" sheetId="1" r:id="s1"/></${p}sheets></${p}workbook>`,
    },
    ...(texts === undefined
      ? []
      : typeof texts === 'string'
        ? [{ name: 'xl/SharedStrings.xml', data: `<${p}sst ${ns}>${texts}</${p}sst>` }]
        : [texts]),
    ...(styles === undefined
      ? []
      : [{ name: 'xl/styles.xml', data: `<${p}styleSheet ${ns}>${styles}</${p}styleSheet>` }]),
    ...entries,
  )
}
