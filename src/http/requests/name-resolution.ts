import type { ParameterIssue } from '../../errors.ts'
import type { Hint } from '../paging/pages.ts'
import { parameterError } from './parameters.ts'

/**
 * Turns the names in a query into what they stand for. A name that nothing bears becomes a hint with the
 * nearest names; one outside a closed vocabulary, or a contradiction, an error; all errors come together.
 */
export class NameResolver {
  readonly hints: Hint[] = []
  readonly #issues: ParameterIssue[] = []

  /**
   * What the values of an open vocabulary stand for, together; undefined when the parameter was not given.
   * @param find what one value stands for; empty when it is not known
   * @param near known values near one that is not
   */
  async resolveOrHint<T>(
    parameter: string,
    values: readonly string[] | undefined,
    find: (value: string) => Promise<readonly T[]>,
    near: (value: string) => Promise<string[]>,
    what: string,
  ): Promise<T[] | undefined> {
    return resolveAll(values, find, async (value) => {
      const suggestions = await near(value)
      this.hints.push({ parameter, message: `No ${what} "${value}" is known.`, suggestions })
    })
  }

  /** The same for a closed vocabulary: a value that is not known is an error. */
  async resolveOrFail<T>(
    parameter: string,
    values: readonly string[] | undefined,
    find: (value: string) => Promise<readonly T[]>,
    near: (value: string) => Promise<string[]>,
    permitted: string,
  ): Promise<T[] | undefined> {
    return resolveAll(values, find, async (value) => {
      const [suggestion] = await near(value)
      const reason = `"${value}" is not ${permitted}`
      this.#issues.push({ parameter, reason, ...(suggestion && { suggestion }) })
    })
  }

  /** Notes an error in a parameter unless a condition holds. */
  require(condition: boolean, parameter: string, reason: string): void {
    if (!condition) this.#issues.push({ parameter, reason })
  }

  /** @throws ServiceError invalid_parameter when any error was noted */
  throwIfInvalid(): void {
    if (this.#issues.length > 0) throw parameterError(this.#issues)
  }
}

/** What values stand for, together; tells of each that stands for nothing. */
async function resolveAll<T>(
  values: readonly string[] | undefined,
  find: (value: string) => Promise<readonly T[]>,
  onUnknown: (value: string) => Promise<void>,
): Promise<T[] | undefined> {
  if (!values) return undefined
  const found = await Promise.all(
    values.map(async (value) => {
      const meant = await find(value)
      if (meant.length === 0) await onUnknown(value)
      return meant
    }),
  )
  return found.flat()
}
