import type { CellError } from '../reading/rows/file-row.ts'

/** The ids of a file's rows with their lines, to find ids that occur twice. */
export class SeenIds {
  readonly #lines = new Map<string, number>()

  /** Finds an id that occurred before: one error, else none. */
  findErrors(column: string, id: string): CellError[] {
    const first = this.#lines.get(id)
    if (first === undefined) return []
    const reason = `occurs twice: first on line ${first}; remove one of the two rows, or give --on-error skip to import the first`
    return [{ column, value: id, reason }]
  }

  add(id: string, line: number): void {
    this.#lines.set(id, line)
  }

  has(id: string): boolean {
    return this.#lines.has(id)
  }

  get size(): number {
    return this.#lines.size
  }
}
