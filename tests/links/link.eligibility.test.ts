import { describe, expect, test } from 'vitest'
import { requireDistinct, requireLinkable, selectPairs } from '../../src/links/link.eligibility.ts'

describe('a link', () => {
  const gtd = { id: 'gtd:1', dataset: 'gtd' }

  test('joins two records', () => {
    expect(() => requireDistinct(['gtd:1', 'gtd:1'])).toThrow('gtd:1 is given twice')
    expect(() => requireDistinct(['gtd:1', 'gtd:2'])).not.toThrow()
  })

  test('joins records of different data sets', () => {
    expect(() => requireLinkable(gtd, { id: 'gtd:2', dataset: 'gtd' })).toThrow(
      'gtd:1 and gtd:2 are both of the data set gtd',
    )
    expect(() => requireLinkable(gtd, { id: 'acled:1', dataset: 'acled' })).not.toThrow()
  })
})

test.each<[string[], boolean, boolean, boolean]>([
  [[], true, true, true],
  [['a'], true, true, false],
  [['a', 'b'], true, false, false],
])('data sets %j select pairs', (datasets, ab, ac, cd) => {
  const isSelected = selectPairs(datasets)
  expect([isSelected('a', 'b'), isSelected('c', 'a'), isSelected('c', 'd')]).toEqual([ab, ac, cd])
})
