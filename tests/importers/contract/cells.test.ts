import { describe, expect, test } from 'vitest'
import { acledImporter } from '../../../src/importers/acled/acled.ts'
import { Columns } from '../../../src/importers/contract/columns.ts'
import type { Importer } from '../../../src/importers/contract/importer.ts'
import { gtdImporter } from '../../../src/importers/gtd/gtd.ts'
import { iraqBodyCountImporter } from '../../../src/importers/iraq-body-count/iraq-body-count.ts'
import { ucdpGedImporter } from '../../../src/importers/ucdp-ged/ucdp-ged.ts'

/** Reads a row that has nothing but an id: the id of the data set, or why it is rejected. */
function readId(importer: Importer, id: string): string {
  const [column] = importer.origins.id
  const result = importer.reader(new Columns([column]))([id])
  if (!('errors' in result)) throw new Error('a row of an id alone is a record')
  return result.errors.find((error) => error.column === column)?.reason ?? 'accepted'
}

describe('ids', () => {
  test.each<[Importer, string[], string[], RegExp]>([
    [
      ucdpGedImporter,
      ['1', '238325', '238325.0', '238325.00'],
      ['IRQ1', '238325.5', '-1', '2,383'],
      /digits, such as 238325$/,
    ],
    [
      acledImporter,
      ['IRQ1234', '1IRQ', 'tst1'],
      ['1234', 'IRQ', 'IRQ12.5', 'IRQ-1', 'Iraq'],
      /letters of the country and a number, such as IRQ1234$/,
    ],
    [
      gtdImporter,
      ['201701020001', '201701020001.0'],
      ['20170102001', '2017010200011', 'x'],
      /12 digits, such as/,
    ],
    [
      iraqBodyCountImporter,
      ['k1', 'x093w', 'a1234-ab', 'd13573-pt2016'],
      ['1234', 'k', '5.0', 'k1-', 'k1/2'],
      /letters and a number, such as k1234 or a1234-ab$/,
    ],
  ])('have the form of their data set', (importer, right, wrong, reason) => {
    for (const id of right) expect(readId(importer, id), id).toBe('accepted')
    for (const id of wrong) expect(readId(importer, id), id).toMatch(reason)
    expect(readId(importer, '')).toBe('is required')
    expect(readId(importer, 'NA')).toBe('is required')
    expect(readId(importer, 'k 1')).toBe('must be without spaces and control characters')
    for (const id of ['9.00001e5', '2.01701E+11', '9,00001E+05', '1e5'])
      expect(readId(importer, id), id).toMatch(
        /^is rounded, as spreadsheets show long numbers: take the file/,
      )
  })

  test('that a spreadsheet has made floats are the same', () => {
    const idsOf = (decimalComma: boolean, ...ids: string[]) =>
      ids.map((id) =>
        new Columns(['id'], { decimalComma })
          .read([id])
          .id('id', { pattern: /^\d+$/, form: '', example: '' }),
      )
    expect(idsOf(false, '900001', '900001.0', '900001.00', '900000')).toEqual([
      '900001',
      '900001',
      '900001',
      '900000',
    ])
    expect(idsOf(true, '900001,0', '900001.0')).toEqual(['900001', '900001'])
  })
})

describe('decimal commas', () => {
  const read = (text: string, decimalComma = true) => {
    const cells = new Columns(['a'], { decimalComma }).read([text])
    const value = { degrees: cells.degrees('a', 180), count: cells.count('a'), decimal: cells.decimal('a') }
    return { ...value, errors: cells.errors.length }
  }

  test.each([
    ['34,198', { degrees: 34.198, count: null, decimal: '34,198' }],
    ['-0,5', { degrees: -0.5, count: null, decimal: '-0,5' }],
    ['1,0', { degrees: 1, count: 1, decimal: '1.0' }],
    ['2,3333', { degrees: 2.3333, count: null, decimal: '2.3333' }],
    ['0,333', { degrees: 0.333, count: null, decimal: '0.333' }],
    ['1,000', { degrees: 1, count: null, decimal: '1,000' }],
    ['7', { degrees: 7, count: 7, decimal: '7' }],
    ['7.5', { degrees: 7.5, count: null, decimal: '7.5' }],
  ])('%s is read where it is unambiguous', (text, expected) => {
    expect(read(text)).toMatchObject(expected)
  })

  test.each(['34,198', '1,0'])('%s is rejected where commas separate the columns', (text) => {
    expect(read(text, false)).toEqual({ degrees: null, count: null, decimal: text, errors: 2 })
  })

  test.each(['1.234,5', '1,2,3', ',5', '5,'])('%s is no number', (text) => {
    expect(read(text)).toMatchObject({ degrees: null, count: null, errors: 2 })
  })
})
