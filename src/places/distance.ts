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
    2 * 6371.0088 * Math.asin(Math.sqrt(lat + Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * lon))
  )
}
