import type { Column, ColumnType } from '../http/formats/columns.ts'
import { MEDIA_TYPES } from '../http/formats/formats.ts'
import {
  countRecords,
  listLicences,
  type RecordDescription,
  urlOfFormat,
  versionOf,
} from './record-description.ts'

/** The types of Table Schema ("Field Types") that CSV's cells have. */
const FIELD_TYPES: Record<ColumnType, string> = {
  text: 'string',
  list: 'string',
  count: 'integer',
  degrees: 'number',
  date: 'date',
  instant: 'datetime',
}

/** Licences of the registry with an identifier (SPDX License List) and an address; others are known by their text. */
const LICENCES: Readonly<Record<string, { name: string; path: string }>> = {
  'CC BY 4.0': { name: 'CC-BY-4.0', path: 'https://creativecommons.org/licenses/by/4.0/' },
  'CC0 1.0': { name: 'CC0-1.0', path: 'https://creativecommons.org/publicdomain/zero/1.0/' },
}

/**
 * Renders a Data Package (Frictionless Data, "Data Package" and "Table Schema", version 1): where the CSV of the
 * records is, and what its columns mean.
 */
export function renderDataPackage(description: RecordDescription, columns: readonly Column<never>[]): object {
  const { title, url, records, revision, datasets } = description
  return {
    profile: 'tabular-data-package',
    name: 'conflict-incidents',
    title,
    description: `${countRecords(records)} of conflict incidents. Missing values are empty cells, never zero.`,
    homepage: url,
    version: versionOf(description),
    created: revision.at.toISOString(),
    licenses: listLicences(description).map(describeLicence),
    sources: datasets.map(({ name, version, citation }) => ({
      title: version === null ? name : `${name}, ${version}`,
      citation,
    })),
    resources: [
      {
        profile: 'tabular-data-resource',
        name: 'incidents',
        path: urlOfFormat(description, 'csv'),
        format: 'csv',
        mediatype: MEDIA_TYPES.csv,
        encoding: 'utf-8',
        schema: {
          fields: columns.map(({ name, type, description }) => ({
            name,
            type: FIELD_TYPES[type],
            ...(type === 'instant' && { format: 'any' }),
            description,
          })),
          missingValues: [''],
          ...(columns.some(({ name }) => name === 'id') && { primaryKey: 'id' }),
        },
      },
    ],
  }
}

function describeLicence(title: string): object {
  const known = Object.entries(LICENCES).find(([text]) => title.startsWith(text))?.[1]
  return { ...(known ?? { name: 'other' }), title }
}
