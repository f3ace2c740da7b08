import type { Archive } from '../archive/archive.ts'
import { type CellContext, formatCell } from './cell.ts'
import { TextCollector } from './texts.ts'
import { type Attributes, damagedWorkbook, readXml } from './xml.ts'

/** A row of a sheet, as far as its last cell that is not empty. */
export interface SheetRow {
  line: number
  cells: string[]
}

/** Limits of the format. */
const MAX_ROWS = 1_048_576
const MAX_COLUMNS = 16_384

/** Reads the rows of a sheet that are not empty, in batches. */
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

  /** The rows that were read since the last call. */
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
    if (!(Number.isInteger(line) && line > this.#line && line <= MAX_ROWS))
      throw damagedWorkbook(this.archive, `row ${r ?? line} follows row ${this.#line}`)
    this.#line = line
    this.#cells = []
    this.#column = 0
  }

  #openCell({ r, t, s }: Attributes): void {
    const column = r === undefined ? this.#column + 1 : parseColumn(r)
    if (!(column > this.#column && column <= MAX_COLUMNS))
      throw damagedWorkbook(this.archive, `a cell of row ${this.#line} is in column ${r ?? column}`)
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
        : formatCell({ type: this.#type, style: this.#style, value: this.#value }, this.context)
    if (text === null)
      throw damagedWorkbook(this.archive, `row ${this.#line} refers to a text that does not exist`)
    if (text === '') return
    while (this.#cells.length < this.#column - 1) this.#cells.push('')
    this.#cells.push(text)
  }

  #closeRow(): void {
    if (this.#cells.length > 0) this.#rows.push({ line: this.#line, cells: this.#cells })
  }
}

/** The column of a reference such as AB12, the first being 1; NaN where it is not a reference. */
function parseColumn(reference: string): number {
  let column = 0
  for (let at = 0; at < reference.length; at += 1) {
    const code = reference.charCodeAt(at)
    if (code >= 48 && code <= 57) return at === 0 ? Number.NaN : column
    if (code < 65 || code > 90) return Number.NaN
    column = column * 26 + code - 64
  }
  return column || Number.NaN
}
