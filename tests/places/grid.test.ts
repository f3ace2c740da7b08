import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { distanceKm } from '../../src/places/distance.ts'
import { type Box, boxAround, cellEdges, coverBox, GROUP_ROW_STEP } from '../../src/places/grid.ts'

/** Degrees in steps of a millionth, so that rounding of sums does not cross the edge of a cell. */
const degrees = (limit: number) =>
  fc.integer({ min: -limit * 1e6, max: limit * 1e6 }).map((micro) => micro / 1e6)
const latitude = degrees(90)
const longitude = degrees(180)

function isInBox([west, south, east, north]: Box, point: { latitude: number; longitude: number }): boolean {
  const isBetween = (value: number, low: number, high: number) => value >= low && value <= high
  return (
    isBetween(point.latitude, south, north) &&
    (west <= east
      ? isBetween(point.longitude, west, east)
      : point.longitude >= west || point.longitude <= east)
  )
}

describe('a cover of a box', () => {
  test.each<[string, Box, number, number]>([
    ['a town', [43.8, 34.1, 44.0, 34.3], 0.25, 4],
    ['a province', [42, 33, 45, 35], 1, 12],
    ['a country', [38.8, 29.1, 48.6, 37.4], 4, 12],
    ['the world', [-180, -90, 180, 90], 16, 276],
    ['both sides of the antimeridian', [179.9, -1, -179.9, -0.9], 0.25, 3],
  ])('%s', (_, box, size, count) => {
    const cover = coverBox(box)
    expect(cover.size).toBe(size)
    expect(cover.cells).toHaveLength(count)
    expect(new Set(cover.cells).size).toBe(count)
  })

  test('contains the cell of every point in the box', () => {
    fc.assert(
      fc.property(longitude, longitude, latitude, latitude, longitude, latitude, (west, east, a, b, x, y) => {
        const box: Box = [west, Math.min(a, b), east, Math.max(a, b)]
        fc.pre(isInBox(box, { latitude: y, longitude: x }))
        const { size, cells } = coverBox(box)
        expect(cells).toContain(Math.floor((y + 90) / size) * 4096 + Math.floor((x + 180) / size))
      }),
    )
  })
})

test('a box around a circle contains every point of the circle', () => {
  const center = fc.record({ latitude, longitude })
  const near = fc.record({
    north: fc.double({ min: -20, max: 20, noNaN: true }),
    east: fc.double({ min: -20, max: 20, noNaN: true }),
  })
  fc.assert(
    fc.property(center, near, fc.integer({ min: 1, max: 2000 }), (middle, { north, east }, radiusKm) => {
      const point = {
        latitude: Math.max(-90, Math.min(90, middle.latitude + north)),
        longitude: ((middle.longitude + east + 540) % 360) - 180,
      }
      fc.pre(distanceKm(middle, point) <= radiusKm)
      expect(isInBox(boxAround(middle.latitude, middle.longitude, radiusKm), point)).toBe(true)
    }),
  )
})

test('a box around a pole has every longitude', () => {
  expect(boxAround(89.5, 10, 100)).toEqual([-180, expect.closeTo(88.6, 1), 180, 90])
})

test('the edges of a cell enclose the points with its number', () => {
  const size = fc.constantFrom(0.125, 0.25, 1, 3, 30)
  fc.assert(
    fc.property(latitude, longitude, size, (y, x, edge) => {
      const number = Math.floor((y + 90) / edge) * GROUP_ROW_STEP + Math.floor((x + 180) / edge) + 1
      const { west, south, east, north } = cellEdges(number, edge)
      expect(x).toBeGreaterThanOrEqual(west)
      expect(x).toBeLessThanOrEqual(east)
      expect(y).toBeGreaterThanOrEqual(south)
      expect(y).toBeLessThanOrEqual(north)
    }),
  )
})
