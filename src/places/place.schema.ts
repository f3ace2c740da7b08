import type { Static } from 'typebox'
import {
  component,
  count,
  enumeration,
  id,
  instant,
  latitude,
  list,
  longitude,
  nullable,
  text,
} from '../validation/types.ts'

/** The levels on which places contain one another, the narrowest first. */
export const PLACE_LEVELS = ['district', 'city', 'admin1', 'country'] as const
/** A level of places. */
export type PlaceLevel = (typeof PLACE_LEVELS)[number]

/**
 * Kinds of place: one for each level, and areas, which are on the level of countries: what a data set names as a
 * country and ISO 3166-1 does not have, such as a sea or a former state.
 */
export const PLACE_KINDS = [...PLACE_LEVELS, 'area'] as const
/** A kind of place. */
export type PlaceKind = (typeof PLACE_KINDS)[number]

/** The level of a kind of place. */
export function levelOf(kind: PlaceKind): PlaceLevel {
  return kind === 'area' ? 'country' : kind
}

/** The data sets that make up the gazetteer; data sets of incidents add places of their own. */
export const GAZETTEER = ['geonames', 'geonames-world', 'iso3166'] as const

/** Schema of a place as stored. */
export const PlaceRecord = component(
  'PlaceRecord',
  {
    id: id({
      description: 'The id: `geonames:` and the GeoNames id or code, or `iso3166:` and the alpha-2 code.',
    }),
    dataset: text(60, { description: 'The data set that the place comes from.' }),
    name: text(300, { description: 'The name.' }),
    aliases: list(text(300, { description: 'Another name.' }), { description: 'Other names, any script.' }),
    kind: enumeration(PLACE_KINDS, {
      description:
        'The kind of place; `admin1` is a governorate or province, `area` a sea, former state or other area that ISO 3166-1 does not have.',
    }),
    parent_id: nullable(id({ description: 'The place that contains it; null for a country or area.' })),
    country_code: nullable(text(2, { description: 'ISO 3166-1 alpha-2; null for an area.' })),
    country_code3: nullable(text(3, { description: 'ISO 3166-1 alpha-3; null for an area.' })),
    admin1_code: nullable(text(20, { description: 'GeoNames code of the first-level division.' })),
    geonames_id: nullable(count({ description: 'The GeoNames id, where known.' })),
    latitude: nullable(latitude()),
    longitude: nullable(longitude()),
    updated_at: instant({ description: 'When this record last changed here.' }),
  },
  { description: 'A place of the gazetteer.' },
)
/** A place as stored. */
export type PlaceRecord = Static<typeof PlaceRecord>

/** Schema of a place in API responses. */
export const Place = component(
  'Place',
  {
    ...PlaceRecord.properties,
    incidents: count({ description: 'Number of incidents at the place or in a place that it contains.' }),
  },
  { description: 'A place of the gazetteer with its number of incidents.' },
)
/** A place in API responses. */
export type Place = Static<typeof Place>

/** Schema of the place of a record. */
export const IncidentPlace = component(
  'IncidentPlace',
  {
    id: id({ description: "The place's id in the gazetteer." }),
    name: text(300, { description: "The place's name." }),
    kind: enumeration(PLACE_KINDS, { description: 'The kind of place.' }),
    area: nullable(
      text(300, {
        description:
          'The sea, former state or other area, as the data set names it, where no country of ISO 3166-1 is certain.',
      }),
    ),
    district: nullable(text(300, { description: 'The district, where the place is one.' })),
    city: nullable(text(300, { description: 'The city, where the place is one or is in one.' })),
    admin1: nullable(text(300, { description: 'The governorate or province.' })),
    country: nullable(text(300, { description: 'The country; null in an area.' })),
    country_code: nullable(text(2, { description: 'ISO 3166-1 alpha-2; null in an area.' })),
  },
  { description: 'The place of a record, with the places that contain it.' },
)
/** The place of a record, with the places that contain it. */
export type IncidentPlace = Static<typeof IncidentPlace>
