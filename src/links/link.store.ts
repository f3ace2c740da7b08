import type { Slice, SliceRequest } from '../records.ts'
import type { IncidentLink, Link, LinkStatus } from './link.schema.ts'
import type { ScoreBreakdown } from './scoring/score.ts'

/** Filters of a list of links. */
export interface LinkFilter {
  status?: readonly LinkStatus[]
  /** Only links of records of this data set. */
  dataset?: string
}

/** The links between records of different data sets. */
export interface LinkStore {
  /** The links of an incident, best first. */
  listByIncident(
    id: string,
    filter: Pick<LinkFilter, 'status'>,
    slice: SliceRequest,
  ): Promise<Slice<IncidentLink>>
  /** Links, best first. */
  list(filter: LinkFilter, limit: number): Promise<Link[]>
  /** The number of links. */
  count(filter: LinkFilter): Promise<number>
  /** The link of two incidents, given in any order, or null. */
  get(one: string, other: string): Promise<Link | null>
  /**
   * Scores two incidents, whether or not there is a link.
   * @throws OperatorError when they cannot be linked
   */
  scorePair(one: string, other: string): Promise<ScoreBreakdown>
}

/** Options of a search for links. */
export interface SuggestRequest {
  /** One data set: its links with all others. Several: the links between them. None: all. */
  datasets: readonly string[]
  /** Maximum number of whole days between the dates. */
  days: number
  minScore: number
  /** Report what would change, and change nothing. */
  dryRun: boolean
  onProgress: (done: number, total: number) => void
}

/** Results of a search for links. */
export interface SuggestReport {
  records: number
  /** Pairs near in time and place, which were scored. */
  compared: number
  added: number
  /** Suggested before with another score. */
  updated: number
  unchanged: number
  /** Suggested before and no longer found. */
  removed: number
  /** Links with a decision, which are never changed. */
  kept: number
  /** The best links without a decision. */
  best: Pick<Link, 'a_id' | 'b_id' | 'score'>[]
}

/** A decision about the link of two incidents; `suggested` withdraws an earlier one. */
export interface LinkChange {
  ids: readonly [string, string]
  status: LinkStatus
  decidedBy: string | null
  note: string | null
}
