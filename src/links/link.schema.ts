import type { Static } from 'typebox'
import { RecordLink } from '../incidents/incident.schema.ts'
import { Type } from '../validation/schema.ts'
import { component, enumeration, instant, list, nullable, text } from '../validation/types.ts'

/** What became of a link: found, or decided by a person. */
export const LINK_STATUSES = ['suggested', 'accepted', 'rejected'] as const
/** What became of a link. */
export type LinkStatus = (typeof LINK_STATUSES)[number]

/** What a score is made of; `stated` stands alone where an imported export states the link. */
export const COMPONENT_NAMES = [
  'time',
  'place',
  'actors',
  'event_type',
  'fatalities',
  'text',
  'stated',
] as const

const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, format: 'double', description })

const status = enumeration(LINK_STATUSES, {
  description:
    '`suggested`: found by comparing the records. `accepted`, `rejected`: a person decided that they tell of the same event, or do not.',
})

/** Schema of a part of a score. */
export const LinkComponent = component(
  'LinkComponent',
  {
    name: enumeration(COMPONENT_NAMES, { description: 'What of the two records is compared.' }),
    score: nullable(share(''), {
      description: 'How far it agrees, 0 to 1; null where the two records cannot be compared in it.',
    }),
    weight: share(
      'How much it counts: the weights of what can be compared add up to 1, and the score is the weighted sum.',
    ),
    reason: text(2000, { description: 'Why, in words.' }),
  },
  { description: 'One part of the score of a link.' },
)
/** A part of a score. */
export type LinkComponent = Static<typeof LinkComponent>

/** Schema of a decision. */
export const LinkDecision = component(
  'LinkDecision',
  {
    status: enumeration(LINK_STATUSES, {
      description: 'What was decided; `suggested` takes an earlier decision back.',
    }),
    decided_at: instant({ description: 'When.' }),
    decided_by: nullable(text(200, { description: 'Who decided, where that was told.' })),
    note: nullable(text(2000, { description: 'Why, where that was told.' })),
  },
  { description: 'A decision about a link.' },
)
/** A decision about a link. */
export type LinkDecision = Static<typeof LinkDecision>

const told = {
  status,
  score: share('How far the two records agree, 0 to 1; see docs/links.md.'),
  components: list(LinkComponent, { description: 'What the score is made of.', maxItems: 20 }),
  suggested_at: instant({ description: 'When the link was first found or stated.' }),
  decisions: list(LinkDecision, { description: 'Every decision, the last one in force.', maxItems: 10_000 }),
}

/** A link of seed:samarra-2017-01-02, shortened. */
const EXAMPLE = {
  record: {
    id: 'ucdp-ged:238325',
    title: 'Government of Iraq - IS',
    date_start: '2017-01-02',
    date_end: '2017-01-02',
    fatalities: null,
  },
  dataset: 'ucdp-ged',
  status: 'accepted',
  score: 0.969,
  components: [
    { name: 'time', score: 1, weight: 0.4444, reason: 'the same day, 2017-01-02' },
    {
      name: 'place',
      score: 0.9442,
      weight: 0.5556,
      reason: '1.1 km apart, of at most 20 (both exact): seed Samarra, ucdp-ged Samarra',
    },
  ],
  suggested_at: '2026-01-01T00:00:00Z',
  decisions: [
    {
      status: 'accepted',
      decided_at: '2026-01-02T00:00:00Z',
      decided_by: 'A. Curator',
      note: 'the same two police stations',
    },
  ],
}

/** Schema of a link as an incident has it. */
export const IncidentLink = component(
  'IncidentLink',
  {
    record: RecordLink,
    dataset: text(60, { description: 'The data set of the other record.' }),
    ...told,
  },
  {
    description: 'A link of an incident to a record of another data set that may tell of the same event.',
    examples: [EXAMPLE],
  },
)
/** A link as an incident has it. */
export type IncidentLink = Static<typeof IncidentLink>

/** A link, its incidents named by their ids in binary order. */
export interface Link extends Omit<IncidentLink, 'record' | 'dataset'> {
  a_id: string
  b_id: string
}
