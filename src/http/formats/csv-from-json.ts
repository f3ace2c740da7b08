import type { Column } from './columns.ts'
import { cellText } from './csv.ts'
import { BACKSLASH, COMMA, JsonScanner, QUOTE, SPACE } from './json-scanner.ts'

/** A property that holds a list, and the columns computed from it. */
interface List<T> {
  property: string
  columns: Column<T>[]
  /** Rendered cells by the JSON of the list: the same actors and weapons occur again and again. */
  cache: Map<string, Buffer[]>
  /** The cells of the current record. */
  cells: Buffer[] | undefined
}

/** The source of a cell: a value found by the scanner or, for a list, one of the list's columns. */
interface Source<T> {
  /** The index of the value in the scanner. */
  value: number
  list: List<T> | undefined
  column: number
}

/** Maximum number of lists cached for a property. */
const MAX_CACHED_LISTS = 10_000

/**
 * Renders records in JSON as rows of CSV, equal to those of `renderCsvRows()`. The records are not parsed: most cells are
 * copied byte by byte. A column has the value at its path; a list column is computed only from the property that its
 * path begins with.
 */
export class CsvFromJson<T> {
  readonly #scanner: JsonScanner
  readonly #sources: readonly Source<T>[]
  readonly #lists: readonly List<T>[]
  #json: Buffer = NO_BYTES
  #rows: Buffer = NO_BYTES
  #length = 0
  /** An upper bound of the bytes that the current record can add without another #reserve(). */
  #margin = 0

  constructor(columns: readonly Column<T>[]) {
    const wanted: string[] = []
    const lists = new Map<string, List<T>>()
    this.#sources = columns.map((column) => {
      const isList = column.type === 'list'
      const path = isList ? (column.path.split('.', 1)[0] ?? '') : column.path
      if (!wanted.includes(path)) wanted.push(path)
      const source: Source<T> = { value: wanted.indexOf(path), list: undefined, column: 0 }
      if (!isList) return source
      const list: List<T> = lists.get(path) ?? {
        property: path,
        columns: [],
        cache: new Map(),
        cells: undefined,
      }
      lists.set(path, list)
      return { ...source, list, column: list.columns.push(column) - 1 }
    })
    this.#lists = [...lists.values()]
    this.#scanner = new JsonScanner(wanted)
  }

  /**
   * Renders records, one per line.
   * @throws Error when one of them is not JSON
   */
  render(lines: Uint8Array): Uint8Array {
    this.#json = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength)
    // Rows are less than half as long as records; where they are not, #reserve() takes more.
    this.#rows = Buffer.allocUnsafe((lines.length >> 1) + 1024)
    this.#length = 0
    for (let at = 0; at < lines.length; at += 1) {
      const start = at
      at = this.#scanner.scan(this.#json, at)
      // Each cell adds a comma and two quotation marks at most.
      this.#margin = at - start + 3 * this.#sources.length + 2
      this.#reserve(this.#margin)
      this.#addRow()
    }
    return this.#rows.subarray(0, this.#length)
  }

  #addRow(): void {
    for (const list of this.#lists) list.cells = undefined
    const { starts, ends } = this.#scanner
    for (let index = 0; index < this.#sources.length; index += 1) {
      const { value, list, column } = this.#sources[index] as Source<T>
      const start = starts[value] as number
      const end = ends[value] as number
      if (index > 0) this.#addByte(COMMA)
      if (!list) this.#addValue(start, end)
      // An empty list is two brackets.
      else if (end - start > 2 && !this.#addPlainItems(start, end))
        this.#addBytes(this.#renderList(list, start, end)[column] ?? NO_BYTES)
    }
    this.#addByte(RETURN)
    this.#addByte(LINE_FEED)
  }

  /** Adds the value between two positions: a string or a number; null and a missing value are empty. */
  #addValue(start: number, end: number): void {
    const first = this.#json[start] as number
    if (start === end || first === LETTER_N) return
    if (first !== QUOTE) this.#copy(start, end)
    else if (FORMULA_STARTS.has(this.#json[start + 1] as number) || !this.#addPlainText(start + 1, end - 1))
      this.#addBytes(Buffer.from(cellText(JSON.parse(this.#json.toString('utf8', start, end)))))
  }

  /** Adds a string that needs no escaping as a formula; returns false, adding nothing, when JSON escapes it. */
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

  /** Adds a list of strings that need no escaping or quoting; returns false, adding nothing, for any other list. */
  #addPlainItems(start: number, end: number): boolean {
    const json = this.#json
    const rows = this.#rows
    if (FORMULA_STARTS.has(json[start + 2] as number)) return false
    let length = this.#length
    for (let at = start + 1; json[at] === QUOTE; at += 2) {
      at += 1
      // An empty item is written in quotation marks.
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

  /** Renders the cells of a list's columns, once for each record and from the cache where possible. */
  #renderList(list: List<T>, start: number, end: number): Buffer[] {
    list.cells ??=
      list.cache.get(this.#json.toString('latin1', start, end)) ?? this.#parseList(list, start, end)
    return list.cells
  }

  #parseList({ property, columns, cache }: List<T>, start: number, end: number): Buffer[] {
    const record = { [property]: JSON.parse(this.#json.toString('utf8', start, end)) } as T
    const cells = columns.map(({ value }) => Buffer.from(cellText(value(record))))
    if (cache.size < MAX_CACHED_LISTS) cache.set(this.#json.toString('latin1', start, end), cells)
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

  /** Copies the bytes between two positions of the record. */
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

  /** Ensures that this number of bytes can be added. */
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
/** First bytes of text that may need escaping as a formula; a tab and a return are escaped in JSON. */
const FORMULA_STARTS: ReadonlySet<number> = new Set(Buffer.from("'=+-@"))
