import type { IncidentFilter } from '../incidents/incident.store.ts'
import type { Position, SerializedJson } from '../records.ts'
import type { Interval } from './intervals.ts'
import type { Combination, DatasetSum, Dimension, Metric, StatsRow, StatsTotal } from './stats.schema.ts'

/** The orders of rows: by what they have in common, or by a sum (its best, of incidents its low); `-` is descending. */
export const STATS_SORTS = [
  ...['group', '-group', 'records', '-records', 'incidents', '-incidents'],
  ...['fatalities', '-fatalities', 'injured', '-injured'],
] as const
/** An order of rows. */
export type StatsSort = (typeof STATS_SORTS)[number]

/**
 * How data sets are put together, through accepted links only: of each linked event counts the data set with the
 * most killed (`max`), or the first of those named (`prefer`).
 */
export type Combine = { rule: 'max' } | { rule: 'prefer'; datasets: readonly string[] }

/** What to sum, of which records, in which groups. */
export interface StatsQuery {
  filter: IncidentFilter
  groupBy: readonly Dimension[]
  interval: Interval
  /** The edge of cells in degrees, one of `CELL_SIZES`. */
  cellSize: number
  metrics: readonly Metric[]
  /** Also by civilians, security forces, assailants and unknown. */
  byGroup: boolean
  sort: StatsSort
  /** Rows for the intervals in which nothing is recorded, too. */
  fill: boolean
  combine: Combine | null
  /** At most so many rows. */
  limit: number
  after: Position | null
}

/** The sums that answer a query. */
export interface StatsAnswer {
  rows: SerializedJson<StatsRow>[]
  /** What the rows are grouped by: as it was asked for, and by data set where several stand side by side. */
  groupBy: readonly Dimension[]
  next: Position | null
  /** Of each data set with matching records. */
  byDataset: DatasetSum[]
  /** Null where several data sets are side by side. */
  total: StatsTotal | null
  combined: Combination | null
  /** Records that are in the rows of several actors. */
  repeated: number
}

/** Sums over incidents. */
export interface StatsStore {
  /**
   * The sums of matching records. Nobody is counted twice: a group adds to its parts what remains of its own
   * figure; reported totals add nothing; several data sets are summed side by side unless they are put together.
   * @throws ServiceError overloaded when too many questions are waiting; invalid_parameter when filling would make
   * too many rows
   */
  stats(query: StatsQuery): Promise<StatsAnswer>
}
