import type { Static } from 'typebox'
import { RecordLink } from '../incidents/incident.schema.ts'
import { component, enumeration, instant, list, nullable, text } from '../validation/types.ts'
import { LinkComponent, share } from './scoring/component.ts'

/** Statuses of a link: suggested by the comparison of records, or decided by a person. */
export const LINK_STATUSES = ['suggested', 'accepted', 'rejected'] as const
/** A status of a link. */
export type LinkStatus = (typeof LINK_STATUSES)[number]

const status = enumeration(LINK_STATUSES, {
  description:
    '`suggested`: found by comparing the records. `accepted`, `rejected`: a person decided that they describe the same event, or do not.',
})

/** Schema of a decision. */
export const LinkDecision = component(
  'LinkDecision',
  {
    status: enumeration(LINK_STATUSES, {
      description: 'The decision; `suggested` withdraws an earlier one.',
    }),
    decided_at: instant({ description: 'When it was decided.' }),
    decided_by: nullable(text(200, { description: 'Who decided, where recorded.' })),
    note: nullable(text(2000, { description: 'Why, where recorded.' })),
  },
  { description: 'A decision about a link.' },
)
/** A decision about a link. */
export type LinkDecision = Static<typeof LinkDecision>

const linkProperties = {
  status,
  score: share('Agreement of the two records, 0 to 1; see docs/links.md.'),
  components: list(LinkComponent, { description: 'The components of the score.', maxItems: 20 }),
  suggested_at: instant({ description: 'When the link was first found or stated.' }),
  decisions: list(LinkDecision, {
    description: 'Every decision; the last one is in force.',
    maxItems: 10_000,
  }),
}

/** A link of seed:samarra-2017-01-02, without its other components. */
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

/** Schema of a link, seen from one of its incidents. */
export const IncidentLink = component(
  'IncidentLink',
  {
    record: RecordLink,
    dataset: text(60, { description: 'The data set of the other record.' }),
    ...linkProperties,
  },
  {
    description: 'A link of an incident to a record of another data set that may describe the same event.',
    examples: [EXAMPLE],
  },
)
/** A link, seen from one of its incidents. */
export type IncidentLink = Static<typeof IncidentLink>

/** A link with the ids of both incidents, in binary order. */
export interface Link extends Omit<IncidentLink, 'record' | 'dataset'> {
  a_id: string
  b_id: string
}
