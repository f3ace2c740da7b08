import fc from 'fast-check'
import { expect } from 'vitest'
import type { Draft } from '../../src/importers/contract/draft.ts'
import { Columns, type Fate, type Importer } from '../../src/importers/contract/importer.ts'
import { isCalendarDate } from '../../src/validation/calendar.ts'

/** The cells of a row by column name. */
export type Row = Readonly<Record<string, string>>

/** What becomes of a row with these cells under a header of just these columns. */
export function fateOf(importer: Importer, row: Row): Fate {
  return importer.reader(new Columns(Object.keys(row)))(Object.values(row))
}

/** The record that a row becomes. */
export function draftOf(importer: Importer, row: Row): Draft {
  const fate = fateOf(importer, row)
  if (!('draft' in fate)) throw new Error(`no record: ${JSON.stringify(fate)}`)
  return fate.draft
}

/** What is wrong with a row, as `column: value`, in the order of the report; empty for a record. */
export function faultsOf(importer: Importer, row: Row): string[] {
  const fate = fateOf(importer, row)
  return 'faults' in fate ? fate.faults.map(({ column, value }) => `${column}: ${value}`) : []
}

/** Holds an importer to its contract for rows with rubbish in some cells of a good one. */
export function expectToBearRubbish(importer: Importer, row: Row): void {
  fc.assert(
    fc.property(rubbish(row), (cells) => {
      const fate = fateOf(importer, cells)
      if ('faults' in fate) expect(fate.faults).not.toEqual([])
      if (!('draft' in fate)) return
      const { date_start, date_end, fatalities, injured, where, actors, sources } = fate.draft
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

function rubbish(row: Row): fc.Arbitrary<Row> {
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
