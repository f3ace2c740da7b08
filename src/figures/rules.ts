import type { Claim } from './claim.schema.ts'
import { type Casualties, type CountRange, type Figure, GROUPS, type Range } from './figure.schema.ts'

/**
 * The figure that a set of claims supports, claims about one measure of one group.
 *
 * Claims without a number ("some", "declined to say") are kept but support nothing. Of the others,
 * listed most authoritative first: low is the lowest low; high the highest high, null as soon as one
 * claim is open upwards; best is the low of the first. Null when no claim has a number.
 */
export function figureFrom(claims: readonly Claim[]): Figure | null {
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

/** The casualties that the claims about `measure` support; null when no claim has a number. */
export function casualtiesFrom(claims: readonly Claim[], measure: 'killed' | 'injured'): Casualties | null {
  const about = (group: Claim['group']) =>
    figureFrom(claims.filter((claim) => claim.measure === measure && claim.group === group))
  const by_group = {
    civilians: about('civilians'),
    security_forces: about('security_forces'),
    assailants: about('assailants'),
    unknown: about('unknown'),
  }
  const groups = GROUPS.flatMap((group) => by_group[group] ?? [])
  // A claim about everybody states the total itself; otherwise the total is the sum of its groups.
  const total = about('all') ?? (groups.length > 0 ? sumOfFigures(groups) : null)
  return total && { ...total, by_group }
}

/** How many attacks the claims say the record stands for; one when no claim counts them. */
export function incidentCountFrom(claims: readonly Claim[]): CountRange {
  const figure = figureFrom(claims.filter((claim) => claim.measure === 'incidents'))
  return figure ? { low: figure.low, high: figure.high } : { low: 1, high: 1 }
}

const NONE: Range = { low: 0, best: 0, high: 0 }

/** The sum, bound by bound; a null high makes the sum's high null. */
export function sumRanges(ranges: readonly Range[]): Range {
  return ranges.reduce(
    (sum, range) => ({
      low: sum.low + range.low,
      best: sum.best + range.best,
      high: sum.high === null || range.high === null ? null : sum.high + range.high,
    }),
    NONE,
  )
}

function sumOfFigures(figures: readonly Figure[]): Figure {
  return { ...sumRanges(figures), claims: figures.flatMap((figure) => figure.claims) }
}

/**
 * What a whole counts: its parts, plus what remains of its own figure. Bound by bound,
 * `max(own − parts, 0) + parts`, so that nobody is counted twice.
 */
export function countWithParts(own: Range, parts: Range): Range {
  return {
    low: Math.max(own.low, parts.low),
    best: Math.max(own.best, parts.best),
    high: highest([own.high, parts.high]),
  }
}

/** What a whole adds to its parts: with it they make {@link countWithParts}, bound by bound. */
export function remainderOfGroup(own: Range, parts: Range): Range {
  const high = own.high !== null && parts.high === null ? 0 : (own.high ?? 0) - (parts.high ?? 0)
  return {
    low: Math.max(own.low - parts.low, 0),
    best: Math.max(own.best - parts.best, 0),
    high: own.high === null ? null : Math.max(high, 0),
  }
}

/**
 * What of a total no part accounts for: at least low − the parts' high, at most high − the parts' low,
 * never below zero. Parts without an upper bound may account for all of it, so low is then zero.
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
