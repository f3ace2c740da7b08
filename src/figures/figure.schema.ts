import type { Static } from 'typebox'
import { Type } from '../validation/schema.ts'
import { component, count, id, list, nullable } from '../validation/types.ts'

/** The groups of people that a figure can be about, in the order of presentation. */
export const GROUPS = ['civilians', 'security_forces', 'assailants', 'unknown'] as const
/** Civilians, state or allied forces, attackers, or people whose group the source does not tell. */
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
  description: 'Ids of the claims that the figure rests on; read them on the single record.',
  maxItems: 1000,
})

/** Schema of a range that rests on claims. */
export const Figure = component(
  'Figure',
  { ...bounds, claims },
  {
    description: 'A number of people with its uncertainty and the claims that it rests on.',
  },
)
/** A range and the ids of the claims that it rests on. */
export type Figure = Static<typeof Figure>

/** Schema of everyone killed or injured, in total and by group. */
export const Casualties = component(
  'Casualties',
  {
    ...bounds,
    claims,
    by_group: Type.Object(
      {
        civilians: nullable(Figure, { description: 'Civilians; null where nobody said.' }),
        security_forces: nullable(Figure, {
          description: 'Police, army and allied armed forces; null where nobody said.',
        }),
        assailants: nullable(Figure, { description: 'Those who attacked; null where nobody said.' }),
        unknown: nullable(Figure, {
          description: 'People whose group the source does not tell; null where none.',
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
    low: count({ description: 'At least this many.' }),
    high: nullable(count({ description: '' }), {
      description: 'At most this many; null when no upper bound was stated.',
    }),
  },
  { description: 'How many attacks a record stands for.' },
)
/** How many attacks a record stands for. */
export type CountRange = Static<typeof CountRange>
