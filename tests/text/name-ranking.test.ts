import { describe, expect, test } from 'vitest'
import { fold } from '../../src/text/fold.ts'
import { findSimilar, rankByName, splitTrigrams } from '../../src/text/name-ranking.ts'

const candidate = (key: number, alias: string, name = alias) => ({ key, name, folded: fold(alias) })

describe('ranking by name', () => {
  test('puts the whole name first, then prefixes, words and similar spellings', () => {
    const candidates = [
      candidate(1, 'Samarqa'),
      candidate(2, 'Old Samarra'),
      candidate(3, 'Samarra North'),
      candidate(4, 'Sāmarrāʾ'),
      candidate(5, 'Samara'),
      candidate(6, 'Baghdad'),
    ]
    expect(rankByName(candidates, 'Samarra')).toEqual([4, 3, 2, 1, 5])
  })

  test('uses the best of the names of a record, and orders ties by key', () => {
    const candidates = [
      candidate(9, 'IS'),
      candidate(9, 'Daesh'),
      candidate(8, 'Daesh'),
      candidate(7, 'Dash'),
    ]
    expect(rankByName(candidates, 'daesh')).toEqual([8, 9, 7])
  })

  test('tolerates one edit in a short text, and edits of a third of a longer one', () => {
    const names = ['hila', 'hlia', 'fallujah', 'xyzlujah']
    const candidates = names.map((name, index) => candidate(index, name))
    expect(rankByName(candidates, 'hilla')).toEqual([0])
    expect(rankByName(candidates, 'faluja')).toEqual([2])
  })
})

describe('similar names', () => {
  test('are listed nearest first, under the names of records, with all records of each name', () => {
    const candidates = [
      candidate(1, 'Bagdad', 'Baghdad'),
      candidate(2, 'Baghdad'),
      candidate(3, 'Bagdada'),
      candidate(4, 'Basra'),
    ]
    expect(findSimilar(candidates, 'Bagdat', 3)).toEqual([
      { name: 'Baghdad', keys: [1, 2] },
      { name: 'Bagdada', keys: [3] },
    ])
    expect(findSimilar(candidates, 'Bagdat', 1)).toHaveLength(1)
  })

  test('exclude the text itself', () => {
    expect(findSimilar([candidate(1, 'Mosul')], 'MOSUL', 3)).toEqual([])
  })
})

test.each<[string, string[]]>([
  ['mosul', ['mos', 'osu', 'sul']],
  ['aaaa', ['aaa']],
  ['a"b"c', ['abc']],
  ['巴格达', ['巴格达']],
  ['is', []],
])('the trigrams of %j are %j', (text, trigrams) => {
  expect(splitTrigrams(text)).toEqual(trigrams)
})
