import { actors } from './actors.ts'
import type { LinkCandidate } from './candidate.ts'
import type { LinkComponent, ScoreComponent } from './component.ts'
import { eventType } from './event-type.ts'
import { fatalities } from './fatalities.ts'
import { place } from './place.ts'
import { text } from './text.ts'
import { time } from './time.ts'

/** The components, the cheapest to compare first. */
const COMPONENTS: readonly (readonly [Exclude<LinkComponent['name'], 'stated'>, ScoreComponent])[] = [
  ['time', time],
  ['place', place],
  ['actors', actors],
  ['event_type', eventType],
  ['fatalities', fatalities],
  ['text', text],
]

const TOTAL_WEIGHT = COMPONENTS.reduce((sum, [, { weight }]) => sum + weight, 0)

/** A score and its components. */
export interface ScoreBreakdown {
  score: number
  components: LinkComponent[]
}

/**
 * The agreement of two records, 0 to 1: the weighted mean of the components that can be compared. Null when it is
 * below `minScore`; the comparison stops as soon as that is certain.
 */
export function computeScore(a: LinkCandidate, b: LinkCandidate, minScore: number): number | null {
  let [sum, compared, left] = [0, 0, TOTAL_WEIGHT]
  for (const [, { weight, compare }] of COMPONENTS) {
    left -= weight
    const score = compare(a, b)
    if (score !== null) {
      sum += weight * score
      compared += weight
    }
    // Even if everything left agreed entirely.
    if (sum + left < (minScore - PRECISION) * (compared + left)) return null
  }
  const score = round(sum / compared)
  return score >= minScore ? score : null
}

/** Scores two records with every component and its explanation, whatever the score. */
export function scorePair(a: LinkCandidate, b: LinkCandidate): ScoreBreakdown {
  const compared = COMPONENTS.map(([name, component]) => ({
    name,
    component,
    score: component.compare(a, b),
  }))
  const total = compared.reduce(
    (sum, { score, component }) => sum + (score === null ? 0 : component.weight),
    0,
  )
  return {
    score: computeScore(a, b, 0) ?? 0,
    components: compared.map(({ name, component, score }) => ({
      name,
      score: score === null ? null : round(score),
      weight: score === null ? 0 : round(component.weight / total),
      reason: component.explain(a, b).slice(0, 2000),
    })),
  }
}

/** The score of a link that an imported export states. */
export const IMPORTED_LINK_SCORE: ScoreBreakdown = {
  score: 1,
  components: [
    {
      name: 'stated',
      score: 1,
      weight: 1,
      reason: 'an imported export states that both tell of the same event',
    },
  ],
}

/** Scores and weights are rounded to four decimal places. */
const PRECISION = 0.0001

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
