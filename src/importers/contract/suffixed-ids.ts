import { hash } from 'node:crypto'

/** Ids in a note. */
const MAX_EXAMPLES = 10

/** The ids of a data set that gives one id to several records: see `Importer.repeatedIds`. */
export class SuffixedIds {
  readonly #lines = new Map<string, number[]>()
  readonly #rows = new Set<string>()
  readonly #taken = new Set<string>()
  #identical = 0

  /** The id of the record of a row; null where the row is wholly identical to an earlier one. */
  assign(id: string, line: number, cells: readonly string[]): string | null {
    const row = hash('sha256', JSON.stringify(cells))
    if (this.#rows.has(row)) {
      this.#identical += 1
      return null
    }
    this.#rows.add(row)
    const lines = this.#lines.get(id) ?? []
    this.#lines.set(id, [...lines, line])
    let assigned = id
    for (let number = 2; this.#taken.has(assigned); number += 1) assigned = `${id}-${number}`
    this.#taken.add(assigned)
    return assigned
  }

  /** Sentences for the report. */
  get notes(): string[] {
    const repeated = [...this.#lines].filter(([, lines]) => lines.length > 1)
    const examples = repeated.slice(0, MAX_EXAMPLES).map(([id, lines]) => `${id} (lines ${lines.join(', ')})`)
    if (repeated.length > MAX_EXAMPLES) examples.push('…')
    return [
      ...(repeated.length > 0
        ? [
            `ids of several rows ${repeated.length}, each row kept under -2, -3 and so on: ${examples.join(', ')}`,
          ]
        : []),
      ...(this.#identical > 0
        ? [`rows identical to an earlier one ${this.#identical}, each one record`]
        : []),
    ]
  }
}
