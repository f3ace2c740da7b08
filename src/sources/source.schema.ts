import type { Static } from 'typebox'
import { Type } from '../validation/schema.ts'
import { component, count, date, id, instant, list, nullable, text } from '../validation/types.ts'

const identity = {
  id: id({ description: 'The id.' }),
  dataset: text(60, { description: 'The data set that the source comes from.' }),
  publisher: text(300, { description: 'The publisher.' }),
  title: text(1000, { description: 'The title or headline.' }),
  url: nullable(text(2000, { description: 'The URL, where known.' })),
  published_date: nullable(date({ description: 'The day of publication.' })),
  language: nullable(text(35, { description: 'The language, as a BCP 47 tag.' })),
}

/** Schema of a source as stored. */
export const SourceRecord = component(
  'SourceRecord',
  {
    ...identity,
    summary: nullable(
      text(5000, { description: 'A summary of what it reports beyond the incidents, in our own words.' }),
    ),
    pictures: list(
      Type.Object(
        {
          date: nullable(date({ description: 'The day on which the picture was taken.' })),
          credit: text(300, { description: 'Agency and photographer.' }),
          description: text(1000, { description: 'What the picture shows, in our own words.' }),
        },
        { additionalProperties: false },
      ),
      { description: 'Metadata of the pictures in the source.', maxItems: 100 },
    ),
    updated_at: instant({ description: 'When this record last changed here.' }),
  },
  { description: 'A publication in which claims are made.' },
)
/** A publication in which claims are made. */
export type SourceRecord = Static<typeof SourceRecord>

/** Schema of a source in API responses. */
export const Source = component(
  'Source',
  { ...SourceRecord.properties, incidents: count({ description: 'Number of incidents that cite it.' }) },
  { description: 'A publication in which claims are made, with its number of incidents.' },
)
/** A source in API responses. */
export type Source = Static<typeof Source>
