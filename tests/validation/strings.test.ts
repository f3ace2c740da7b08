import { describe, expect, test } from 'vitest'
import { isCalendarDate, isInstant } from '../../src/validation/calendar.ts'
import { Type } from '../../src/validation/schema.ts'
import { parseStrings } from '../../src/validation/strings.ts'
import { anyOf, date, enumeration } from '../../src/validation/types.ts'

const schema = Type.Object(
  {
    whole: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
    decimal: Type.Optional(Type.Number({ minimum: -1, maximum: 1 })),
    flag: Type.Optional(Type.Boolean()),
    day: Type.Optional(date({ description: '' })),
    bound: Type.Optional(enumeration(['low', 'high'], { description: '' })),
    many: anyOf(Type.Integer(), { description: '' }),
    pair: Type.Optional(Type.Array(Type.Integer(), { minItems: 2, maxItems: 2 })),
    preset: Type.Integer({ default: 5 }),
  },
  { additionalProperties: false },
)

describe('strings parsed into a typed object', () => {
  test.each<[Record<string, string | string[]>, object]>([
    [{}, { preset: 5 }],
    [{ whole: '007' }, { whole: 7, preset: 5 }],
    [{ decimal: '-0.5' }, { decimal: -0.5, preset: 5 }],
    [{ flag: 'false' }, { flag: false, preset: 5 }],
    [{ many: '1, 2' }, { many: [1, 2], preset: 5 }],
    [{ many: ['1', '2,3'] }, { many: [1, 2, 3], preset: 5 }],
    [{ many: ['2,1', '1', '2,1'] }, { many: [2, 1], preset: 5 }],
    [{ whole: ['7', '7', '07'] }, { whole: 7, preset: 5 }],
    [{ pair: '1,1' }, { pair: [1, 1], preset: 5 }],
    [{ pair: ['1', '1'] }, { pair: [1, 1], preset: 5 }],
    [{ pair: ['2,1', '2', '1'] }, { pair: [2, 1], preset: 5 }],
    [
      { day: '2016-02-29', bound: 'low', preset: '6' },
      { day: '2016-02-29', bound: 'low', preset: 6 },
    ],
  ])('%j', (given, expected) => {
    expect(parseStrings(schema, given)).toEqual({ value: expected })
  })

  test.each<[Record<string, string | string[]>, string[]]>([
    [{ whole: '1e2' }, ['whole']],
    [{ whole: '1.0' }, ['whole']],
    [{ whole: ' ' }, ['whole']],
    [{ whole: '+1' }, ['whole']],
    [{ whole: '101' }, ['whole']],
    [{ whole: ['1', '2'] }, ['whole']],
    [{ whole: ['1', 'x'] }, ['whole']],
    [{ pair: ['1,1', '1,2'] }, ['pair']],
    [{ pair: ['1', '1', '1'] }, ['pair']],
    [{ decimal: 'NaN' }, ['decimal']],
    [{ decimal: 'Infinity' }, ['decimal']],
    [{ decimal: '1.1' }, ['decimal']],
    [{ flag: '1' }, ['flag']],
    [{ day: '2017-02-29' }, ['day']],
    [{ bound: 'LOW' }, ['bound']],
    [{ many: '1,,2' }, ['many']],
    [{ many: '1,x' }, ['many']],
    [{ nmay: '1' }, ['nmay']],
    [{ constructor: '1', toString: '1' }, ['constructor', 'toString']],
    [{ whole: 'x', decimal: 'y', other: 'z' }, ['whole', 'decimal', 'other']],
  ])('%j is rejected by name', (given, names) => {
    expect(parseStrings(schema, given).issues?.map(({ parameter }) => parameter)).toEqual(names)
  })

  test('an unknown name is reported with the nearest name', () => {
    expect(parseStrings(schema, { hwole: '1' }).issues).toEqual([
      { parameter: 'hwole', reason: 'is not known here', suggestion: 'whole' },
    ])
  })
})

test.each([
  ['2017-01-02', true],
  ['2000-02-29', true],
  ['1900-02-29', false],
  ['2017-02-30', false],
  ['2017-13-01', false],
  ['0000-01-01', false],
  ['0001-01-01', true],
  ['9999-12-31', true],
  ['2017-1-2', false],
  ['20170102', false],
])('%s is a calendar date: %s', (text, expected) => {
  expect(isCalendarDate(text)).toBe(expected)
})

test.each([
  ['2017-01-02T00:00:00Z', true],
  ['2017-01-02T00:00:00.123+03:00', true],
  ['2017-02-30T00:00:00Z', false],
  ['2017-01-02T24:00:00Z', false],
  ['2017-01-02T00:00:00', false],
  ['2017-01-02', false],
])('%s is an instant: %s', (text, expected) => {
  expect(isInstant(text)).toBe(expected)
})
