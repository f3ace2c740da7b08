import type { Static } from 'typebox'
import { Type } from '../validation/schema.ts'
import { component, enumeration, list, nullable, text } from '../validation/types.ts'

/** How the name of a place in a file and a place of the gazetteer are the same. */
export const PLACE_MATCHES = ['exact', 'alias', 'form', 'division', 'country', 'created'] as const

const PlaceMatch = component(
  'PlaceMatch',
  {
    how: enumeration(PLACE_MATCHES, {
      description:
        '`exact`: the file has the name of the place; `alias`: another of its names or spellings; `form`: a name without the word for its kind, as `Fallujah town`; `division` and `country`: no more is named, or known; `created`: no gazetteer has the place, and it was made of the row.',
    }),
    name: text(300, { description: 'The name of the place here.' }),
    distance_km: nullable(
      Type.Number({
        minimum: 0,
        maximum: 20_100,
        format: 'double',
        description: 'From the position in the file to that of the gazetteer, kilometres.',
      }),
    ),
  },
  { description: 'How a place was found.' },
)

/** Schema of how properties of a record came about. */
export const Provenance = component(
  'Provenance',
  {
    property: text(100, { description: 'The property of the record, as a dot path.' }),
    columns: list(
      component(
        'ProvenanceCell',
        {
          column: text(200, { description: 'The column of the file.' }),
          value: text(1_000_000, { description: 'The cell as it is in the file.' }),
        },
        { description: 'A cell of the file.' },
      ),
      {
        description: 'The cells that it was made of; empty for a record that was not imported.',
        maxItems: 100,
      },
    ),
    rule: text(1000, { description: 'How the property follows from them.' }),
    match: nullable(PlaceMatch, { description: 'Of a place: how it was found; otherwise null.' }),
  },
  { description: 'How properties of a record came about.' },
)
/** How properties of a record came about. */
export type Provenance = Static<typeof Provenance>
