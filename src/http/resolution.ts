import type { ParameterIssue } from '../errors.ts'
import type { Hint } from './pages.ts'
import { parameterError } from './query.ts'

/**
 * Turns the names in a query into what they stand for. A name that nothing bears becomes a hint with the
 * nearest names; one outside a closed vocabulary, or a contradiction, an error; all errors come together.
 */
export class Resolution {
  readonly hints: Hint[] = []
  readonly #issues: ParameterIssue[] = []

  /**
   * What the values of an open vocabulary stand for, together; undefined when the parameter was not given.
   * @param find what one value stands for; empty when it is not known
   * @param near known values near one that is not
   */
  async open<T>(
    parameter: string,
    values: readonly string[] | undefined,
    find: (value: string) => Promise<readonly T[]>,
    near: (value: string) => Promise<string[]>,
    what: string,
  ): Promise<T[] | undefined> {
    if (!values) return undefined
    const found = await Promise.all(
      values.map(async (value) => {
        const meant = await find(value)
        if (meant.length > 0) return meant
        this.hints.push({
          parameter,
          message: `No ${what} "${value}" is known.`,
          suggestions: await near(value),
        })
        return []
      }),
    )
    return found.flat()
  }

  /** The same for a closed vocabulary: a value that is not known is an error. */
  async closed<T>(
    parameter: string,
    values: readonly string[] | undefined,
    find: (value: string) => Promise<readonly T[]>,
    near: (value: string) => Promise<string[]>,
    permitted: string,
  ): Promise<T[] | undefined> {
    if (!values) return undefined
    const found = await Promise.all(
      values.map(async (value) => {
        const meant = await find(value)
        const [suggestion] = meant.length > 0 ? [] : await near(value)
        if (meant.length === 0) {
          this.#issues.push({
            parameter,
            reason: `"${value}" is not ${permitted}`,
            ...(suggestion && { suggestion }),
          })
        }
        return meant
      }),
    )
    return found.flat()
  }

  /** Notes an error in a parameter unless a condition holds. */
  require(condition: boolean, parameter: string, reason: string): void {
    if (!condition) this.#issues.push({ parameter, reason })
  }

  /** @throws ServiceError invalid_parameter when any error was noted */
  settle(): void {
    if (this.#issues.length > 0) throw parameterError(this.#issues)
  }
}
