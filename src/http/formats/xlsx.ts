import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { dayNumber, MS_PER_DAY } from '../../validation/calendar.ts'
import type { Cell, Column, ColumnType } from './columns.ts'
import { type FileMetadata, formatRevision, watchDatasets } from './file-metadata.ts'
import { MAX_SHEET_RECORDS } from './formats.ts'

/** UTF-16 units of a cell (Excel specifications and limits). */
const MAX_CELL_LENGTH = 32_767

/** Styles, by their index in STYLES. */
const DATE_STYLE = 1
const INSTANT_STYLE = 2
const HEADER_STYLE = 3

/** Days from 1900-01-00 to 1970-01-01 in the serial numbers of Excel. */
const EPOCH_SERIAL = 25_569
/** Excel takes 1900 for a leap year: earlier serials are a day off, and days before 1900 have none. */
const MIN_SERIAL = 61

/** Widths of columns in characters. */
const WIDTHS: Record<ColumnType, number> = {
  text: 18,
  list: 24,
  count: 9,
  degrees: 11,
  date: 11,
  instant: 20,
}

/**
 * Renders records as a workbook (ECMA-376), row by row: a sheet of records, and a sheet `about` with the query, the
 * citations of the data sets and the meaning of the columns. Days and times are dates, numbers are numbers, texts are
 * never formulas; lists are texts as in CSV.
 *
 * @param name of the sheet
 * @param batches at most {@link MAX_SHEET_RECORDS} records in all
 * @throws Error when there are more
 */
export async function* renderXlsx<T extends { dataset: string }>(
  name: string,
  columns: readonly Column<T>[],
  batches: AsyncIterable<readonly T[]>,
  metadata: FileMetadata,
): AsyncGenerator<Uint8Array> {
  const datasets = new Set<string>()
  const sheet = new RecordSheet(columns)
  const records = watchDatasets(batches, datasets)
  // Until the first records are read nothing is sent: an error has a response of its own.
  const first = await records.next()
  const sources = [
    Readable.from(sheet.render(first.done ? [] : first.value, records)),
    Readable.from(renderAbout(metadata, datasets, columns, sheet)),
  ]
  const zip = new ZipFile()
  const output = zip.outputStream as Readable
  zip.once('error', (error) => output.destroy(error as Error))
  const options = { mtime: metadata.revision.at }
  for (const [path, xml] of Object.entries(renderParts([name, 'about'])))
    zip.addBuffer(Buffer.from(xml), path, options)
  for (const [index, source] of sources.entries())
    zip.addReadStreamLazy(`xl/worksheets/sheet${index + 1}.xml`, options, (use) => use(null, source))
  zip.end()
  try {
    yield* output
  } finally {
    for (const source of sources) source.destroy()
  }
}

/** The sheet of the records. */
class RecordSheet<T> {
  records = 0
  /** The number of texts that were cut because Excel has no longer ones. */
  cut = 0

  constructor(readonly columns: readonly Column<T>[]) {}

  async *render(first: readonly T[], more: AsyncIterable<readonly T[]>): AsyncGenerator<string> {
    const widths = this.columns.map(({ type, name }) => Math.max(WIDTHS[type], name.length + 2))
    yield beginSheet(widths)
    yield renderRow(
      1,
      this.columns.map(({ name }) => textCell(name, HEADER_STYLE)),
    )
    yield this.#renderRows(first)
    for await (const batch of more) yield this.#renderRows(batch)
    yield END_SHEET
  }

  #renderRows(records: readonly T[]): string {
    if (this.records + records.length > MAX_SHEET_RECORDS)
      throw new Error(`An XLSX file has at most ${MAX_SHEET_RECORDS} records`)
    return records
      .map((record) => {
        this.records += 1
        return renderRow(
          this.records + 1,
          this.columns.map(({ type, value }) => this.#renderCell(value(record), type)),
        )
      })
      .join('')
  }

  #renderCell(cell: Cell, type: ColumnType): CellXml {
    if (cell === null) return null
    if (typeof cell === 'number') return numberCell(cell)
    if (type === 'date' && serialOf(cell) >= MIN_SERIAL) return numberCell(serialOf(cell), DATE_STYLE)
    if (type === 'instant') return numberCell(Date.parse(cell) / MS_PER_DAY + EPOCH_SERIAL, INSTANT_STYLE)
    if (cell.length <= MAX_CELL_LENGTH) return textCell(cell)
    this.cut += 1
    return textCell(`${cell.slice(0, MAX_CELL_LENGTH - 1)}…`)
  }
}

const serialOf = (day: string) => dayNumber(day) + EPOCH_SERIAL

