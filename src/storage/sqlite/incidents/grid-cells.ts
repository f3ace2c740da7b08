import { reachOf } from '../../../places/distance.ts'
import type { SqlValue } from '../database/connection.ts'

/** West, south, east, north in degrees; west beyond east crosses the antimeridian. */
export type Box = readonly [west: number, south: number, east: number, north: number]

/** The grids of cells that incidents are found by: the column of each, and its cells a degree. */
const GRIDS = [
  ['cell_quarter', 4],
  ['cell_1', 1],
  ['cell_4', 1 / 4],
  ['cell_16', 1 / 16],
] as const
/** The coarsest grid, in which every box has few cells. */
export const COARSEST = GRIDS[3][0]
/** Cells that a box may have in any other grid. */
const MAX_CELLS = 16
/** Cells in a row of a grid, or more; the column in the schema counts them like this too. */
const CELLS_PER_ROW = 4096

/** Cells of one grid that together hold a box. */
export interface CellSet {
  column: (typeof GRIDS)[number][0]
  cells: SqlValue[]
}

/** The cells of the finest grid in which the box has few; of the coarsest it may have up to 300. */
export function coverBox([west, south, east, north]: Box): CellSet {
  const spans = west <= east ? [[west, east]] : [[west, 180] as const, [-180, east] as const]
  for (const [column, aDegree] of GRIDS) {
    const rows = between(south + 90, north + 90, aDegree)
    const columns = spans.flatMap(([from = 0, to = 0]) => between(from + 180, to + 180, aDegree))
    const distinct = [...new Set(columns)]
    if (rows.length * distinct.length <= MAX_CELLS || column === COARSEST)
      return { column, cells: rows.flatMap((row) => distinct.map((at) => row * CELLS_PER_ROW + at)) }
  }
  throw new Error('There is a coarsest grid')
}

function between(from: number, to: number, aDegree: number): number[] {
  const first = Math.floor(from * aDegree)
  // The finer grids are left as soon as there are too many.
  const length = Math.min(Math.floor(to * aDegree) - first + 1, 100)
  return Array.from({ length }, (_, index) => first + index)
}

/** Cells in a row of any grid by which records are grouped, or more. */
const GROUPED_CELLS_PER_ROW = 2 ** 16

/** SQL of the number of the cell, of an edge of so many degrees, in which an incident lies; 0 without a position. */
export function cellNumberSql(size: number): string {
  const at = (column: string, first: number) =>
    `CAST((incidents.${column} + ${first}) * ${1 / size} AS INTEGER)`
  return `coalesce(${at('latitude', 90)} * ${GROUPED_CELLS_PER_ROW} + ${at('longitude', 180)} + 1, 0)`
}

/** SQL of the number of the cell in which a smaller one lies, by the number of that. */
export function parentCellSql(number: string, smaller: number, size: number): string {
  const at = (place: string) => `CAST(${place} * ${smaller / size} AS INTEGER)`
  const [row, column] = [
    `((${number} - 1) / ${GROUPED_CELLS_PER_ROW})`,
    `((${number} - 1) % ${GROUPED_CELLS_PER_ROW})`,
  ]
  return `iif(${number} = 0, 0, ${at(row)} * ${GROUPED_CELLS_PER_ROW} + ${at(column)} + 1)`
}

/** The edges of the cell with a number. */
export function cellEdges(number: number, size: number): Record<'west' | 'south' | 'east' | 'north', number> {
  const [row, column] = [
    Math.floor((number - 1) / GROUPED_CELLS_PER_ROW),
    (number - 1) % GROUPED_CELLS_PER_ROW,
  ]
  const [west, south] = [column * size - 180, row * size - 90]
  return { west, south, east: west + size, north: south + size }
}

/** A box that holds a circle on the sphere. */
export function boxAround(latitude: number, longitude: number, radiusKm: number): Box {
  const reach = reachOf(latitude, radiusKm)
  const [south, north] = [Math.max(latitude - reach.latitude, -90), Math.min(latitude + reach.latitude, 90)]
  if (reach.longitude === 180) return [-180, south, 180, north]
  const [west, east] = [longitude - reach.longitude, longitude + reach.longitude]
  return [west < -180 ? west + 360 : west, south, east > 180 ? east - 360 : east, north]
}
