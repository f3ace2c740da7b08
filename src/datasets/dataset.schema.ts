import type { Static } from 'typebox'
import { DatasetCitation } from '../http/formats/dataset-citation.ts'
import { component, count, instant, list, nullable, text } from '../validation/types.ts'

/** A data set as a response cites it. */
export type { DatasetCitation }

/** Schema of a file that records were imported from. */
export const DatasetFile = component(
  'DatasetFile',
  {
    name: text(300, { description: 'The name of the file.' }),
    sha256: text(64, { description: 'SHA-256 of the file, hexadecimal.' }),
    rows: count({ description: 'Number of records in it.' }),
    imported_at: instant({ description: 'When it was imported.' }),
  },
  { description: 'A file that records were imported from.' },
)
/** A file that records were imported from. */
export type DatasetFile = Static<typeof DatasetFile>

/** Schema of a data set in the registry. */
export const Dataset = component(
  'Dataset',
  {
    ...DatasetCitation.properties,
    description: text(2000, { description: 'The content of the data set.' }),
    url: nullable(text(2000, { description: 'Where it is published.' })),
    terms: nullable(text(2000, { description: '' }), {
      description: 'Conditions of use of its publisher, beyond the licence; null where there are none.',
    }),
    files: list(DatasetFile, {
      description: 'The files that the records were imported from.',
      maxItems: 10_000,
    }),
    imported_at: instant({ description: 'When its records were last loaded.' }),
    incidents: count({ description: 'Number of incidents and groups recorded from it.' }),
    tolls: count({ description: 'Number of reported totals recorded from it.' }),
  },
  { description: 'A data set in the registry.' },
)
/** A data set in the registry. */
export type Dataset = Static<typeof Dataset>
