import type { Static } from 'typebox'
import { EVENT_TYPES } from '../event-types/event-type.schema.ts'
import { Claim } from '../figures/claim.schema.ts'
import { Casualties, Range } from '../figures/figure.schema.ts'
import { RecordLink, whenAndWhere } from '../incidents/incident.schema.ts'
import { SourceRecord } from '../sources/source.schema.ts'
import { Type } from '../validation/schema.ts'
import { component, enumeration, id, instant, list, nullable, sum, text } from '../validation/types.ts'

/** Schema of a reported total as stored. */
export const TollRecord = component(
  'TollRecord',
  {
    id: id({ description: 'The id, stable and readable: `<data set>:<id in that data set>`.' }),
    dataset: text(60, { description: 'The data set that the record comes from.' }),
    title: text(1000, { description: 'A short title.' }),
    description: nullable(text(20_000, { description: 'The scope of the total.' })),
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
  { description: 'A reported total as stored.' },
)
/** A reported total as stored. */
export type TollRecord = Static<typeof TollRecord>

const accounting = {
  incidents: list(RecordLink, {
    description: 'The recorded incidents that the total includes.',
    maxItems: 10_000,
  }),
  accounted: {
    ...Range,
    description: 'The number that those incidents account for, each person counted once.',
  } as typeof Range,
  remainder: {
    ...Range,
    description: 'The part of the total that no recorded incident accounts for.',
  } as typeof Range,
}

/** Schema of a reported total in lists. */
export const Toll = component(
  'Toll',
  { ...TollRecord.properties, ...accounting },
  {
    description:
      'A total that a source reports for a place and a period. It is never added to sums of incidents.',
  },
)
/** A total that a source reports for a place and a period, with its account. */
export type Toll = Static<typeof Toll>

const OtherDataset = component(
  'TollOtherDataset',
  {
    dataset: text(60, { description: 'The data set.' }),
    records: sum({ description: 'Its records of the place that overlap the period.' }),
    fatalities: nullable(
      Type.Object(
        {
          low: sum({ description: 'The sum of the lowest numbers stated.' }),
          best: sum({ description: 'The sum of the best supported numbers.' }),
          high_known: sum({ description: 'The sum of the highest numbers stated.' }),
        },
        { additionalProperties: false },
      ),
      {
        description:
          'The killed of these records, of which no one counts twice; null where none states them.',
      },
    ),
  },
  { description: 'What another data set records of the place and period of a reported total.' },
)
/** What another data set records of the place and period of a reported total. */
export type OtherDataset = Static<typeof OtherDataset>

/** Schema of a reported total with claims and sources. */
export const TollDetail = component(
  'TollDetail',
  {
    ...Toll.properties,
    claims: list(Claim, { description: 'The claims about the total.', maxItems: 10_000 }),
    sources: list(SourceRecord, {
      description: 'The sources in which the claims are made.',
      maxItems: 10_000,
    }),
    other_datasets: list(OtherDataset, {
      description:
        "What other data sets record of the same place and period. The total's source need not know of it, and it is no part of `accounted`.",
      maxItems: 1000,
    }),
  },
  { description: 'A reported total with its claims and sources.' },
)
/** A reported total with its claims and sources. */
export type TollDetail = Static<typeof TollDetail>
