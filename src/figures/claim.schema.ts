import type { Static } from 'typebox'
import { component, count, enumeration, id, nullable, text } from '../validation/types.ts'
import { GROUPS } from './figure.schema.ts'

/** Measures that a claim can be about. */
const MEASURES = ['killed', 'injured', 'incidents', 'responsibility'] as const
/** Qualifiers of the number or statement of a claim. */
const QUALIFIERS = ['exactly', 'at_least', 'more_than', 'about', 'some', 'declined_to_say'] as const

/** Schema of a claim. */
export const Claim = component(
  'Claim',
  {
    id: id({ description: 'Id of the claim, stable: the record\'s id, "#" and a number.' }),
    claimant: text(300, {
      description: 'The person or organisation that makes the claim; may be the publisher itself.',
    }),
    claimant_actor: nullable(
      id({ description: "The claimant's actor id, where the claimant is a recorded actor." }),
    ),
    source_id: id({ description: 'The source in which the claim is made.' }),
    paragraph: nullable(
      count({ description: "The source's paragraph, counted from 1 without the headline." }),
    ),
    measure: enumeration(MEASURES, {
      description:
        'Subject of the claim: people killed or injured, a number of incidents, or responsibility.',
    }),
    group: nullable(enumeration(['all', ...GROUPS], { description: '' }), {
      description: 'The group of people, or `all` for everyone; null for measures that are not about people.',
    }),
    low: nullable(
      count({ description: 'The lowest number that the wording permits; null where no number is given.' }),
    ),
    high: nullable(
      count({
        description:
          'The highest number that the wording permits; null where it has no upper bound or no number is given.',
      }),
    ),
    qualifier: enumeration(QUALIFIERS, {
      description: '`more_than` 60 is low 61; `some` and `declined_to_say` give no number.',
    }),
    actor_id: nullable(
      id({ description: 'For `responsibility`: the actor that the claim holds responsible.' }),
    ),
    note: nullable(text(2000, { description: 'The claim, in our own words.' })),
  },
  {
    description:
      'One statement by one claimant in one source. Claims that disagree are kept next to each other.',
  },
)
/** One statement by one claimant in one source. */
export type Claim = Static<typeof Claim>
