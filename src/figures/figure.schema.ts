import type { Static } from 'typebox'
import { Type } from '../validation/schema.ts'
import { component, count, id, list, nullable } from '../validation/types.ts'

/** The groups of people that a figure can be about, in the order of presentation. */
export const GROUPS = ['civilians', 'security_forces', 'assailants', 'unknown'] as const
/** Civilians, state or allied forces, attackers, or people whose group the source does not state. */
export type Group = (typeof GROUPS)[number]

/** The three bounds of a figure, as UCDP and ACLED name them. */
export const BOUNDS = ['low', 'best', 'high'] as const
/** The lowest stated, the best supported, or the highest stated number. */
export type Bound = (typeof BOUNDS)[number]

const bounds = {
  low: count({ description: 'The lowest number stated. "At least seven" is low 7.' }),
  best: count({ description: 'The best supported number, by the rule in ARCHITECTURE.md, "Figures".' }),
  high: nullable(count({ description: '' }), {
    description: 'The highest number stated; null when no upper bound was stated. Null is never zero.',
  }),
}

/** Schema of a number with its uncertainty. */
export const Range = component('Range', bounds, { description: 'A number of people with its uncertainty.' })
/** A number of people with its uncertainty; a null high means that no upper bound was stated. */
export type Range = Static<typeof Range>

const claims = list(id({ description: 'Id of a claim.' }), {
  description: 'Ids of the claims that the figure is based on; the single record has the claims.',
  maxItems: 1000,
})

/** Schema of a range that is based on claims. */
export const Figure = component(
  'Figure',
  { ...bounds, claims },
  {
    description: 'A number of people with its uncertainty and the claims that it is based on.',
  },
)
/** A range and the ids of the claims that it is based on. */
export type Figure = Static<typeof Figure>

/** Schema of everyone killed or injured, in total and by group. */
export const Casualties = component(
  'Casualties',
  {
    ...bounds,
    claims,
    by_group: Type.Object(
      {
        civilians: nullable(Figure, { description: 'Civilians; null where not stated.' }),
        security_forces: nullable(Figure, {
          description: 'Police, army and allied armed forces; null where not stated.',
        }),
        assailants: nullable(Figure, { description: 'The attackers; null where not stated.' }),
        unknown: nullable(Figure, {
          description: 'People whose group the source does not state; null where there are none.',
        }),
      },
      { additionalProperties: false, description: 'The same figure split by group.' },
    ),
  },
  { description: 'Everyone killed (or injured), attackers included, with the split by group.' },
)
/** Everyone killed or injured, attackers included, in total and by group. */
export type Casualties = Static<typeof Casualties>

/** Schema of a number of attacks. */
export const CountRange = component(
  'CountRange',
  {
    low: count({ description: 'The minimum number of attacks.' }),
    high: nullable(count({ description: '' }), {
      description: 'The maximum number of attacks; null when no upper bound was stated.',
    }),
  },
  { description: 'The number of attacks that a record covers.' },
)
/** The number of attacks that a record covers. */
export type CountRange = Static<typeof CountRange>
