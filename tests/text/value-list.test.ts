import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { joinValues, splitValues } from '../../src/text/value-list.ts'

describe('a list of values', () => {
  test.each<[string, string[] | null]>([
    ['a', ['a']],
    ['a, b ,c', ['a', 'b', 'c']],
    ['a,,b', ['a', '', 'b']],
    ['a,', ['a', '']],
    ['', ['']],
    ['"a, b",c', ['a, b', 'c']],
    [' "a, b" , c', ['a, b', 'c']],
    ['"say ""yes"""', ['say "yes"']],
    ['Forces of "X",c', ['Forces of "X"', 'c']],
    ['""', ['']],
    ['"a', null],
    ['"a"b', null],
    ['a,"', null],
    ['"a"","b', null],
  ])('%j is split into %j', (text, values) => {
    expect(splitValues(text)).toEqual(values)
  })

  test('of any values without outer spaces is restored', () => {
    const value = fc.string({ unit: fc.constantFrom('"', ',', ' ', 'a') }).map((text) => text.trim())
    fc.assert(
      fc.property(fc.array(fc.oneof(value, fc.string()), { minLength: 1 }), (values) => {
        expect(splitValues(joinValues(values))).toEqual(values)
      }),
    )
  })
})
