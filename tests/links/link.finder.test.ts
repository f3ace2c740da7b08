import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import { GEO_PRECISIONS } from '../../src/incidents/incident.schema.ts'
import { compareLinks, type FoundLink, LinkFinder } from '../../src/links/link.finder.ts'
import { orderPair } from '../../src/links/link.pair.ts'
import type { LinkCandidate } from '../../src/links/scoring/candidate.ts'
import { nearness } from '../../src/links/scoring/place.ts'
import { RULES } from '../../src/links/scoring/rules.ts'
import { computeScore } from '../../src/links/scoring/score.ts'
import { daysApart } from '../../src/links/scoring/time.ts'
import { candidate, killed } from '../support/link-candidates.ts'

/** Points together in a town, about a degree, on both sides of the antimeridian, and around the poles. */
const point = fc
  .record({
    around: fc.constantFrom<[number, number]>(
      [34.2, 43.9],
      [34.2, 43.9],
      [0, 0.25],
      [12, 179.95],
      [12, -179.9],
      [89.9, 10],
      [-89.95, -170],
    ),
    north: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    east: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    spread: fc.constantFrom(0.1, 1, 100),
  })
  .map(({ around: [latitude, longitude], north, east, spread }) => ({
    latitude: Math.max(-90, Math.min(90, latitude + Math.min(spread, 1) * north)),
    longitude: ((longitude + spread * east + 540) % 360) - 180,
  }))

const day = (number: number) => new Date(Date.UTC(2017, 0, 1 + number)).toISOString().slice(0, 10)

const record = fc.record({
  dataset: fc.constantFrom('a', 'b', 'c'),
  point: fc.option(point, { freq: 8 }),
  geo_precision: fc.constantFrom('exact', 'exact', 'near', ...GEO_PRECISIONS),
  country_code: fc.constantFrom('IQ', 'FJ'),
  admin1: fc.option(fc.constantFrom('North', 'South')),
  city: fc.option(fc.constantFrom('One', 'Two')),
  start: fc.nat(4),
  length: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(3), fc.nat(40)),
  dead: fc.nat(4),
})

const records = fc.array(record, { minLength: 20, maxLength: 90 }).map((given) =>
  given
    .map(({ dataset, point, start, length, dead, country_code, admin1, city, geo_precision }, index) =>
      candidate({
        id: `${dataset}:${index}`,
        dataset,
        geo_precision,
        ...(point ?? { latitude: null, longitude: null }),
        place: { ...candidate().place, country_code, admin1, city },
        date_start: day(start),
        date_end: day(start + length),
        fatalities: killed(dead, dead, dead),
      } satisfies Partial<Incident>),
    )
    .sort((a, b) => a.start - b.start),
)

/** Pairs that reach the minimum score, before only the best are kept. */
let pairsAboveMinimum = 0

/** Finds links by comparing all pairs: the plain reference. */
function findByAllPairs(all: readonly LinkCandidate[], days: number, minScore: number): FoundLink[] {
  const pairs = all.flatMap((one, index) =>
    all.slice(index + 1).flatMap((other): FoundLink[] => {
      const [a, b] = orderPair(one, other)
      if (a.dataset === b.dataset || daysApart(a, b) > days || nearness(a, b) === null) return []
      if (Math.max(a.span, b.span) > RULES.max_days.value) return []
      const score = computeScore(a, b, minScore)
      return score === null ? [] : [{ a, b, score }]
    }),
  )
  pairsAboveMinimum += pairs.length
  const isAmongBest = (pair: FoundLink, one: LinkCandidate, other: LinkCandidate) =>
    pairs
      .filter(({ a, b }) => [a, b].includes(one) && [a, b].some(({ dataset }) => dataset === other.dataset))
      .sort(compareLinks)
      .indexOf(pair) < RULES.suggestions.value
  return pairs.filter((pair) => isAmongBest(pair, pair.a, pair.b) && isAmongBest(pair, pair.b, pair.a))
}

function findInWindow(all: readonly LinkCandidate[], days: number, minScore: number): FoundLink[] {
  const finder = new LinkFinder({ days, minScore, isWanted: () => true })
  return [...all.flatMap((one) => [...finder.add(one)]), ...finder.end()]
}

const format = (found: readonly FoundLink[]) =>
  [...found].sort(compareLinks).map(({ a, b, score }) => `${a.id} ${b.id} ${score}`)

describe('the finder', () => {
  test('finds exactly what comparing all pairs finds', () => {
    let total = 0
    fc.assert(
      fc.property(records, fc.nat(4), fc.constantFrom(0, 0.4, 0.6, 0.8), (all, days, minScore) => {
        const expected = format(findByAllPairs(all, days, minScore))
        total += expected.length
        expect(format(findInWindow(all, days, minScore))).toEqual(expected)
      }),
      { numRuns: 150 },
    )
    // The cases find some pairs, and drop some.
    expect(total).toBeGreaterThan(1000)
    expect(pairsAboveMinimum).toBeGreaterThan(1.05 * total)
  })

  test('compares no pair that is far apart in place or time', () => {
    const finder = new LinkFinder({ days: 2, minScore: 0, isWanted: () => true })
    const found: FoundLink[] = []
    for (let number = 0; number < 2000; number += 1) {
      const dataset = number % 2 ? 'a' : 'b'
      const [date_start, latitude] = [day(Math.floor(number / 20)), 10 + (number % 20)]
      const one = candidate({
        id: `${dataset}:${number}`,
        dataset,
        date_start,
        date_end: date_start,
        latitude,
      })
      found.push(...finder.add(one))
    }
    found.push(...finder.end())
    expect(finder.compared).toBe(0)
    expect(found).toEqual([])
  })

  test('looks for links only between the data sets that are wanted', () => {
    const one = (dataset: string) => candidate({ id: `${dataset}:1`, dataset })
    const finder = new LinkFinder({
      days: 2,
      minScore: 0,
      isWanted: (a, b) => [a, b].sort().join() === 'a,b',
    })
    const found = [...['a', 'b', 'c'].flatMap((dataset) => [...finder.add(one(dataset))]), ...finder.end()]
    expect(format(found)).toEqual(['a:1 b:1 1'])
  })
})
