import type { LatLngBounds } from 'leaflet'

/** Bounds of the API's `cell_size`, as powers of two of a degree. */
const [MIN_EXPONENT, MAX_EXPONENT] = [-6, 5]

/** Chooses the `cell_size` in degrees whose cells are 91 pixels wide at a zoom level of web maps, within its bounds. */
export function chooseCellSize(zoom: number): number {
  return 2 ** Math.min(Math.max(7 - Math.round(zoom), MIN_EXPONENT), MAX_EXPONENT)
}

/**
 * Builds the filter `bbox` for a view of the map; null for the whole world. It is extended to whole cells, so that
 * small moves need no new request. Leaflet's longitudes go on beyond ±180°, the API's do not.
 */
export function buildBbox(bounds: LatLngBounds, size: number): string | null {
  const down = (degrees: number) => Math.floor(degrees / size) * size
  const up = (degrees: number) => Math.ceil(degrees / size) * size
  const [west, east] = [down(bounds.getWest()), up(bounds.getEast())]
  const [south, north] = [Math.max(down(bounds.getSouth()), -90), Math.min(up(bounds.getNorth()), 90)]
  if (east - west >= 360) return south <= -90 && north >= 90 ? null : [-180, south, 180, north].join()
  return [wrapLongitude(west), south, wrapLongitude(east), north].join()
}

function wrapLongitude(longitude: number): number {
  const wrapped = ((((longitude + 180) % 360) + 360) % 360) - 180
  // An eastern edge at 180° must not become -180°.
  return wrapped === -180 && longitude > 0 ? 180 : wrapped
}

/** Shifts a longitude by whole turns to the one nearest to `reference`. */
export function unwrapLongitude(longitude: number, reference: number): number {
  return longitude + Math.round((reference - longitude) / 360) * 360
}
