import type { Column } from './columns.ts'
import { cellText } from './csv.ts'
import { BACKSLASH, COMMA, JsonSpans, QUOTE, SPACE } from './json-scanner.ts'

/** A property that holds a list, and the columns that are made of it. */
interface List<T> {
  property: string
  columns: Column<T>[]
  /** The cells of these columns by the JSON of the list: the same actors and weapons come again and again. */
  known: Map<string, Buffer[]>
  /** Those of the record that is at hand. */
  cells: Buffer[] | undefined
}

/** What a cell is made of: the value at a span of the record or, of a list, the one of its columns. */
interface Source<T> {
  span: number
  list: List<T> | undefined
  column: number
}

/** So many lists of a property are remembered. */
const REMEMBERED = 10_000

/**
 * Rows of CSV of records in JSON, the same as `csv()` makes of the records. The records are not parsed: most cells
 * are copied as they stand. A column has the value at its path; a list is made of the property that its path begins
 * with, and of nothing else.
 */
export class CsvRows<T> {
  readonly #spans: JsonSpans
  readonly #sources: readonly Source<T>[]
  readonly #lists: readonly List<T>[]
  #json: Buffer = NO_BYTES
  #rows: Buffer = NO_BYTES
  #length = 0
  /** Room for what is copied of a record and what goes between. */
  #margin = 0

  constructor(columns: readonly Column<T>[]) {
    const wanted: string[] = []
    const lists = new Map<string, List<T>>()
    this.#sources = columns.map((column) => {
      const isList = column.type === 'list'
      const path = isList ? (column.path.split('.', 1)[0] ?? '') : column.path
      if (!wanted.includes(path)) wanted.push(path)
      const source: Source<T> = { span: wanted.indexOf(path), list: undefined, column: 0 }
      if (!isList) return source
      const list: List<T> = lists.get(path) ?? {
        property: path,
        columns: [],
        known: new Map(),
        cells: undefined,
      }
      lists.set(path, list)
      return { ...source, list, column: list.columns.push(column) - 1 }
    })
    this.#lists = [...lists.values()]
    this.#spans = new JsonSpans(wanted)
  }

  /**
   * The rows of records that stand one a line.
   * @throws Error when one of them is not JSON
   */
  of(lines: Uint8Array): Uint8Array {
    this.#json = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength)
    // Rows are less than half as long as records; where they are not, #reserve() takes more.
    this.#rows = Buffer.allocUnsafe((lines.length >> 1) + 1024)
    this.#length = 0
    for (let at = 0; at < lines.length; at += 1) {
      const start = at
      at = this.#spans.read(this.#json, at)
      // Of a cell: a comma, and two quotation marks.
      this.#margin = at - start + 3 * this.#sources.length + 2
      this.#reserve(this.#margin)
      this.#addRow()
    }
    return this.#rows.subarray(0, this.#length)
  }

  #addRow(): void {
    for (const list of this.#lists) list.cells = undefined
    const { starts, ends } = this.#spans
    for (let index = 0; index < this.#sources.length; index += 1) {
      const { span, list, column } = this.#sources[index] as Source<T>
      const start = starts[span] as number
      const end = ends[span] as number
      if (index > 0) this.#addByte(COMMA)
      if (!list) this.#addValue(start, end)
      // An empty list is two brackets.
      else if (end - start > 2 && !this.#addPlainItems(start, end))
        this.#addBytes(this.#cellsOf(list, start, end)[column] ?? NO_BYTES)
    }
    this.#addByte(RETURN)
    this.#addByte(LINE_FEED)
  }

  /** Adds the value between two positions: a text, a number or null; nothing where there is none. */
  #addValue(start: number, end: number): void {
    const first = this.#json[start] as number
    if (start === end || first === LETTER_N) return
    if (first !== QUOTE) this.#copy(start, end)
    else if (MARKS.has(this.#json[start + 1] as number) || !this.#addPlainText(start + 1, end - 1))
      this.#addBytes(Buffer.from(cellText(JSON.parse(this.#json.toString('utf8', start, end)))))
  }

  /** Adds a text that needs no guard as it stands; false, and nothing is added, where JSON writes it otherwise. */
  #addPlainText(start: number, end: number): boolean {
    const json = this.#json
    const rows = this.#rows
    const begin = this.#length
    let length = begin
    let isQuoted = false
    for (let at = start; at < end; at += 1) {
      const byte = json[at] as number
      if (byte === BACKSLASH) return false
      if (byte === COMMA) isQuoted = true
      rows[length] = byte
      length += 1
    }
    if (isQuoted) {
      rows.copyWithin(begin + 1, begin, length)
      rows[begin] = QUOTE
      rows[length + 1] = QUOTE
      length += 2
    }
    this.#length = length
    return true
  }

  /** Adds a list of texts that stand in a cell as they are; false, and nothing is added, where it is another one. */
  #addPlainItems(start: number, end: number): boolean {
    const json = this.#json
    const rows = this.#rows
    if (MARKS.has(json[start + 2] as number)) return false
    let length = this.#length
    for (let at = start + 1; json[at] === QUOTE; at += 2) {
      at += 1
      // An empty item stands in quotation marks.
      if (json[at] === QUOTE) return false
      for (let byte = json[at] as number; byte !== QUOTE; byte = json[at] as number) {
        if (byte === BACKSLASH || byte === SEMICOLON || byte === COMMA) return false
        rows[length] = byte
        length += 1
        at += 1
      }
      if (at === end - 2) {
        this.#length = length
        return true
      }
      rows[length] = SEMICOLON
      rows[length + 1] = SPACE
      length += 2
    }
    return false
  }

  /** The cells of a list's columns. */
  #cellsOf(list: List<T>, start: number, end: number): Buffer[] {
    list.cells ??= list.known.get(this.#json.toString('latin1', start, end)) ?? this.#make(list, start, end)
    return list.cells
  }

  #make({ property, columns, known }: List<T>, start: number, end: number): Buffer[] {
    const record = { [property]: JSON.parse(this.#json.toString('utf8', start, end)) } as T
    const cells = columns.map(({ value }) => Buffer.from(cellText(value(record))))
    if (known.size < REMEMBERED) known.set(this.#json.toString('latin1', start, end), cells)
    return cells
  }

  #addByte(byte: number): void {
    this.#rows[this.#length] = byte
    this.#length += 1
  }

  #addBytes(bytes: Buffer): void {
    this.#reserve(bytes.length + this.#margin)
    bytes.copy(this.#rows, this.#length)
    this.#length += bytes.length
  }

  /** Adds what stands between two positions. */
  #copy(start: number, end: number): void {
    const json = this.#json
    const rows = this.#rows
    let length = this.#length
    for (let at = start; at < end; at += 1) {
      rows[length] = json[at] as number
      length += 1
    }
    this.#length = length
  }

  /** Makes room for so many bytes. */
  #reserve(bytes: number): void {
    if (this.#rows.length - this.#length >= bytes) return
    const rows = Buffer.allocUnsafe(this.#rows.length * 2 + bytes)
    this.#rows.copy(rows, 0, 0, this.#length)
    this.#rows = rows
  }
}

const NO_BYTES = Buffer.alloc(0)
const LINE_FEED = 0x0a
const RETURN = 0x0d
const SEMICOLON = 0x3b
const LETTER_N = 0x6e
/** What a text begins with that may need a guard; a tab and a return begin with a backslash in JSON. */
const MARKS: ReadonlySet<number> = new Set(Buffer.from("'=+-@"))
