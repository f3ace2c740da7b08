import { MAX_ISSUES, type ParameterIssue } from '../../errors.ts'
import type { Caller } from '../../records.ts'
import { quoteValue } from '../../text/value-list.ts'
import type { Hint } from './hint.ts'
import { parameterError } from './parameters.ts'

/** Unknown names of a request for which similar ones are looked up: that reads far more than finding a known one. */
const MAX_LOOKUPS = 3

/**
 * Resolves the names in a query to what they refer to. An unknown name in an open vocabulary becomes a hint with the
 * nearest names; one in a closed vocabulary, or a contradiction, an error. All errors are reported together.
 */
export class NameResolver {
  /** @param caller who waits for the look-ups */
  constructor(readonly caller: Caller) {}

  readonly hints: Hint[] = []
  /** Those of the hints that are about names that find something. */
  readonly advice: Hint[] = []
  readonly #issues: ParameterIssue[] = []
  #lookups = 0

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
      const suggestions = (await this.lookUp(() => near(value), [])).map(quoteValue)
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
      if (this.#issues.length >= MAX_ISSUES) return
      const [suggestion] = await this.lookUp(() => near(value), [])
      const reason = `"${value}" is not ${permitted}`
      this.#issues.push({ parameter, reason, ...(suggestion && { suggestion }) })
    })
  }

  /**
   * Looks for names like one that was given, for the first {@link MAX_LOOKUPS} of a request.
   * @param nothing the result for later ones
   */
  async lookUp<T>(look: () => Promise<T>, nothing: T): Promise<T> {
    this.#lookups += 1
    return this.#lookups > MAX_LOOKUPS ? nothing : look()
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

/**
 * Resolves values one after the other, so that a request waits for one look-up at a time, and concatenates the
 * results; `onUnknown` runs for each value without one.
 */
async function resolveAll<T>(
  values: readonly string[] | undefined,
  find: (value: string) => Promise<readonly T[]>,
  onUnknown: (value: string) => Promise<void>,
): Promise<T[] | undefined> {
  if (!values) return undefined
  const resolved: T[] = []
  for (const value of values) {
    const matches = await find(value)
    if (matches.length === 0) await onUnknown(value)
    resolved.push(...matches)
  }
  return resolved
}
