import fc from 'fast-check'
import { expect } from 'vitest'
import { Columns } from '../../src/importers/contract/columns.ts'
import type { Draft } from '../../src/importers/contract/draft.ts'
import type { Importer } from '../../src/importers/contract/importer.ts'
import type { RowResult } from '../../src/importers/contract/row-result.ts'
import { isCalendarDate } from '../../src/validation/calendar.ts'

/** The cells of a row by column name. */
export type Row = Readonly<Record<string, string>>

/** Reads a row with these cells under a header of just these columns. */
export function readRow(importer: Importer, row: Row): RowResult<{ draft: Draft }> {
  return importer.reader(new Columns(Object.keys(row)))(Object.values(row))
}

/** Reads the draft of a row. */
export function readDraft(importer: Importer, row: Row): Draft {
  const result = readRow(importer, row)
  if (!('draft' in result)) throw new Error(`no record: ${JSON.stringify(result)}`)
  return result.draft
}

/** Reads the errors of a row, as `column: value`, in the order of the report; empty for a record. */
export function readErrors(importer: Importer, row: Row): string[] {
  const result = readRow(importer, row)
  return 'errors' in result ? result.errors.map(({ column, value }) => `${column}: ${value}`) : []
}

/** Checks the contract of an importer with rows that have garbage in some cells. */
export function expectToHandleGarbage(importer: Importer, row: Row): void {
  fc.assert(
    fc.property(garbage(row), (cells) => {
      const result = readRow(importer, cells)
      if ('errors' in result) expect(result.errors).not.toEqual([])
      if (!('draft' in result)) return
      const { date_start, date_end, fatalities, injured, where, actors, sources } = result.draft
      expect([date_start, date_end].every(isCalendarDate)).toBe(true)
      expect(date_start <= date_end).toBe(true)
      expect(where.latitude === null).toBe(where.longitude === null)
      for (const casualties of [fatalities, injured]) {
        const ranges = casualties ? [casualties.total, ...Object.values(casualties.by_group)] : []
        for (const number of ranges.flatMap((range) => Object.values(range)))
          expect(number !== null && Number.isInteger(number) && number >= 0).toBe(true)
      }
      for (const name of [...actors.map(({ name }) => name), ...sources.map(({ publisher }) => publisher)])
        expect(name).not.toBe('')
    }),
    { numRuns: 500 },
  )
}

function garbage(row: Row): fc.Arbitrary<Row> {
  const cell = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.double().map(String),
    fc.constantFrom(
      '',
      '-',
      '-99',
      '0',
      '1.0',
      '0.5',
      'constructor',
      '__proto__',
      '1e400',
      '"',
      '(',
      '31 Feb 2017',
    ),
  )
  const names = Object.keys(row)
  return fc
    .array(fc.tuple(fc.constantFrom(...names), cell), { maxLength: 6 })
    .map((cells) => ({ ...row, ...Object.fromEntries(cells) }))
}
