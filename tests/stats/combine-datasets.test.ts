import { describe, expect, test } from 'vitest'
import { combineRecords, type LinkedRecord } from '../../src/stats/combine-datasets.ts'
import { chooseTotal, splitByDataset } from '../../src/stats/side-by-side.ts'
import type { Combine } from '../../src/stats/stats.store.ts'

const record = (id: string, deaths: number | null): LinkedRecord => ({
  key: Number(id.replace(/\D/g, '')),
  id,
  dataset: id.split(':')[0] ?? '',
  deaths,
})
/** `a` and `b` are joined through `c`; the second record of `b` is of the same event. */
const RECORDS = [record('a:1', 5), record('b:2', 3), record('b:3', 3), record('c:4', null), record('a:5', 1)]
const PAIRS = [
  { a_id: 'a:1', b_id: 'c:4' },
  { a_id: 'b:2', b_id: 'c:4' },
  { a_id: 'b:3', b_id: 'c:4' },
]

describe('of an event that links join, directly or through others, one data set counts', () => {
  test.each<[string, Combine, number[]]>([
    ['the one with the most killed in all its records', { rule: 'max' }, [1, 4]],
    ['the first of those preferred', { rule: 'prefer', datasets: ['c', 'a'] }, [1, 2, 3]],
    ['of those not named, the first by id', { rule: 'prefer', datasets: ['d'] }, [2, 3, 4]],
  ])('%s', (_, combine, excluded) => {
    const combined = combineRecords(RECORDS, PAIRS, combine)
    expect(combined.events).toBe(1)
    expect(combined.excluded.sort()).toEqual(excluded)
  })

  test('without a link between matching records all count', () => {
    const unlinked = RECORDS.filter(({ dataset }) => dataset === 'a')
    expect(combineRecords(unlinked, PAIRS, { rule: 'max' })).toEqual({ events: 0, excluded: [] })
  })
})

describe('several data sets are listed separately unless they are combined', () => {
  const one = { dataset: 'a', records: 1 }
  const two = [one, { dataset: 'b', records: 2 }]
  const sumAll = async () => ({ records: 3 })

  test.each([
    ['one data set', [one], null, ['city'], { records: 1 }],
    ['two data sets', two, null, ['dataset', 'city'], null],
    ['two that are combined', two, { rule: 'max' as const }, ['city'], { records: 3 }],
    ['no data set', [], null, ['city'], { records: 3 }],
  ])('%s', async (_, byDataset, combine, dimensions, total) => {
    const query = { groupBy: ['city' as const], combine }
    expect(splitByDataset(query, byDataset)).toEqual(dimensions)
    expect(await chooseTotal(query, byDataset, sumAll)).toEqual(total)
  })
})
