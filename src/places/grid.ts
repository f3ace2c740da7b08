import { circleExtent } from './distance.ts'

/** West, south, east, north in degrees; a west greater than east crosses the antimeridian. */
export type Box = readonly [west: number, south: number, east: number, north: number]

/** Brings longitudes beyond ±180 into range; a box of 360 degrees and more is the whole circle. */
export function wrapBox([west, south, east, north]: Box): Box {
  if (east - west >= 360) return [-180, south, 180, north]
  const wrap = (longitude: number) =>
    Math.abs(longitude) <= 180 ? longitude : longitude - 360 * Math.floor((longitude + 180) / 360)
  return [wrap(west), south, wrap(east), north]
}

/** The edges of the cells, in degrees, that positions are indexed by; the finest grid first. */
const CELL_SIZES = [0.25, 1, 4, 16] as const
/** The edge of a cell of an index, in degrees. */
export type CellSize = (typeof CELL_SIZES)[number]
/** The coarsest grid, which covers any box. */
export const COARSEST: CellSize = 16
/** Maximum number of cells of a cover, except in the coarsest grid. */
const MAX_CELLS = 16
/** Distance of the numbers of two cells in the same column and neighbouring rows, in the grids of {@link CELL_SIZES}. */
const ROW_STEP = 4096

/** Cells of one grid that together contain a box. */
export interface CellSet {
  size: CellSize
  /** Numbers of cells: row × {@link ROW_STEP} + column, counted from 90° S and 180° W. */
  cells: number[]
}

/** Covers a box with few cells of the finest grid possible; in the coarsest grid there may be up to 300. */
export function coverBox([west, south, east, north]: Box): CellSet {
  const spans = west <= east ? [[west, east]] : [[west, 180] as const, [-180, east] as const]
  for (const size of CELL_SIZES) {
    const rows = listIndexes(south + 90, north + 90, size)
    const columns = new Set(spans.flatMap(([from = 0, to = 0]) => listIndexes(from + 180, to + 180, size)))
    if (rows.length * columns.size <= MAX_CELLS || size === COARSEST)
      return { size, cells: rows.flatMap((row) => [...columns].map((column) => row * ROW_STEP + column)) }
  }
  throw new Error('There is a coarsest grid')
}

/** The indexes of the cells between two coordinates, at most 100: a finer grid is left as soon as there are too many. */
function listIndexes(from: number, to: number, size: CellSize): number[] {
  const first = Math.floor(from / size)
  const length = Math.min(Math.floor(to / size) - first + 1, 100)
  return Array.from({ length }, (_, index) => first + index)
}

/**
 * Distance of the numbers of two cells in the same column and neighbouring rows, in grids of any size by which
 * incidents are grouped. Numbers begin at 1; 0 is for incidents without a position.
 */
export const GROUP_ROW_STEP = 2 ** 16

/** The edges of the cell with a number, in a grid of any size by which incidents are grouped. */
export function cellEdges(number: number, size: number): Record<'west' | 'south' | 'east' | 'north', number> {
  const row = Math.floor((number - 1) / GROUP_ROW_STEP)
  const column = (number - 1) % GROUP_ROW_STEP
  const [west, south] = [column * size - 180, row * size - 90]
  return { west, south, east: west + size, north: south + size }
}

/** The bounding box of a circle on the sphere. */
export function boxAround(latitude: number, longitude: number, radiusKm: number): Box {
  const extent = circleExtent(latitude, radiusKm)
  const south = Math.max(latitude - extent.latitude, -90)
  const north = Math.min(latitude + extent.latitude, 90)
  if (extent.longitude === 180) return [-180, south, 180, north]
  const [west, east] = [longitude - extent.longitude, longitude + extent.longitude]
  return [west < -180 ? west + 360 : west, south, east > 180 ? east - 360 : east, north]
}
