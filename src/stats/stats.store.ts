import type { IncidentFilter } from '../incidents/incident.store.ts'
import type { Caller, Position, SerializedJson } from '../records.ts'
import type { Interval } from './intervals.ts'
import type { RequiredPrecision } from './precision.ts'
import type { Combination, DatasetSum, Dimension, Metric, StatsRow, StatsTotal } from './stats.schema.ts'

/** The orders of rows: by their group, or by a sum (its best, of incidents its low); `-` is descending. */
export const STATS_SORTS = [
  ...['group', '-group', 'records', '-records', 'incidents', '-incidents'],
  ...['fatalities', '-fatalities', 'injured', '-injured'],
] as const
/** An order of rows. */
export type StatsSort = (typeof STATS_SORTS)[number]

/**
 * How data sets are combined, through accepted links only: for each linked event counts the data set with the most
 * killed (`max`), or the first of those named (`prefer`).
 */
export type Combine = { rule: 'max' } | { rule: 'prefer'; datasets: readonly string[] }

/** Records that a reader of sums should know of, and those of them that were killed. */
export interface Part {
  dataset: string
  records: number
  /** Zero where no record states them. */
  fatalities: { low: number; best: number; high_known: number }
}

/** A query for sums: of which records, of which metrics, in which groups. */
export interface StatsQuery {
  filter: IncidentFilter
  /** The filter of which `filter` leaves out what is not as precise as {@link required}; the same without that. */
  wholeFilter: IncidentFilter
  /** The precisions that the groups require. */
  required: RequiredPrecision
  groupBy: readonly Dimension[]
  interval: Interval
  /** The edge of cells in degrees, one of `CELL_SIZES`. */
  cellSize: number
  metrics: readonly Metric[]
  /** Also by civilians, security forces, assailants and unknown. */
  byGroup: boolean
  sort: StatsSort
  /** Also a row of zeros for each interval in which nothing is recorded. */
  fill: boolean
  combine: Combine | null
  /** Maximum number of rows. */
  limit: number
  after: Position | null
}

/** The result of a query for sums. */
export interface StatsAnswer {
  rows: SerializedJson<StatsRow>[]
  /** The dimensions of the rows: those of the query, and first the data set where several are side by side. */
  groupBy: readonly Dimension[]
  next: Position | null
  /** The sums of each data set with matching records. */
  byDataset: DatasetSum[]
  /** Null where several data sets are side by side. */
  total: StatsTotal | null
  combined: Combination | null
  /** Matching records that are less precise than their groups, whether they are counted or not, by data set. */
  imprecise: Part[]
  /**
   * Records that also lie outside the period, by data set. Grouped by date those that begin before it, which are not
   * counted; else all, which are counted whole.
   */
  outside: Part[]
  /** The sum of the records of all rows: more than there are, where records of several actors are in several rows. */
  repeated: number
}

/** Sums over incidents. */
export interface StatsStore {
  /**
   * Sums matching records. No death is counted twice: a group adds to its parts what remains of its own figure;
   * reported totals add nothing; several data sets are summed side by side unless they are combined. Grouped by date, a
   * record counts in the interval of its first day, and not at all if that is before the period; else every record
   * that overlaps the period counts whole.
   * @throws ServiceError overloaded when too many queries are waiting, or this one takes too long; invalid_parameter when filling would make too
   *   many rows
   */
  stats(query: StatsQuery, caller?: Caller): Promise<StatsAnswer>
}
