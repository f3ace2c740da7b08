import type { TObject } from 'typebox'
import { Type } from '../../validation/schema.ts'
import { component, enumeration, id, list, nullable } from '../../validation/types.ts'

/** A record with coordinates, WGS 84 degrees; null where they are not known. */
interface Located {
  id: string
  latitude: number | null
  longitude: number | null
}

/**
 * Renders a record as a GeoJSON Feature (RFC 7946): longitude before latitude, null geometry where the coordinates
 * are not known. `properties` may be limited to the fields that the client selected.
 */
export function toFeature(record: Located, properties: unknown = record): object {
  const { id, latitude, longitude } = record
  const geometry =
    latitude === null || longitude === null ? null : { type: 'Point', coordinates: [longitude, latitude] }
  return { type: 'Feature', id, geometry, properties }
}

/** Builds the schema of a FeatureCollection with a page's envelope, published as the component `name`. */
export function featureCollectionSchema(name: string, properties: TObject, page: TObject) {
  const { data: _, ...envelope } = page.properties
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
  const item = Type.Object(
    {
      type: enumeration(['Feature'], { description: 'Always `Feature`.' }),
      id: id({ description: "The record's id." }),
      geometry: nullable(point, { description: 'The point; null where the coordinates are not known.' }),
      properties,
    },
    { additionalProperties: false },
  )
  return component(
    name,
    {
      type: enumeration(['FeatureCollection'], { description: 'Always `FeatureCollection`.' }),
      features: list(item, { description: 'The records of this page, in order.', maxItems: 1000 }),
      ...envelope,
    },
    { description: "A GeoJSON FeatureCollection (RFC 7946) with the page's envelope as foreign members." },
  )
}
