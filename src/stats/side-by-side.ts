import type { DatasetSum, Dimension, StatsTotal } from './stats.schema.ts'
import type { StatsQuery } from './stats.store.ts'

/**
 * The dimensions of a query's rows: those that it asks for, and first the data set where several match. Data sets may
 * describe the same attacks, so that their sums are shown side by side unless the query combines them.
 */
export function splitByDataset(
  { groupBy, combine }: Pick<StatsQuery, 'groupBy' | 'combine'>,
  byDataset: readonly DatasetSum[],
): readonly Dimension[] {
  const isSplit = byDataset.length > 1 && !combine && !groupBy.includes('dataset')
  return isSplit ? ['dataset', ...groupBy] : groupBy
}

/**
 * The sums of all matching records: those of the only data set, or of all that are combined; null where several are
 * side by side.
 * @param sumAll sums all matching records; called only where the sums of the data sets do not have it
 */
export async function chooseTotal(
  { combine }: Pick<StatsQuery, 'combine'>,
  byDataset: readonly DatasetSum[],
  sumAll: () => Promise<StatsTotal>,
): Promise<StatsTotal | null> {
  const [only, ...others] = byDataset
  if (!only || (combine && others.length > 0)) return sumAll()
  if (others.length > 0) return null
  const { dataset, ...sums } = only
  return sums
}
