import type { TObject, TSchema } from 'typebox'
import { serialize, type Total } from '../../records.ts'
import { Type } from '../../validation/schema.ts'
import {
  component,
  count,
  date,
  enumeration,
  id,
  instant,
  list,
  nullable,
  text,
} from '../../validation/types.ts'
import type { Column, ColumnType } from './columns.ts'
import { MEDIA_TYPES } from './formats.ts'

/** What has coordinates, WGS 84 degrees; null where they are not known. */
export interface Located {
  latitude: number | null
  longitude: number | null
}

/** A position as GeoJSON and WKB have it: longitude before latitude. */
export type Position = [longitude: number, latitude: number]

/** The position of a record; null where its coordinates are not known. */
export function toPosition({ latitude, longitude }: Located): Position | null {
  return latitude === null || longitude === null ? null : [longitude, latitude]
}

/** Renders a record as a GeoJSON Feature (RFC 7946), with null geometry where the coordinates are not known. */
export function toFeature(record: Located & { id: string }, properties: unknown): object {
  const coordinates = toPosition(record)
  const geometry = coordinates && { type: 'Point', coordinates }
  return { type: 'Feature', id: record.id, geometry, properties }
}

/** Reads the columns of a record as flat properties: GIS software makes a column of each, and text of nested ones. */
export function toFlatProperties<T>(record: T, columns: readonly Column<T>[]): object {
  return Object.fromEntries(columns.map(({ name, value }) => [name, value(record)]))
}

/**
 * Renders the end of a FeatureCollection, after its features: counts and links as in OGC API Features, and more members.
 * @param matched the number of records that match; it is in the response if it is exact
 */
export function renderCollectionEnd(
  returned: number,
  matched: Total | undefined,
  { self, next }: { self: string; next: string | null },
  more: object,
): string {
  const type = MEDIA_TYPES.geojson
  const members = {
    ...(matched?.total_is === 'exact' && { numberMatched: matched.total }),
    numberReturned: returned,
    links: [{ rel: 'self', href: self, type }, ...(next === null ? [] : [{ rel: 'next', href: next, type }])],
    ...more,
  }
  return `],${serialize(members).slice(1)}`
}

/** Schemas of cells by type of column. */
const CELL_SCHEMAS: Record<ColumnType, (description: string) => TSchema> = {
  text: (description) => text(100_000, { description }),
  list: (description) => text(1_000_000, { description: `${description} A list as in CSV.` }),
  count: (description) => count({ description }),
  degrees: (description) => Type.Number({ minimum: -180, maximum: 180, format: 'double', description }),
  date: (description) => date({ description }),
  instant: (description) => instant({ description }),
}

/** Builds the schema of flat properties, published as the component `name`; selected columns are there always. */
export function flatPropertiesSchema<T>(name: string, columns: readonly Column<T>[]) {
  const properties = columns.map(({ name, type, description }) => [
    name,
    Type.Optional(nullable(CELL_SCHEMAS[type](description), { description })),
  ])
  return component(name, Object.fromEntries(properties), {
    description: 'A record as flat properties: the columns of CSV, null where nothing is recorded.',
  })
}

/** Builds the schema of a FeatureCollection with a page's envelope, published as the component `name`. */
export function featureCollectionSchema(name: string, properties: TSchema, page: TObject) {
  const { data: _, page: position, links: __, ...envelope } = page.properties
  const point = Type.Object(
    {
      type: enumeration(['Point'], { description: 'Always `Point`.' }),
      coordinates: Type.Array(Type.Number({ minimum: -180, maximum: 180, format: 'double' }), {
        minItems: 2,
        maxItems: 2,
        description: 'Longitude and latitude, WGS 84 degrees.',
      }),
    },
    { additionalProperties: false },
  )
  const feature = Type.Object(
    {
      type: enumeration(['Feature'], { description: 'Always `Feature`.' }),
      id: id({ description: "The record's id." }),
      geometry: nullable(point, { description: 'The point; null where the coordinates are not known.' }),
      properties,
    },
    { additionalProperties: false },
  )
  const link = Type.Object(
    {
      rel: enumeration(['self', 'next'], { description: 'What it links to.' }),
      href: text(9000, { description: 'The URL.' }),
      type: enumeration([MEDIA_TYPES.geojson], { description: 'The media type there.' }),
    },
    { additionalProperties: false },
  )
  return component(
    name,
    {
      type: enumeration(['FeatureCollection'], { description: 'Always `FeatureCollection`.' }),
      features: list(feature, { description: 'The records, in order.', maxItems: 100_000_000 }),
      numberMatched: Type.Optional(
        count({
          description: 'The number of records that match; left out under `total=bounded` beyond its bound.',
        }),
      ),
      numberReturned: count({ description: 'The number of features.' }),
      links: list(link, {
        description: 'This response and, on pages but the last, the next page.',
        maxItems: 2,
      }),
      page: Type.Optional(position as TSchema),
      ...envelope,
    },
    {
      description:
        'A GeoJSON FeatureCollection (RFC 7946) with foreign members, those of OGC API Features first.',
    },
  )
}
