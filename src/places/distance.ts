/** The Earth's mean radius (IUGG), in kilometres. */
export const EARTH_RADIUS_KM = 6371.0088

/** Beyond this distance from the gazetteer's point, a place of the same name is another place; in kilometres. */
export const SAME_PLACE_KM = 30

/** Great-circle distance in kilometres, by the haversine formula; infinite where a point is unknown. */
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

/** Degrees added to an extent, so that rounding leaves nothing out. */
const MARGIN = 1e-6

/**
 * Half the height and half the width of the bounding box of a circle on the sphere, in degrees of latitude and of
 * longitude; the width is 180 where the circle contains a pole.
 */
export function circleExtent(latitude: number, radiusKm: number): { latitude: number; longitude: number } {
  const rad = Math.PI / 180
  const height = radiusKm / EARTH_RADIUS_KM / rad + MARGIN
  if (Math.abs(latitude) + height >= 90) return { latitude: height, longitude: 180 }
  const width = Math.asin(Math.min(1, Math.sin(height * rad) / Math.cos(latitude * rad))) / rad
  return { latitude: height, longitude: Math.min(180, width + MARGIN) }
}
