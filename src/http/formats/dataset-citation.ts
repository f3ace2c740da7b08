import type { Static } from 'typebox'
import { component, nullable, text } from '../../validation/types.ts'

/** Schema of what a page says of a data set that its records come from; the registry of data sets extends it. */
export const DatasetCitation = component(
  'DatasetCitation',
  {
    id: text(60, { description: 'The id: the part of a record id before the colon.' }),
    name: text(300, { description: 'The name.' }),
    version: nullable(text(60, { description: 'The release, as its publisher names it.' })),
    licence: text(300, { description: 'The licence of the data.' }),
    citation: text(2000, { description: 'How to cite the data set.' }),
  },
  { description: 'A data set that a response drew on, with its licence and citation.' },
)
/** A data set that a response drew on. */
export type DatasetCitation = Static<typeof DatasetCitation>
