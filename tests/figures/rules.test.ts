import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Claim } from '../../src/figures/claim.schema.ts'
import type { Range } from '../../src/figures/figure.schema.ts'
import {
  countWithParts,
  deriveCasualties,
  deriveFigure,
  deriveIncidentCount,
  subtractRange,
  sumRanges,
} from '../../src/figures/rules.ts'

let number = 0
const claim = (low: number | null, high: number | null, rest: Partial<Claim> = {}): Claim => ({
  id: `c${++number}`,
  claimant: 'A. Claimant',
  claimant_actor: null,
  source_id: 's',
  paragraph: null,
  measure: 'killed',
  group: 'unknown',
  low,
  high,
  qualifier: 'exactly',
  actor_id: null,
  note: null,
  ...rest,
})
const bounds = (range: Range | null) => range && [range.low, range.best, range.high]

describe('a figure derived from claims', () => {
  test.each<[string, [number | null, number | null][], [number, number, number | null] | null]>([
    ['exactly 24', [[24, 24]], [24, 24, 24]],
    ['at least 7', [[7, null]], [7, 7, null]],
    ['between 3 and 5', [[3, 5]], [3, 3, 5]],
    [
      '39 against 24',
      [
        [39, 39],
        [24, 24],
      ],
      [24, 39, 39],
    ],
    [
      '24 against at least 30',
      [
        [24, 24],
        [30, null],
      ],
      [24, 24, null],
    ],
    [
      'some, and exactly 4',
      [
        [null, null],
        [4, 4],
      ],
      [4, 4, 4],
    ],
    ['some', [[null, null]], null],
    ['no claim', [], null],
  ])('%s', (_, claims, expected) => {
    expect(bounds(deriveFigure(claims.map(([low, high]) => claim(low, high))))).toEqual(expected)
  })

  test('names only the claims that have a number', () => {
    const claims = [claim(7, null), claim(null, null, { qualifier: 'declined_to_say' })]
    expect(deriveFigure(claims)?.claims).toEqual([claims[0]?.id])
  })
})

describe('casualties derived from claims', () => {
  test('the total is the sum of the groups', () => {
    const all = [
      claim(7, null, { group: 'security_forces' }),
      claim(6, null, { group: 'assailants' }),
      claim(1, 2, { measure: 'injured' }),
    ]
    const killed = deriveCasualties(all, 'killed')
    expect(bounds(killed)).toEqual([13, 13, null])
    expect(bounds(killed?.by_group.security_forces ?? null)).toEqual([7, 7, null])
    expect(killed?.by_group.civilians).toBeNull()
    expect(bounds(deriveCasualties(all, 'injured'))).toEqual([1, 1, 2])
  })

  test('a claim about everyone states the total itself', () => {
    const all = [claim(10, 10, { group: 'all' }), claim(4, 4, { group: 'civilians' })]
    expect(bounds(deriveCasualties(all, 'killed'))).toEqual([10, 10, 10])
  })

  test('no number is null, never zero', () => {
    expect(deriveCasualties([claim(null, null)], 'killed')).toBeNull()
    expect(deriveCasualties([], 'killed')).toBeNull()
  })

  test('a record counts one attack unless a claim gives a number', () => {
    expect(deriveIncidentCount([])).toEqual({ low: 1, high: 1 })
    expect(deriveIncidentCount([claim(4, null, { measure: 'incidents', group: null })])).toEqual({
      low: 4,
      high: null,
    })
  })
})

const range = fc
  .tuple(fc.nat(50), fc.nat(50), fc.option(fc.nat(50)))
  .map(([a, b, c]): Range => ({ low: a, best: a + b, high: c === null ? null : a + b + c }))

/** A bound above every number in the ranges. */
const TOP = 1000
const isWithin = (value: number, { low, high }: Range) => value >= low && value <= (high ?? TOP)

test('a remainder contains every difference that total and parts permit', () => {
  fc.assert(
    fc.property(range, range, fc.nat(TOP), fc.nat(TOP), (total, parts, a, b) => {
      fc.pre(isWithin(a, total) && isWithin(b, parts) && a >= b)
      expect(isWithin(a - b, subtractRange(total, parts))).toBe(true)
    }),
  )
})

test('more than 60 killed in Baghdad, of which 33 are recorded, leave at least 28', () => {
  const total = { low: 61, best: 61, high: null }
  expect(subtractRange(total, { low: 33, best: 33, high: 33 })).toEqual({ low: 28, best: 28, high: null })
})

test('sums and groups are computed for each bound, and an open bound stays open', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 5 }), range, (ranges, own) => {
      const sum = sumRanges(ranges)
      expect(sum.high === null).toBe(ranges.some(({ high }) => high === null))
      const whole = countWithParts(own, sum)
      expect(whole.low).toBe(Math.max(own.low - sum.low, 0) + sum.low)
      expect(whole.high === null).toBe(own.high === null || sum.high === null)
    }),
  )
})
