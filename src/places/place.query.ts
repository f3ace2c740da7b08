import type { Static } from 'typebox'
import { fieldsParameter } from '../http/formats/field-selection.ts'
import { pageParameters } from '../http/paging/page.schema.ts'
import { Type } from '../validation/schema.ts'
import { anyOf, enumeration, id, name, requestText } from '../validation/types.ts'
import { PLACE_KINDS, Place } from './place.schema.ts'

const country = anyOf(name({ description: 'A code or name.' }), {
  description:
    'Countries by ISO 3166-1 code (`IQ`, `IRQ`, `368`), number of M49 (`m49:368`) or of Gleditsch and Ward, as UCDP has them (`gw:645`), or name in any form or script; areas by name.',
})

/** Query parameters by place, shared by incidents and reported totals. */
export const scopeParameters = {
  city: anyOf(name({ description: 'A name.' }), {
    description:
      'Cities or districts by name or alias in any script, case and accents ignored. A city finds its districts.',
  }),
  place: anyOf(id({ description: 'A place id.' }), {
    description: 'Places by id, each with all places in it.',
  }),
  admin1: anyOf(name({ description: 'A name.' }), {
    description: 'Governorates or provinces by name, alias or place id.',
  }),
  country,
}

/** Schema of the query of GET /v1/places. */
export const PlaceListQuery = Type.Object(
  {
    q: Type.Optional(
      requestText(200, {
        description:
          'Search text: names that match it, begin with it or are similar to it, in any script; best matches first.',
      }),
    ),
    kind: anyOf(enumeration(PLACE_KINDS, { description: 'A kind.' }), { description: 'Kinds of place.' }),
    country,
    fields: fieldsParameter(Place),
    ...pageParameters,
  },
  { additionalProperties: false },
)
/** The query of GET /v1/places. */
export type PlaceListQuery = Static<typeof PlaceListQuery>
