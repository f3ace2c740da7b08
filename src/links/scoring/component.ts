import type { LinkCandidate } from './candidate.ts'

/** One part of the score of two records of different data sets. Both functions are symmetric but for wording. */
export interface Component {
  /** What it counts, beside the others that can be compared. */
  weight: number
  /** How far the records agree, 0 to 1; null where they cannot be compared. */
  compare(a: LinkCandidate, b: LinkCandidate): number | null
  /** Why, for a person to read. */
  reason(a: LinkCandidate, b: LinkCandidate): string
}