async function* renderAbout<T>(
  metadata: FileMetadata,
  datasets: ReadonlySet<string>,
  columns: readonly Column<T>[],
  sheet: RecordSheet<T>,
): AsyncGenerator<string> {
  const citations = await metadata.findCitations(datasets)
  const title = (...texts: string[]) => texts.map((text) => textCell(text, HEADER_STYLE))
  const texts = (...values: (string | null)[]) =>
    values.map((value) => (value === null ? null : textCell(value)))
  const rows: CellXml[][] = [
    [...title('records'), numberCell(sheet.records)],
    [...title('query'), ...texts(metadata.url)],
    [...title('data'), ...texts(formatRevision(metadata.revision))],
    [],
    title('data set', 'name', 'version', 'licence', 'citation'),
    ...citations.map(({ id, name, version, licence, citation }) =>
      texts(id, name, version, licence, citation),
    ),
    [],
    title('column', 'type', 'meaning'),
    ...columns.map(({ name, type, description }) => texts(name, type, description)),
  ]
  if (sheet.cut > 0) {
    const note = `Texts longer than ${MAX_CELL_LENGTH} characters, the most that a cell can hold, are cut and end with …: ${sheet.cut}. CSV and NDJSON have them whole.`
    rows.splice(3, 0, [...title('note'), ...texts(note)])
  }
  yield beginSheet([26, 40, 14, 20, 80])
  yield rows.map((cells, index) => renderRow(index + 1, cells)).join('')
  yield END_SHEET
}

/** The attributes and the content of a cell, whose column is not known yet; null when it is empty. */
type CellXml = { attributes: string; content: string } | null

function numberCell(value: number, style?: number): CellXml {
  return { attributes: style === undefined ? '' : ` s="${style}"`, content: `<v>${value}</v>` }
}

function textCell(text: string, style?: number): CellXml {
  return {
    attributes: ` t="inlineStr"${style === undefined ? '' : ` s="${style}"`}`,
    content: `<is><t xml:space="preserve">${escapeText(text)}</t></is>`,
  }
}

function renderRow(number: number, cells: readonly CellXml[]): string {
  const rendered = cells.map((cell, index) =>
    cell === null ? '' : `<c r="${COLUMN_NAMES[index]}${number}"${cell.attributes}>${cell.content}</c>`,
  )
  return `<row r="${number}">${rendered.join('')}</row>`
}

/** The names of the first columns of a sheet, more than a record has: A to Z, AA to ZZ. */
const LETTERS = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index))
const COLUMN_NAMES = [...LETTERS, ...LETTERS.flatMap((first) => LETTERS.map((second) => first + second))]

/** What XML 1.0 cannot hold or would change, and what looks like its escape (ECMA-376 part 1, 22.9.2.19, ST_Xstring). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(UNSAFE, (unit) => `_x${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign)
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** Begins a sheet whose first row stays visible. */
function beginSheet(widths: readonly number[]): string {
  const columns = widths.map(
    (width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`,
  )
  return `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData>`
}

const END_SHEET = '</sheetData></worksheet>'

const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

/** Renders the parts of a package but its sheets, by path (ECMA-376 parts 1 and 2). */
function renderParts(sheets: readonly string[]): Record<string, string> {
  const numbered = sheets.map((name, index) => ({ name, number: index + 1 }))
  const overrides = [
    ['/xl/workbook.xml', 'sheet.main'],
    ['/xl/styles.xml', 'styles'],
    ...numbered.map(({ number }) => [`/xl/worksheets/sheet${number}.xml`, 'worksheet']),
  ].map(([part, type]) => `<Override PartName="${part}" ContentType="${SPREADSHEET}.${type}+xml"/>`)
  const relationship = (id: number, type: string, target: string) =>
    `<Relationship Id="rId${id}" Type="${OFFICE}/${type}" Target="${target}"/>`
  const relationships = (items: string) =>
    `${XML}<Relationships xmlns="${PACKAGE}/relationships">${items}</Relationships>`
  return {
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.join('')}</Types>`,
    '_rels/.rels': relationships(relationship(1, 'officeDocument', 'xl/workbook.xml')),
    'xl/workbook.xml': `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${numbered.map(({ name, number }) => `<sheet name="${name}" sheetId="${number}" r:id="rId${number}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships(
      [
        ...numbered.map(({ number }) => relationship(number, 'worksheet', `worksheets/sheet${number}.xml`)),
        relationship(sheets.length + 1, 'styles', 'styles.xml'),
      ].join(''),
    ),
    'xl/styles.xml': STYLES,
  }
}
