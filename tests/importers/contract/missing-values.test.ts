import { describe, expect, test } from 'vitest'
import { Columns } from '../../../src/importers/contract/columns.ts'
import { DEFAULT_MISSING, MissingValues } from '../../../src/importers/contract/missing-values.ts'

const read = (cell: string, column = 'actor', missing = new MissingValues()) =>
  new Columns([column], { missing }).cells([cell])(column)

describe('cells that stand for no value', () => {
  const tokens = 'NA,N/A,n/a,nan,NaN,NULL,null,None,-,--'.split(',')
  test.each([...tokens, 'Null', 'none', '#N/A', '<NA>', '–', ' NA ', '\u00a0-\u00a0', 'NULL\t'])(
    '%j is empty',
    (cell) => {
      expect(read(cell)).toBe('')
    },
  )

  test.each(['', ' ', '\t', '\u00a0', '\u2003\u202f', '\u200b', '\ufeff', '\u3000', '\u2060 \u200e'])(
    '%j is empty',
    (cell) => {
      expect(read(cell)).toBe('')
    },
  )

  test.each([
    'Nan',
    'Na',
    'NATO',
    'None of them',
    '---',
    '-9',
    'N',
    'Nana',
    'nano',
    'NA; NA',
    'null and void',
    '0',
  ])('%j is a value', (cell) => {
    expect(read(cell)).toBe(cell)
  })

  test('NA is Namibia in a column of two-letter codes, and missing in any other', () => {
    expect(['country_code', 'ISO2', 'iso_a2'].map((column) => read('NA', column.toLowerCase()))).toEqual([
      'NA',
      'NA',
      'NA',
    ])
    expect(['country', 'iso3', 'admin1', 'iso'].map((column) => read('NA', column))).toEqual(['', '', '', ''])
    expect(read('-', 'country_code')).toBe('')
  })

  test('the list can be another, or none', () => {
    const other = new MissingValues(['.', 'Not stated', 'ن'])
    expect(['.', 'Not stated', 'ن', 'NA', ' '].map((cell) => read(cell, 'a', other))).toEqual([
      '',
      '',
      '',
      'NA',
      '',
    ])
    const none = new MissingValues([])
    expect(DEFAULT_MISSING.map((cell) => read(cell, 'a', none))).toEqual(DEFAULT_MISSING)
  })

  test('each is counted once, whatever reads it', () => {
    const missing = new MissingValues()
    const columns = new Columns(['a', 'b', 'c', 'd'], { missing })
    const cells = columns.cells(['NA', '-', ' NA', ''])
    for (let time = 0; time < 3; time += 1) expect(['a', 'b', 'c', 'd'].map(cells)).toEqual(['', '', '', ''])
    expect([...missing.counts]).toEqual([
      ['NA', 2],
      ['-', 1],
    ])
  })
})
