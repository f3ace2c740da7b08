import type { Static } from 'typebox'
import { EVENT_TYPES } from '../event-types/event-type.schema.ts'
import { Claim } from '../figures/claim.schema.ts'
import { Casualties, Range } from '../figures/figure.schema.ts'
import { RecordLink, whenAndWhere } from '../incidents/incident.schema.ts'
import { SourceRecord } from '../sources/source.schema.ts'
import { component, enumeration, id, instant, list, nullable, text } from '../validation/types.ts'

/** Schema of a reported total as it is recorded. */
export const TollRecord = component(
  'TollRecord',
  {
    id: id({ description: 'The id, stable and readable: `<data set>:<id in that data set>`.' }),
    dataset: text(60, { description: 'The data set that the record comes from.' }),
    title: text(1000, { description: 'A short title.' }),
    description: nullable(text(20_000, { description: 'What the total covers.' })),
    ...whenAndWhere,
    event_type: nullable(
      enumeration(EVENT_TYPES, { description: 'The event type that the total is limited to.' }),
    ),
    fatalities: Casualties,
    source_ids: list(id({ description: 'Id of a source.' }), {
      description: 'The sources.',
      maxItems: 10_000,
    }),
    updated_at: instant({ description: 'When this record last changed here.' }),
  },
  { description: 'A reported total as it is recorded.' },
)
/** A reported total as it is recorded. */
export type TollRecord = Static<typeof TollRecord>

const accounting = {
  incidents: list(RecordLink, {
    description: 'The recorded incidents that the total includes.',
    maxItems: 10_000,
  }),
  accounted: {
    ...Range,
    description: 'What those incidents account for, nobody counted twice.',
  } as typeof Range,
  remainder: {
    ...Range,
    description: 'What of the total no recorded incident accounts for.',
  } as typeof Range,
}

/** Schema of a reported total as the API lists it. */
export const Toll = component(
  'Toll',
  { ...TollRecord.properties, ...accounting },
  { description: "A source's total over a place and a period. It is never summed with incidents." },
)
/** A source's total over a place and a period. */
export type Toll = Static<typeof Toll>

/** Schema of a reported total with claims and sources. */
export const TollDetail = component(
  'TollDetail',
  {
    ...Toll.properties,
    claims: list(Claim, { description: 'Who said what.', maxItems: 10_000 }),
    sources: list(SourceRecord, {
      description: 'The sources in which the claims are made.',
      maxItems: 10_000,
    }),
  },
  { description: 'A reported total with its claims and sources.' },
)
/** A reported total with its claims and sources. */
export type TollDetail = Static<typeof TollDetail>
