/** Folds a column's name for comparison: lower case, anything but letters and digits one underscore. */
export function foldColumn(name: string): string {
  return name
    .replace(/^\ufeff/, '')
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
}

/** The positions of a file's columns, by folded name. */
export class Columns {
  readonly #positions: ReadonlyMap<string, number>

  constructor(names: readonly string[]) {
    // Of columns of the same name the first counts.
    this.#positions = new Map(names.map((name, index) => [foldColumn(name), index] as const).toReversed())
  }

  has(column: string): boolean {
    return this.#positions.has(column)
  }

  /** Reads a row's cells by folded column name; an absent column and an empty cell are both empty text. */
  cells(row: readonly string[]): (column: string) => string {
    return (column) => {
      const position = this.#positions.get(column)
      return position === undefined ? '' : (row[position] ?? '').trim()
    }
  }
}
