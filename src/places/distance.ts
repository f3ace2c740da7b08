/** The Earth's mean radius (IUGG), in kilometres. */
export const EARTH_RADIUS_KM = 6371.0088

/** Farther from the gazetteer's point than this a place of the same name is another place, in kilometres. */
export const SAME_PLACE_KM = 30

/** Great-circle distance by the haversine formula; infinite where a point is not known. */
export function distanceKm(
  a: { latitude: number | null; longitude: number | null },
  b: { latitude: number; longitude: number },
): number {
  if (a.latitude === null || a.longitude === null) return Infinity
  const rad = Math.PI / 180
  const lat = Math.sin(((b.latitude - a.latitude) * rad) / 2) ** 2
  const lon = Math.sin(((b.longitude - a.longitude) * rad) / 2) ** 2
  return (
    2 *
    EARTH_RADIUS_KM *
    Math.asin(Math.sqrt(lat + Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * lon))
  )
}

/** Degrees by which a reach is more than it must be, so that rounding leaves nothing out. */
const MARGIN = 1e-6

/**
 * How far a circle on the sphere reaches from its centre, in degrees of latitude and of longitude; every longitude
 * (180) where it has a pole in it.
 */
export function reachOf(latitude: number, radiusKm: number): { latitude: number; longitude: number } {
  const rad = Math.PI / 180
  const reach = radiusKm / EARTH_RADIUS_KM / rad + MARGIN
  if (Math.abs(latitude) + reach >= 90) return { latitude: reach, longitude: 180 }
  const width = Math.asin(Math.min(1, Math.sin(reach * rad) / Math.cos(latitude * rad))) / rad
  return { latitude: reach, longitude: Math.min(180, width + MARGIN) }
}
