import { reachOf } from '../places/distance.ts'

/** A point on the Earth. */
interface Point {
  latitude: number
  longitude: number
}

/** The height of a cell in degrees: about 55 km, as far as records that are compared may be apart. */
const CELL = 0.5
/** More columns than any band has. */
const COLUMNS = 1000

/** Things at points, in bands of latitude that are cut into cells about as wide as they are high. */
export class Grid<T> {
  readonly #cells = new Map<number, Set<T>>()

  /** Takes a thing in. */
  add(point: Point, thing: T): void {
    const key = keyOf(point)
    const cell = this.#cells.get(key)
    if (cell) cell.add(thing)
    else this.#cells.set(key, new Set([thing]))
  }

  /** Takes a thing out. */
  remove(point: Point, thing: T): void {
    const key = keyOf(point)
    const cell = this.#cells.get(key)
    cell?.delete(thing)
    if (cell?.size === 0) this.#cells.delete(key)
  }

  /** Everything within a distance of a point, and some of what is a little farther. */
  *around({ latitude, longitude }: Point, km: number): Generator<T> {
    const reach = reachOf(latitude, km)
    const [south, north] = [Math.max(-90, latitude - reach.latitude), Math.min(90, latitude + reach.latitude)]
    const width = reach.longitude
    for (let band = bandOf(south); band <= bandOf(north); band += 1) {
      const columns = columnsOf(band)
      const west = columnOf(longitude - width, columns)
      const east = Math.min(columnOf(longitude + width, columns), west + columns - 1)
      for (let column = west; column <= east; column += 1) {
        const cell = this.#cells.get(band * COLUMNS + (((column % columns) + columns) % columns))
        if (cell) yield* cell
      }
    }
  }
}

function keyOf({ latitude, longitude }: Point): number {
  const band = bandOf(latitude)
  const columns = columnsOf(band)
  return band * COLUMNS + (columnOf(longitude, columns) % columns)
}

function bandOf(latitude: number): number {
  return Math.floor((latitude + 90) / CELL)
}

function columnsOf(band: number): number {
  return Math.max(1, Math.floor((360 / CELL) * Math.cos(radians((band + 0.5) * CELL - 90))))
}

/** The column of a longitude; beyond the antimeridian the numbers go on. */
function columnOf(longitude: number, columns: number): number {
  return Math.floor(((longitude + 180) / 360) * columns)
}

function radians(angle: number): number {
  return (angle * Math.PI) / 180
}
