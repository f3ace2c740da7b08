import type { ParameterIssue } from '../../errors.ts'
import { quoteValue } from '../../text/value-list.ts'
import type { Hint } from './hint.ts'
import { parameterError } from './parameters.ts'

/**
 * Resolves the names in a query to what they refer to. An unknown name in an open vocabulary becomes a hint with the
 * nearest names; one in a closed vocabulary, or a contradiction, an error. All errors are reported together.
 */
export class NameResolver {
  readonly hints: Hint[] = []
  /** Those of the hints that are about names that find something. */
  readonly advice: Hint[] = []
  readonly #issues: ParameterIssue[] = []

  /**
   * Resolves the values of an open vocabulary; undefined when the parameter was not given.
   * @param find what one value refers to; empty when it is unknown
   * @param near known values near an unknown one
   */
  async resolveOrHint<T>(
    parameter: string,
    values: readonly string[] | undefined,
    find: (value: string) => Promise<readonly T[]>,
    near: (value: string) => Promise<string[]>,
    what: string,
  ): Promise<T[] | undefined> {
    return resolveAll(values, find, async (value) => {
      const suggestions = (await near(value)).map(quoteValue)
      this.hints.push({ parameter, message: `No ${what} "${value}" is known.`, suggestions })
    })
  }

  /** Resolves the values of a closed vocabulary as {@link resolveOrHint} does, but an unknown value is an error. */
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

  /** Adds a hint about a name that finds something, though perhaps not what was meant. */
  advise(hint: Hint): void {
    this.hints.push(hint)
    this.advice.push(hint)
  }

  /** Records an error in a parameter unless a condition holds, with a value that would be right if one is near. */
  require(condition: boolean, parameter: string, reason: string, suggestion?: string): void {
    if (!condition) this.#issues.push({ parameter, reason, ...(suggestion && { suggestion }) })
  }

  /** @throws ServiceError invalid_parameter when any error was recorded */
  throwIfInvalid(): void {
    if (this.#issues.length > 0) throw parameterError(this.#issues)
  }
}

/** Resolves values in parallel and concatenates the results; `onUnknown` runs for each value without one. */
async function resolveAll<T>(
  values: readonly string[] | undefined,
  find: (value: string) => Promise<readonly T[]>,
  onUnknown: (value: string) => Promise<void>,
): Promise<T[] | undefined> {
  if (!values) return undefined
  const resolved = await Promise.all(
    values.map(async (value) => {
      const matches = await find(value)
      if (matches.length === 0) await onUnknown(value)
      return matches
    }),
  )
  return resolved.flat()
}
