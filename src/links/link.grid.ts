import { circleExtent } from '../places/distance.ts'

interface Point {
  latitude: number
  longitude: number
}

/** The height of a cell in degrees: about 55 km, the maximum distance of records that are compared. */
const CELL = 0.5
/** More than the number of columns of any band. */
const COLUMNS = 1000

/** An in-memory spatial index: bands of latitude, cut into cells about as wide as they are high. */
export class PointGrid<T> {
  readonly #cells = new Map<number, Set<T>>()

  /** Adds an item at a point. */
  add(point: Point, item: T): void {
    const key = findCell(point)
    const cell = this.#cells.get(key)
    if (cell) cell.add(item)
    else this.#cells.set(key, new Set([item]))
  }

  /** Removes an item from the point at which it was added. */
  remove(point: Point, item: T): void {
    const key = findCell(point)
    const cell = this.#cells.get(key)
    cell?.delete(item)
    if (cell?.size === 0) this.#cells.delete(key)
  }

  /** All items within a distance of a point, and some that are slightly farther away. */
  *around({ latitude, longitude }: Point, km: number): Generator<T> {
    const extent = circleExtent(latitude, km)
    const south = Math.max(-90, latitude - extent.latitude)
    const north = Math.min(90, latitude + extent.latitude)
    for (let band = findBand(south); band <= findBand(north); band += 1) {
      const columns = countColumns(band)
      const west = findColumn(longitude - extent.longitude, columns)
      const east = Math.min(findColumn(longitude + extent.longitude, columns), west + columns - 1)
      for (let column = west; column <= east; column += 1) {
        const cell = this.#cells.get(band * COLUMNS + (((column % columns) + columns) % columns))
        if (cell) yield* cell
      }
    }
  }
}

function findCell({ latitude, longitude }: Point): number {
  const band = findBand(latitude)
  const columns = countColumns(band)
  return band * COLUMNS + (findColumn(longitude, columns) % columns)
}

function findBand(latitude: number): number {
  return Math.floor((latitude + 90) / CELL)
}

function countColumns(band: number): number {
  return Math.max(1, Math.floor((360 / CELL) * Math.cos((((band + 0.5) * CELL - 90) * Math.PI) / 180)))
}

/** The column of a longitude; the numbers continue past the antimeridian. */
function findColumn(longitude: number, columns: number): number {
  return Math.floor(((longitude + 180) / 360) * columns)
}
