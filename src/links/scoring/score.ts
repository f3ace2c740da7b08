import type { LinkComponent } from '../link.schema.ts'
import { actors } from './actors.ts'
import type { LinkCandidate } from './candidate.ts'
import type { Component } from './component.ts'
import { eventType } from './event-type.ts'
import { fatalities } from './fatalities.ts'
import { place } from './place.ts'
import { text } from './text.ts'
import { time } from './time.ts'

/** The parts of a score, the quickest to compare first. */
const COMPONENTS: readonly (readonly [Exclude<LinkComponent['name'], 'stated'>, Component])[] = [
  ['time', time],
  ['place', place],
  ['actors', actors],
  ['event_type', eventType],
  ['fatalities', fatalities],
  ['text', text],
]

const WHOLE = COMPONENTS.reduce((sum, [, { weight }]) => sum + weight, 0)

/** A score and what it is made of. */
export interface ScoreBreakdown {
  score: number
  components: LinkComponent[]
}

/**
 * How far two records agree: the weighted mean of what can be compared. Null as soon as it cannot come up to the
 * least score that is wanted.
 */
export function scoreOf(a: LinkCandidate, b: LinkCandidate, least: number): number | null {
  let [sum, weighed, left] = [0, 0, WHOLE]
  for (const [, { weight, compare }] of COMPONENTS) {
    left -= weight
    const score = compare(a, b)
    if (score !== null) {
      sum += weight * score
      weighed += weight
    }
    // If all that is left agreed entirely.
    if (sum + left < (least - ROUNDING) * (weighed + left)) return null
  }
  const score = rounded(sum / weighed)
  return score >= least ? score : null
}

/** How far two records agree, part by part, with reasons. */
export function scorePair(a: LinkCandidate, b: LinkCandidate): ScoreBreakdown {
  const compared = COMPONENTS.map(([name, component]) => ({
    name,
    component,
    score: component.compare(a, b),
  }))
  const whole = compared.reduce(
    (sum, { score, component }) => sum + (score === null ? 0 : component.weight),
    0,
  )
  return {
    score: scoreOf(a, b, 0) ?? 0,
    components: compared.map(({ name, component, score }) => ({
      name,
      score: score === null ? null : rounded(score),
      weight: score === null ? 0 : rounded(component.weight / whole),
      reason: component.reason(a, b).slice(0, 2000),
    })),
  }
}

/** What the score of a link is made of that an imported export states. */
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

/** A score is told to four places. */
const ROUNDING = 0.0001

function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000
}
