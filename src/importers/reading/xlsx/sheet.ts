import type { Archive } from '../archive/archive.ts'
import { type CellContext, cellText } from './cell.ts'
import { TextCollector } from './texts.ts'
import { type Attributes, readXml, workbookDamaged } from './xml.ts'

/** A row of a sheet, as far as its last cell that is not empty. */
export interface SheetRow {
  line: number
  cells: string[]
}

/** Rows and columns that a sheet can have. */
const MOST_ROWS = 1_048_576
const MOST_COLUMNS = 16_384

/** The rows of a sheet that are not empty, some at a time. */
export async function* readSheet(
  archive: Archive,
  path: string,
  context: CellContext,
): AsyncGenerator<SheetRow[]> {
  const sheet = new SheetReader(archive, context)
  for await (const _ of readXml(archive, path, sheet)) {
    const rows = sheet.take()
    if (rows.length > 0) yield rows
  }
}

class SheetReader {
  #rows: SheetRow[] = []
  #isData = false
  #line = 0
  #cells: string[] = []
  #column = 0
  #type: string | undefined
  #style: string | undefined
  #value = ''
  #isValue = false
  readonly #inline = new TextCollector()

  constructor(
    private readonly archive: Archive,
    private readonly context: CellContext,
  ) {}

  /** The rows that were read since the last time. */
  take(): SheetRow[] {
    const rows = this.#rows
    this.#rows = []
    return rows
  }

  readonly open = (name: string, attributes: Attributes): void => {
    if (name === 'sheetData') this.#isData = true
    if (!this.#isData) return
    if (name === 'row') this.#openRow(attributes)
    else if (name === 'c') this.#openCell(attributes)
    else if (name === 'v') this.#isValue = true
    else this.#inline.open(name)
  }

  readonly text = (part: string): void => {
    if (this.#isValue) this.#value += part
    else this.#inline.add(part)
  }

  readonly close = (name: string): void => {
    if (!this.#isData) return
    if (name === 'v') this.#isValue = false
    else if (name === 'c') this.#closeCell()
    else if (name === 'row') this.#closeRow()
    else if (name === 'sheetData') this.#isData = false
    else this.#inline.close(name)
  }

  #openRow({ r }: Attributes): void {
    const line = r === undefined ? this.#line + 1 : Number(r)
    if (!(Number.isInteger(line) && line > this.#line && line <= MOST_ROWS))
      throw workbookDamaged(this.archive, `row ${r ?? line} follows row ${this.#line}`)
    this.#line = line
    this.#cells = []
    this.#column = 0
  }

  #openCell({ r, t, s }: Attributes): void {
    const column = r === undefined ? this.#column + 1 : columnNumber(r)
    if (!(column > this.#column && column <= MOST_COLUMNS))
      throw workbookDamaged(this.archive, `a cell of row ${this.#line} stands in column ${r ?? column}`)
    this.#column = column
    this.#type = t
    this.#style = s
    this.#value = ''
    this.#inline.begin()
  }

  #closeCell(): void {
    const text =
      this.#type === 'inlineStr'
        ? this.#inline.take()
        : cellText({ type: this.#type, style: this.#style, value: this.#value }, this.context)
    if (text === null)
      throw workbookDamaged(this.archive, `row ${this.#line} refers to a text that is not there`)
    if (text === '') return
    while (this.#cells.length < this.#column - 1) this.#cells.push('')
    this.#cells.push(text)
  }

  #closeRow(): void {
    if (this.#cells.length > 0) this.#rows.push({ line: this.#line, cells: this.#cells })
  }
}

/** The column of a cell such as AB12, the first being 1; not a number where it is none. */
function columnNumber(reference: string): number {
  let column = 0
  for (let at = 0; at < reference.length; at += 1) {
    const code = reference.charCodeAt(at)
    if (code >= 48 && code <= 57) return at === 0 ? Number.NaN : column
    if (code < 65 || code > 90) return Number.NaN
    column = column * 26 + code - 64
  }
  return column || Number.NaN
}
