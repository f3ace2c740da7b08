import { BLANKS, isBlank } from '../reading/rows/text.ts'

/**
 * Cells that stand for no value, as R, Python, SQL and spreadsheets write them, and dashes. `Na` and `Nan` are left
 * out: places have these names (Nan is a province of Thailand).
 */
export const DEFAULT_MISSING: readonly string[] = [
  ...['NA', 'na', 'N/A', 'n/a', '#N/A', '<NA>', 'NaN', 'nan', 'NAN'],
  ...['NULL', 'Null', 'null', 'None', 'none', 'NONE', '-', '--', '–', '—'],
]

/** Columns of two-letter codes of countries, in which `NA` is Namibia. */
const ALPHA_2_COLUMNS: ReadonlySet<string> = new Set(
  'country_code,country_iso,country_iso2,iso2,iso_2,iso2c,iso_a2,iso_alpha2,iso_alpha_2,alpha2,alpha_2'.split(
    ',',
  ),
)

/** Finds the cells of a file that stand for no value, and counts them by what is written there. */
export class MissingValues {
  /** The number of cells so far, by token. */
  readonly counts = new Map<string, number>()
  readonly #tokens: ReadonlySet<string>
  readonly #maxLength: number
  /**
   * Whether a token or a blank cell may begin with a character, by the last seven bits of its code. It rules out
   * nearly all cells by one look: this runs for every cell of every row.
   */
  readonly #starts = new Uint8Array(128)

  /** @param tokens whole cells, without the blanks around them; upper and lower case differ */
  constructor(tokens: readonly string[] = DEFAULT_MISSING) {
    this.#tokens = new Set(tokens)
    this.#maxLength = Math.max(0, ...tokens.map((token) => token.length))
    for (const text of [...BLANKS, ...tokens]) this.#starts[text.charCodeAt(0) & 127] = 1
  }

  /**
   * Finds the positions of a row's cells that are empty to an importer though something is written there; null if
   * there are none.
   * @param names the folded names of the columns
   */
  find(row: readonly string[], names: readonly string[]): ReadonlySet<number> | null {
    let found: Set<number> | null = null
    for (let index = 0; index < row.length; index += 1) {
      const cell = row[index] as string
      if (cell === '' || this.#starts[cell.charCodeAt(0) & 127] === 0) continue
      const text = cell.trim()
      const isToken = text.length <= this.#maxLength && this.#isToken(text, names[index] ?? '')
      if (isToken) this.counts.set(text, (this.counts.get(text) ?? 0) + 1)
      else if (!isBlank(text)) continue
      found ??= new Set()
      found.add(index)
    }
    return found
  }

  #isToken(text: string, name: string): boolean {
    return this.#tokens.has(text) && !(text === 'NA' && ALPHA_2_COLUMNS.has(name))
  }
}
