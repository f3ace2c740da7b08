import type { CasualtyFilter, IncidentFilter } from '../../incidents/incident.store.ts'
import { EARTH_RADIUS_KM } from '../../places/distance.ts'
import { type Box, boxAround } from '../../places/grid.ts'
import { levelOf } from '../../places/place.schema.ts'
import type { PlaceScope } from '../../places/place.store.ts'
import { allOf, anyOf, oneOf, type SqlFragment } from './fragment.ts'

/** A circle on the Earth, WGS 84 degrees and kilometres. */
export type Circle = NonNullable<IncidentFilter['near']>

/** The column of the place of each kind in which an incident or reported total lies. */
export const PLACE_COLUMNS = {
  country: 'country_id',
  admin1: 'admin1_id',
  city: 'city_id',
  district: 'district_id',
} as const

/** The columns in which places are looked for, with their ids. */
export function groupByColumn(
  scopes: readonly PlaceScope[],
): [column: (typeof PLACE_COLUMNS)[keyof typeof PLACE_COLUMNS], ids: string[]][] {
  const levels = [...new Set(scopes.map(({ kind }) => levelOf(kind)))]
  return levels.map((level) => [
    PLACE_COLUMNS[level],
    scopes.filter(({ kind }) => levelOf(kind) === level).map(({ id }) => id),
  ])
}

/** Records in any of the places or in what lies in them. */
export function within(scopes: readonly PlaceScope[]): SqlFragment {
  return anyOf(groupByColumn(scopes).map(([column, ids]) => oneOf(column, ids)))
}

/** Incidents whose figure is within limits; a high that is open satisfies every minimum and no maximum. */
export function compareCasualties(figure: string, { min, max, basis }: CasualtyFilter): SqlFragment {
  const column = `${figure}_${basis}`
  // Only high can be open, and only where a figure was stated at all.
  const open = basis === 'high' ? ` OR (${column} IS NULL AND ${figure}_low IS NOT NULL)` : ''
  return allOf([
    ...(min === undefined ? [] : [{ sql: `${column} >= ?${open}`, values: [min] }]),
    ...(max === undefined ? [] : [{ sql: `${column} <= ?`, values: [max] }]),
  ])
}

/** Incidents in a box. */
export function inBox([west, south, east, north]: Box): SqlFragment {
  return allOf([
    { sql: 'latitude BETWEEN ? AND ?', values: [south, north] },
    west <= east
      ? { sql: 'longitude BETWEEN ? AND ?', values: [west, east] }
      : { sql: 'longitude >= ? OR longitude <= ?', values: [west, east] },
  ])
}

/**
 * Incidents in a circle, by the haversine formula on a sphere of the Earth's mean radius (IUGG): the haversine of the
 * angle between two positions is compared with that of the radius.
 */
export function inCircle({ latitude, longitude, radiusKm }: Circle): SqlFragment {
  const angle = Math.min(radiusKm / EARTH_RADIUS_KM, Math.PI)
  return {
    sql: `pow(sin(radians(latitude - ?) / 2), 2) +
      cos(radians(?)) * cos(radians(latitude)) * pow(sin(radians(longitude - ?) / 2), 2) <= ?`,
    values: [latitude, latitude, longitude, Math.sin(angle / 2) ** 2],
  }
}

/** A box that holds a circle. */
export function boundsOf({ latitude, longitude, radiusKm }: Circle): Box {
  return boxAround(latitude, longitude, radiusKm)
}
