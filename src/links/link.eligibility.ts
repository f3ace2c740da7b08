import { OperatorError } from '../errors.ts'

/**
 * Checks that the ids of a link are of two incidents.
 * @throws OperatorError when they are one
 */
export function requireDistinct([one, other]: readonly [string, string]): void {
  if (one === other) throw new OperatorError(`${one} is given twice: a link joins two records`)
}

/**
 * Checks that two incidents may be linked.
 * @throws OperatorError when they are of one data set
 */
export function requireLinkable(
  one: { id: string; dataset: string },
  other: { id: string; dataset: string },
): void {
  if (one.dataset === other.dataset)
    throw new OperatorError(
      `${one.id} and ${other.id} are both of the data set ${one.dataset}: links join records of different data sets`,
    )
}

/**
 * Selects the pairs of data sets between which links are looked for: all for no data set, those of one with all
 * others, those between several.
 */
export function selectPairs(datasets: readonly string[]): (dataset: string, other: string) => boolean {
  if (datasets.length === 0) return () => true
  const given = new Set(datasets)
  if (given.size === 1) return (one, other) => given.has(one) || given.has(other)
  return (one, other) => given.has(one) && given.has(other)
}
