import type { Static } from 'typebox'
import { Type } from '../../validation/schema.ts'
import { component, enumeration, nullable, text } from '../../validation/types.ts'
import type { LinkCandidate } from './candidate.ts'

/** The components of a score; `stated` is the only one of a link that comes from an imported export. */
const COMPONENT_NAMES = ['time', 'place', 'actors', 'event_type', 'fatalities', 'text', 'stated'] as const

/** Schema of a number from 0 to 1. */
export const share = (description: string) =>
  Type.Number({ minimum: 0, maximum: 1, format: 'double', description })

/** Schema of one component of a score, as the API returns it. */
export const LinkComponent = component(
  'LinkComponent',
  {
    name: enumeration(COMPONENT_NAMES, { description: 'The attribute of the two records that is compared.' }),
    score: nullable(share(''), {
      description: 'Agreement, 0 to 1; null where the two records cannot be compared in this attribute.',
    }),
    weight: share(
      'Weight in the score. The weights of the attributes that can be compared add up to 1, and the score is the weighted sum.',
    ),
    reason: text(2000, { description: 'Explanation of the component score.' }),
  },
  { description: 'One component of the score of a link.' },
)
/** One component of a score, as the API returns it. */
export type LinkComponent = Static<typeof LinkComponent>

/** Compares one attribute of two records of different data sets. Symmetric, but for the wording of the explanation. */
export interface ScoreComponent {
  /** Weight relative to the other components that can be compared. */
  weight: number
  /** Agreement, 0 to 1; null where the records cannot be compared. */
  compare(a: LinkCandidate, b: LinkCandidate): number | null
  /** A sentence for people. */
  explain(a: LinkCandidate, b: LinkCandidate): string
}
