import type { LatLngBounds } from 'leaflet'

/** Edges of cells that the API knows, as powers of two of a degree. */
const [SMALLEST, LARGEST] = [-6, 5]

/** The edge of cells in degrees that are 91 pixels wide at a zoom level of web maps, as far as the API has them. */
export function cellSize(zoom: number): number {
  return 2 ** Math.min(Math.max(7 - Math.round(zoom), SMALLEST), LARGEST)
}

/**
 * The filter `bbox` for what a map shows, extended to whole cells so that moving a little asks nothing new; null for
 * the whole world. Beyond 180° the map begins again.
 */
export function boxOf(bounds: LatLngBounds, size: number): string | null {
  const down = (degrees: number) => Math.floor(degrees / size) * size
  const up = (degrees: number) => Math.ceil(degrees / size) * size
  const [west, east] = [down(bounds.getWest()), up(bounds.getEast())]
  const [south, north] = [Math.max(down(bounds.getSouth()), -90), Math.min(up(bounds.getNorth()), 90)]
  if (east - west >= 360) return south <= -90 && north >= 90 ? null : [-180, south, 180, north].join()
  return [wrapped(west), south, wrapped(east), north].join()
}

function wrapped(longitude: number): number {
  const within = ((((longitude + 180) % 360) + 360) % 360) - 180
  // The eastern edge of the world is not its western.
  return within === -180 && longitude > 0 ? 180 : within
}

/** The longitude nearest to another that is the same place. */
export function near(longitude: number, other: number): number {
  return longitude + Math.round((other - longitude) / 360) * 360
}
