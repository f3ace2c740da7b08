import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Column } from '../../../src/http/formats/columns.ts'
import { renderCsvRows } from '../../../src/http/formats/csv.ts'
import { CsvFromJson } from '../../../src/http/formats/csv-from-json.ts'
import { INCIDENT_COLUMNS } from '../../../src/incidents/incident.columns.ts'
import { serialize, toNdjson } from '../../../src/records.ts'
import { escapeFormula } from '../../../src/text/cell.ts'
import { storedIncident } from '../../support/exports.ts'

/** Renders the same cells with another library. */
function renderByOracle<T>(columns: readonly Column<T>[], records: readonly T[]): string {
  const rows = records.map((record) =>
    columns.map(({ value }) => {
      const cell = value(record)
      return typeof cell === 'string' ? escapeFormula(cell) : cell
    }),
  )
  return stringify(rows, { record_delimiter: '\r\n', quote_record_delimiter: true })
}

const renderFromJson = (columns: readonly Column<never>[], records: readonly unknown[]) =>
  Buffer.from(new CsvFromJson(columns).render(toNdjson(records.map(serialize)).json)).toString()

const someColumns = fc.subarray([...INCIDENT_COLUMNS], { minLength: 1 })

describe('rows of CSV', () => {
  test('of any incidents equal those of csv-stringify', () => {
    fc.assert(
      fc.property(fc.array(storedIncident, { maxLength: 5 }), someColumns, (records, columns) => {
        expect(renderCsvRows(columns, records)).toBe(renderByOracle(columns, records))
      }),
      { numRuns: 500 },
    )
  })

  test('are the same when rendered from JSON', () => {
    fc.assert(
      fc.property(fc.array(storedIncident, { maxLength: 5 }), someColumns, (records, columns) => {
        expect(renderFromJson(columns as never, records)).toBe(renderCsvRows(columns, records))
      }),
      { numRuns: 1000 },
    )
  })

  const column = (path: string, type: Column<never>['type'] = 'text') =>
    ({
      name: path,
      path,
      type,
      description: '',
      value: (record: Record<string, string[]>) => record[path]?.join('; '),
    }) as never

  test.each<[string, Column<never>[], unknown, string]>([
    ['values without a column', [column('b')], { a: { b: [1, '}"\\'] }, b: 'x', c: {} }, 'x'],
    [
      'properties in another order',
      [column('a'), column('b.c')],
      { z: [], b: { d: 1, c: 2 }, a: 'x' },
      'x,2',
    ],
    ['names that begin alike', [column('date'), column('dated')], { dated_at: 1, dated: 2, date: 3 }, '3,2'],
    ['a name that has to be escaped', [column('é"')], { 'é"': 'x' }, 'x'],
    ['an object that is null', [column('a.b'), column('c')], { a: null, c: -1.5e-7 }, ',-1.5e-7'],
    ['missing values', [column('a'), column('b', 'list')], {}, ','],
    [
      'a long text after a short record',
      [column('b', 'list')],
      { b: ['"'.repeat(5000)] },
      `"${'""'.repeat(5000)}"`,
    ],
  ])('handles %s', (_, columns, record, row) => {
    expect(renderFromJson(columns, [record, record])).toBe(`${row}\r\n${row}\r\n`)
  })

  test.each(['{"a":"x', '{"a"', '{', '"x"', '{"a":1'])('%j is rejected as not a record', (text) => {
    expect(() => new CsvFromJson([column('a')]).render(Buffer.from(`${text}\n`))).toThrow()
  })
})
