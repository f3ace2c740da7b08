import { OperatorError } from '../../errors.ts'
import { BOUNDS } from '../../figures/figure.schema.ts'
import type { IncidentPlace } from '../../places/place.schema.ts'
import type { StoredTotals } from '../../storage/contract/storage.ts'
import { parseDay } from '../contract/days.ts'
import type { TalliedColumns } from '../contract/importer.ts'
import type { TallyLine } from '../contract/row-reader.ts'

type Sums = Record<(typeof BOUNDS)[number], number>

/**
 * Sums up the rows of a file from their cells, without the mapping that makes records of them, to compare them with
 * what is stored in the end. Rows that are rejected or skipped are not given to it.
 */
export class FileTally {
  #rows = 0
  readonly #sums: Record<'fatalities' | 'injured', Sums> = { fatalities: createSums(), injured: createSums() }
  /** Whether a number is a share, such as 1.5, of which records keep the whole numbers below and above. */
  #hasShares = false
  #first: string | null = null
  #last: string | null = null
  /** Records by the country as written, and as stored. */
  readonly #countries = new Map<string, Map<string, number>>()

  constructor(private readonly columns: TalliedColumns) {}

  add(cell: (column: string) => string, place: IncidentPlace): void {
    this.#rows += 1
    for (const figure of ['fatalities', 'injured'] as const) {
      const columns = this.columns[figure]
      if (columns)
        for (const bound of BOUNDS) this.#sums[figure][bound] += this.#readNumber(cell(columns[bound]))
    }
    if (this.columns.days) {
      const [start, end] = this.columns.days.map((column) => parseDay(cell(column)))
      if (start && (this.#first === null || start < this.#first)) this.#first = start
      if (end && (this.#last === null || end > this.#last)) this.#last = end
    }
    const written = this.columns.country ? cell(this.columns.country) : ''
    const stored = place.country ?? place.area ?? ''
    const counts = this.#countries.get(written) ?? new Map<string, number>()
    this.#countries.set(written, counts.set(stored, (counts.get(stored) ?? 0) + 1))
  }

  #readNumber(text: string): number {
    const number = Number(text.replace(',', '.'))
    // Negative numbers are codes for unknown ones.
    if (text === '' || !(number >= 0)) return 0
    if (!Number.isInteger(number)) this.#hasShares = true
    return number
  }

  /**
   * Compares the file with what is stored.
   * @returns both, for the report
   * @throws OperatorError that names what differs
   */
  compare(stored: StoredTotals, fileName: string): TallyLine[] {
    const lines: (TallyLine & { isEqual: boolean })[] = []
    const compare = (what: string, file: string | number, inDatabase: string | number, isEqual?: boolean) =>
      lines.push({ what, file: `${file}`, stored: `${inDatabase}`, isEqual: isEqual ?? file === inDatabase })
    compare('records', this.#rows, stored.records)
    for (const figure of ['fatalities', 'injured'] as const) {
      if (!this.columns[figure]) continue
      const [file, sums] = [this.#sums[figure], stored[figure]]
      const isWithin = sums.low <= file.best && file.best <= sums.high
      for (const bound of BOUNDS)
        compare(
          `${figure} ${bound}`,
          Number(file[bound].toFixed(3)),
          sums[bound],
          this.#hasShares ? isWithin : undefined,
        )
    }
    // A day that is known to the month only is stored as the month around it.
    if (this.#first !== null)
      compare('first day', this.#first, stored.first ?? '', (stored.first ?? '9') <= this.#first)
    if (this.#last !== null)
      compare('last day', this.#last, stored.last ?? '', (stored.last ?? '') >= this.#last)
    this.#compareCountries(stored.countries, compare)
    const wrong = lines.filter(({ isEqual }) => !isEqual)
    if (wrong.length > 0)
      throw new OperatorError(
        `${fileName}: the database would not hold what the file states, so nothing was written: ${wrong
          .map(({ what, file, stored }) => `${what} ${file} in the file, ${stored} in the database`)
          .join('; ')}`,
      )
    return lines.map(({ what, file, stored }) => ({ what, file, stored }))
  }

  #compareCountries(
    stored: ReadonlyMap<string, number>,
    compare: (what: string, file: string | number, stored: string | number, isEqual?: boolean) => void,
  ): void {
    const expected = new Map<string, number>()
    for (const counts of this.#countries.values())
      for (const [country, count] of counts) expected.set(country, (expected.get(country) ?? 0) + count)
    for (const [written, counts] of this.#countries) {
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
      const isEqual = [...counts.keys()].every((country) => stored.get(country) === expected.get(country))
      const names = [...counts].map(([country, count]) =>
        country === written ? `${count}` : `${count} in ${country}`,
      )
      compare(written || 'all', total, isEqual ? names.join(', ') : describe(stored, counts), isEqual)
    }
  }
}

function describe(stored: ReadonlyMap<string, number>, counts: ReadonlyMap<string, number>): string {
  return [...counts.keys()].map((country) => `${stored.get(country) ?? 0} in ${country}`).join(', ')
}

function createSums(): Sums {
  return { low: 0, best: 0, high: 0 }
}
