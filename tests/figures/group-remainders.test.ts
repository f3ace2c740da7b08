import { expect, test } from 'vitest'
import type { Range } from '../../src/figures/figure.schema.ts'
import { computeGroupRemainders } from '../../src/figures/group-remainders.ts'

const pointRange = (number: number): Range => ({ low: number, best: number, high: number })
const record = (id: string, killed: Range | null, injured: Range | null = null) => ({
  id,
  figures: { killed, injured },
})
const part = (groupId: string, id: string, killed: Range | null, injured: Range | null = null) => ({
  ...record(id, killed, injured),
  groupId,
})

test('a group adds what its parts do not account for, for each bound', () => {
  const group = record('group', { low: 5, best: 8, high: 20 })
  const parts = [part('group', 'a', pointRange(4)), part('group', 'b', { low: 2, best: 3, high: 4 })]
  const remainders = computeGroupRemainders([group], parts)
  expect([...remainders]).toEqual([['group', { killed: { low: 0, best: 1, high: 12 }, injured: null }]])
})

test('a measure that the group lacks has no remainder, and one that its parts lack remains whole', () => {
  const group = record('group', null, pointRange(3))
  const remainders = computeGroupRemainders([group], [part('group', 'a', pointRange(4))])
  expect(remainders.get('group')).toEqual({ killed: null, injured: pointRange(3) })
})

test('a group that is a part counts with its own parts', () => {
  const outer = record('outer', pointRange(10))
  const inner = record('inner', pointRange(2))
  const parts = [part('inner', 'a', pointRange(6)), part('outer', 'inner', pointRange(2))]
  const remainders = computeGroupRemainders([outer, inner], parts)
  expect(remainders.get('inner')?.killed).toEqual(pointRange(0))
  expect(remainders.get('outer')?.killed).toEqual(pointRange(4))
})

test('a part of two groups is subtracted from each', () => {
  const groups = [record('one', pointRange(5)), record('other', pointRange(4))]
  const parts = [part('one', 'a', pointRange(3)), part('other', 'a', pointRange(3))]
  const remainders = computeGroupRemainders(groups, parts)
  expect([remainders.get('one')?.killed, remainders.get('other')?.killed]).toEqual([
    pointRange(2),
    pointRange(1),
  ])
})

test('a group that is part of itself is reported as an error', () => {
  const groups = [record('one', null), record('other', null)]
  const parts = [part('one', 'other', null), part('other', 'one', null)]
  expect(() => computeGroupRemainders(groups, parts)).toThrow(/^The group \w+ is part of itself/)
})
