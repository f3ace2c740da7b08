import { describe, expect, it } from 'vitest'
import { classifyFormat, formatDate } from '../../../src/importers/reading/xlsx/dates.ts'
import { formatNumber } from '../../../src/importers/reading/xlsx/numbers.ts'

describe('numbers', () => {
  it.each([
    ['39', '39'],
    ['-99', '-99'],
    ['0', '0'],
    ['-0', '0'],
    ['1.5', '1.5'],
    ['1.0', '1'],
    ['33.340000000000003', '33.34'],
    ['0.30000000000000004', '0.3'],
    ['201701020001', '201701020001'],
    ['2.01701020001E11', '201701020001'],
    ['1E-7', '0.0000001'],
    ['-1.25e-8', '-0.0000000125'],
    ['1.5E+21', '1500000000000000000000'],
    ['1.23456789012345678E+25', '12345678901234600000000000'],
    ['n/a', 'n/a'],
  ])('%s is %s', (text, plain) => {
    expect(formatNumber(text)).toBe(plain)
  })
})

describe('dates', () => {
  it.each([
    [0, undefined, 'number'],
    [14, undefined, 'date'],
    [20, undefined, 'time'],
    [46, undefined, 'number'],
    [164, 'yyyy-mm-dd', 'date'],
    [164, 'mmm', 'date'],
    [164, '[$-409]d mmm yyyy;@', 'date'],
    [164, 'h:mm AM/PM', 'time'],
    [164, 'mm:ss', 'time'],
    [164, '[h]:mm', 'number'],
    [164, 'General', 'number'],
    [164, '0.00E+00', 'number'],
    [164, '#,##0 "days"', 'number'],
    [164, '[Red]0;[Blue]-0', 'number'],
    [164, '\\d0', 'number'],
  ] as const)('format %s %s is a %s', (id, code, meaning) => {
    expect(classifyFormat(id, code)).toBe(meaning)
  })

  it.each([
    [1, 'date', '1900-01-01'],
    [59, 'date', '1900-02-28'],
    [61, 'date', '1900-03-01'],
    [42737, 'date', '2017-01-02'],
    [42737.999999, 'date', '2017-01-03'],
    [42737.25, 'date', '2017-01-02T06:00:00'],
    [42737.25, 'time', '2017-01-02T06:00:00'],
    [0.25, 'time', '06:00:00'],
    [0, 'time', '00:00:00'],
    [0.25, 'date', '06:00:00'],
    [2958465, 'date', '9999-12-31'],
    [2958466, 'date', null],
    [-1, 'date', null],
    [Number.NaN, 'date', null],
  ] as const)('%s as a %s is %s', (serial, meaning, text) => {
    expect(formatDate(serial, meaning, false)).toBe(text)
  })
})
