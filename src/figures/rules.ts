import type { Claim } from './claim.schema.ts'
import { type Casualties, type CountRange, type Figure, GROUPS, type Range } from './figure.schema.ts'

/**
 * Derives a figure from claims about one measure of one group.
 *
 * Claims without a number ("some", "declined to say") are ignored. Of the others, listed most
 * authoritative first: low is the lowest low; high the highest high, null as soon as one claim has no
 * upper bound; best is the low of the first. Null when no claim has a number.
 */
export function deriveFigure(claims: readonly Claim[]): Figure | null {
  const stated = claims.flatMap((claim) => (claim.low === null ? [] : [{ ...claim, low: claim.low }]))
  const [first] = stated
  if (!first) return null
  return {
    low: Math.min(...stated.map((claim) => claim.low)),
    best: first.low,
    high: highest(stated.map((claim) => claim.high)),
    claims: stated.map((claim) => claim.id),
  }
}

/** Derives casualties from the claims about `measure`; null when no claim has a number. */
export function deriveCasualties(claims: readonly Claim[], measure: 'killed' | 'injured'): Casualties | null {
  const derive = (group: Claim['group']) =>
    deriveFigure(claims.filter((claim) => claim.measure === measure && claim.group === group))
  const by_group = {
    civilians: derive('civilians'),
    security_forces: derive('security_forces'),
    assailants: derive('assailants'),
    unknown: derive('unknown'),
  }
  const groups = GROUPS.flatMap((group) => by_group[group] ?? [])
  // A claim about everyone states the total itself; otherwise the total is the sum of its groups.
  const total = derive('all') ?? (groups.length > 0 ? sumFigures(groups) : null)
  return total && { ...total, by_group }
}

/** Derives the number of attacks that a record covers; one when no claim counts them. */
export function deriveIncidentCount(claims: readonly Claim[]): CountRange {
  const figure = deriveFigure(claims.filter((claim) => claim.measure === 'incidents'))
  return figure ? { low: figure.low, high: figure.high } : { low: 1, high: 1 }
}

const ZERO: Range = { low: 0, best: 0, high: 0 }

/** Sums ranges bound by bound; a null high makes the high of the sum null. */
export function sumRanges(ranges: readonly Range[]): Range {
  return ranges.reduce(
    (sum, range) => ({
      low: sum.low + range.low,
      best: sum.best + range.best,
      high: sum.high === null || range.high === null ? null : sum.high + range.high,
    }),
    ZERO,
  )
}

function sumFigures(figures: readonly Figure[]): Figure {
  return { ...sumRanges(figures), claims: figures.flatMap((figure) => figure.claims) }
}

/**
 * The count of a group: its parts, plus the remainder of its own figure. Bound by bound
 * `max(own − parts, 0) + parts`, so that no one is counted twice.
 */
export function countWithParts(own: Range, parts: Range): Range {
  return {
    low: Math.max(own.low, parts.low),
    best: Math.max(own.best, parts.best),
    high: highest([own.high, parts.high]),
  }
}

/** What a group adds to its parts: bound by bound {@link countWithParts} − parts. */
export function subtractParts(own: Range, parts: Range): Range {
  const high = own.high !== null && parts.high === null ? 0 : (own.high ?? 0) - (parts.high ?? 0)
  return {
    low: Math.max(own.low - parts.low, 0),
    best: Math.max(own.best - parts.best, 0),
    high: own.high === null ? null : Math.max(high, 0),
  }
}

/**
 * The part of a total that its parts do not account for: at least low − the parts' high, at most high − the
 * parts' low, never below zero. Parts without an upper bound may account for all of it, so low is then zero.
 */
export function subtractRange(total: Range, parts: Range): Range {
  return {
    low: parts.high === null ? 0 : Math.max(total.low - parts.high, 0),
    best: Math.max(total.best - parts.best, 0),
    high: total.high === null ? null : Math.max(total.high - parts.low, 0),
  }
}

function highest(highs: readonly (number | null)[]): number | null {
  return highs.reduce((max, high) => (max === null || high === null ? null : Math.max(max, high)), 0)
}
