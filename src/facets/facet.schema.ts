import type { Static } from 'typebox'
import { Hint } from '../http/requests/hint.ts'
import { component, enumeration, list, sum, text } from '../validation/types.ts'

/** What values are counted of. */
export const FACET_FIELDS = [
  'dataset',
  'kind',
  'event_type',
  'sub_event_type',
  'violence_type',
  'conflict',
  'dyad',
  'date_precision',
  'geo_precision',
  'country',
  'admin1',
  'city',
  'actor',
] as const
/** What values are counted of. */
export type FacetField = (typeof FACET_FIELDS)[number]

const records = (description: string) => sum({ description })

const FacetValue = component(
  'FacetValue',
  {
    value: text(300, { description: 'The value, as the parameter takes it.' }),
    name: text(1000, { description: 'The value as it is shown: of places and actors the name.' }),
    records: records('The matching records that have it.'),
  },
  { description: 'A value and how many matching records have it.' },
)

/** Schema of the values of one field. */
export const Facet = component(
  'Facet',
  {
    field: enumeration(FACET_FIELDS, { description: 'The field.' }),
    parameter: text(100, { description: 'The filter that takes the values.' }),
    values: list(FacetValue, { description: 'The values, the most frequent first.', maxItems: 1000 }),
    distinct: records('How many different values there are.'),
    unknown: records('The matching records that have no value.'),
  },
  { description: 'The values of one field among the matching records.' },
)
/** The values of one field. */
export type Facet = Static<typeof Facet>

/** Schema of the values of several fields. */
export const FacetList = component(
  'FacetList',
  {
    data: list(Facet, {
      description: 'The fields, in the order in which they were asked for.',
      maxItems: FACET_FIELDS.length,
    }),
    records: records('How many records match.'),
    hints: list(Hint, { description: 'Advice on the query; empty when there is none.', maxItems: 100 }),
  },
  { description: 'The values of fields among the matching records.' },
)
