import { describe, expect, test } from 'vitest'
import { Cells } from '../../../src/importers/contract/cells.ts'
import { parseDay, readDay } from '../../../src/importers/contract/days.ts'

describe('one reader of days for all data sets', () => {
  test.each([
    '2015-03-02',
    '2015/03/02',
    '2015.03.02',
    '2015/3/2',
    '20150302',
    '2 March 2015',
    '02 Mar 2015',
    '2nd March 2015',
    '2-Mar-15',
    '02MAR2015',
    'March 2, 2015',
    'Mar. 2, 2015',
    'March 2 2015',
    '2 Mar. 2015',
    '2015-Mar-02',
    'Monday, 2 March 2015',
    '2 March\u00a02015',
    '2015-03-02 00:00:00.000',
    '2015-03-02T00:00:00Z',
    '2015-03-02T00:00:00+00:00',
    '2015-03-02T00:00:00.000+03:00',
    '2015-03-02 00:00:00+00',
    '2015-03-02 00:00 UTC',
    '2015-03-02 00:00:00 +0000 UTC',
    'Mon Mar 02 2015',
    '2015/03/02 0:00',
    '2 March 2015 12:00:00 AM',
  ])('%s is 2015-03-02', (text) => {
    expect(parseDay(text)).toBe('2015-03-02')
  })

  test('September has two short names', () => {
    expect(['1 Sep 2015', '1 Sept 2015'].map(parseDay)).toEqual(['2015-09-01', '2015-09-01'])
  })

  test.each([
    '',
    'x',
    '2015',
    '2015-03',
    '2015-02-30',
    '2015/13/01',
    '20151301',
    '30 February 2015',
    '2 Smarch 2015',
    '2015-03-02 14:30',
    '2015-03-02T00:00:01Z',
    '42065',
    '02/03/2015',
  ])('%j is no day', (text) => {
    expect(parseDay(text)).toBeNull()
  })

  const errorOf = (text: string) => {
    const cells = new Cells(() => text)
    expect(readDay(cells, 'day')).toBeNull()
    return cells.errors[0]?.reason
  }

  test.each([
    ['02/03/2015', '2015-03-02 or 2015-02-03'],
    ['2.3.2015', '2015-03-02 or 2015-02-03'],
    ['02-03-15', '2015-03-02 or 2015-02-03'],
    ['02/03/2015 00:00:00', '2015-03-02 or 2015-02-03'],
    ['25/03/2015', '2015-03-25'],
    ['03/25/2015', '2015-03-25'],
  ])('%s is rejected with what would be right', (text, right) => {
    expect(errorOf(text)).toBe(`has day and month in an order that is not known: write ${right}`)
  })

  test.each(['1899-12-31', '2101-01-01', 'soon', '45/45/2015'])('%s is rejected with an example', (text) => {
    expect(errorOf(text)).toMatch(/^must be a day of the years 1900 to 2100, such as 2015-01-02 or 2 January/)
  })
})
