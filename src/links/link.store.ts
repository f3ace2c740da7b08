import type { Slice, SliceRequest } from '../records.ts'
import type { IncidentLink, Link, LinkStatus } from './link.schema.ts'
import type { ScoreBreakdown } from './scoring/score.ts'

/** What a list of links is limited to. */
export interface LinkFilter {
  status?: readonly LinkStatus[]
  /** Links of records of this data set. */
  dataset?: string
}

/** The links between records of different data sets. */
export interface LinkStore {
  /** The links of an incident, best first. */
  of(id: string, filter: Pick<LinkFilter, 'status'>, slice: SliceRequest): Promise<Slice<IncidentLink>>
  /** Links, best first, at most so many. */
  list(filter: LinkFilter, limit: number): Promise<Link[]>
  /** How many links there are. */
  count(filter: LinkFilter): Promise<number>
  /** The link of two incidents, in any order, or null. */
  get(one: string, other: string): Promise<Link | null>
  /**
   * How far two incidents agree, whether or not there is a link.
   * @throws OperatorError when they cannot be linked
   */
  scorePair(one: string, other: string): Promise<ScoreBreakdown>
}

/** Which links to find. */
export interface SuggestRequest {
  /** One data set: its links with all others. Several: the links between them. None: all. */
  datasets: readonly string[]
  /** Whole days between the dates, at most. */
  days: number
  minScore: number
  /** Tell what would happen, and change nothing. */
  dryRun: boolean
  onProgress: (done: number, total: number) => void
}

/** What finding links did. */
export interface SuggestReport {
  records: number
  /** Pairs near in time and place. */
  compared: number
  added: number
  /** Suggested already, with another score. */
  updated: number
  unchanged: number
  /** Suggested before, and no more. */
  removed: number
  /** Found, or of such records, and decided: left as they are. */
  kept: number
  /** The best that are not decided. */
  best: Pick<Link, 'a_id' | 'b_id' | 'score'>[]
}

/** A decision about the link of two incidents; `suggested` takes an earlier one back. */
export interface LinkChange {
  ids: readonly [string, string]
  status: LinkStatus
  decidedBy: string | null
  note: string | null
}
