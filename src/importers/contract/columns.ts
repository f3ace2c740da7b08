import { Cells } from './cells.ts'
import { MissingValues } from './missing-values.ts'

/** Folds a column's name for comparison: lower case, anything but letters and digits one underscore. */
export function foldColumn(name: string): string {
  return name
    .replace(/^\ufeff/, '')
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
}

/** Whether a row holds HXL tags only, which the humanitarian exchange puts under the header. */
export function isHxlRow(row: readonly string[]): boolean {
  return row.some(Boolean) && row.every((cell) => cell === '' || cell.startsWith('#'))
}

/** How the cells of a file are written. */
interface CellFormat {
  /** The cells that stand for no value, and their number; those of `DEFAULT_MISSING` when left out. */
  missing?: MissingValues
  /** Whether numbers may have a decimal comma. */
  decimalComma?: boolean
}

/** The positions of a file's columns, by folded name. */
export class Columns {
  readonly #names: readonly string[]
  readonly #positions: ReadonlyMap<string, number>
  readonly #missing: MissingValues
  readonly #decimalComma: boolean

  constructor(
    names: readonly string[],
    { missing = new MissingValues(), decimalComma = false }: CellFormat = {},
  ) {
    this.#names = names.map(foldColumn)
    // Of columns of the same name the first counts.
    this.#positions = new Map(this.#names.map((name, index) => [name, index] as const).toReversed())
    this.#missing = missing
    this.#decimalComma = decimalComma
  }

  has(column: string): boolean {
    return this.#positions.has(column)
  }

  /**
   * Reads a row's cells by folded column name. An absent column, an empty cell and one that stands for no value are
   * all empty text.
   */
  cells(row: readonly string[]): (column: string) => string {
    const missing = this.#missing.find(row, this.#names)
    return (column) => {
      const position = this.#positions.get(column)
      return position === undefined || missing?.has(position) ? '' : (row[position] ?? '').trim()
    }
  }

  /** The cells as they are written, those that stand for no value among them. */
  written(row: readonly string[]): (column: string) => string {
    return (column) => {
      const position = this.#positions.get(column)
      return position === undefined ? '' : (row[position] ?? '').trim()
    }
  }

  /** Reads a row's cells as typed values. */
  read(row: readonly string[]): Cells {
    return new Cells(this.cells(row), this.#decimalComma)
  }
}
