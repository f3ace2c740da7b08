import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeFormula, joinItems, splitItems, unescapeFormula } from '../../src/text/cell.ts'

describe('an escaped text', () => {
  test.each([
    ['Samarra', 'Samarra'],
    ['', ''],
    ["'Abd al-Rahman", "'Abd al-Rahman"],
    ["'", "'"],
    ['=1+1', "'=1+1"],
    ['-', "'-"],
    ['@x', "'@x"],
    ['\tx', "'\tx"],
    ['\rx', "'\rx"],
    ["'=1+1", "''=1+1"],
    ["''+", "'''+"],
  ])('%j is escaped as %j, and restored', (text, cell) => {
    expect(escapeFormula(text)).toBe(cell)
    expect(unescapeFormula(cell)).toBe(text)
  })

  test('of any kind is restored, and never begins a formula', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom("'", '=', '-', '+', '@', '\t', '\r', 'a') }),
      fc.string(),
    )
    fc.assert(
      fc.property(text, (given) => {
        expect(escapeFormula(given)).not.toMatch(/^[=+\-@\t\r]/)
        expect(unescapeFormula(escapeFormula(given))).toBe(given)
      }),
    )
  })
})

describe('a list in one text', () => {
  test.each<[(string | null)[], string | null]>([
    [[], null],
    [['bomb'], 'bomb'],
    [['bomb', 'knife'], 'bomb; knife'],
    [['a;b', 'c;'], 'a;b; c;'],
    [['c;', 'd'], 'c;; d'],
    [['a; b', 'c'], '"a; b"; c'],
    [['"a"', 'b "c"'], '"""a"""; b "c"'],
    [['', 'a'], '""; a'],
    [[null, 'claimed'], '; claimed'],
    [['claimed', null], 'claimed; '],
    [[null], ''],
  ])('%j is joined as %j, and restored', (items, text) => {
    expect(joinItems(items)).toBe(text)
    if (text !== null) expect(splitItems(text)).toEqual(items)
  })

  test('of any items is restored', () => {
    const item = fc.oneof(fc.string({ unit: fc.constantFrom('"', ';', ' ', 'a') }), fc.string())
    const items = fc.array(fc.option(item), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(items, (given) => {
        expect(splitItems(joinItems(given) ?? '')).toEqual(given)
      }),
    )
  })

  test.each(['"a', '"a"b', '"a"; "', '"a" ; b'])('%j is null: a quoted item is not terminated', (text) => {
    expect(splitItems(text)).toBeNull()
  })
})
