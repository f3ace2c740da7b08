import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderCsvHeader, renderCsvRows } from '../../../src/http/formats/csv.ts'
import { isSameRow, readCsvRecord } from '../../../src/importers/own-export/csv.ts'
import { isExportHeader, mapColumns, type RowCells } from '../../../src/importers/own-export/csv-header.ts'
import { openRows } from '../../../src/importers/reading/open-rows.ts'
import { INCIDENT_COLUMNS } from '../../../src/incidents/incident.columns.ts'
import type { Incident } from '../../../src/incidents/incident.schema.ts'
import { storedIncident } from '../../support/exports.ts'
import { SEED } from '../../support/records.ts'

const NAMES = INCIDENT_COLUMNS.map(({ name }) => name)

/** Reads the rows of a CSV text as an import does. */
async function readRows(text: string): Promise<RowCells[]> {
  const file = await openRows({ stream: Readable.from([Buffer.from(text)]), name: 'export.csv' })
  const cellsOf = mapColumns(file.header)
  const rows: RowCells[] = []
  for await (const batch of file.rows) {
    for (const { cells, error } of batch) {
      expect(error).toBeUndefined()
      rows.push(cellsOf(cells))
    }
  }
  return rows
}

const renderCsv = (records: readonly Incident[]) =>
  `${renderCsvHeader(INCIDENT_COLUMNS)}${renderCsvRows(INCIDENT_COLUMNS, records)}`

function readRecord(cells: RowCells): Incident {
  const result = readCsvRecord(cells)
  if ('errors' in result) throw new Error(`no record: ${JSON.stringify(result.errors)}`)
  expect({ claims: result.claims, sources: result.sources }).toEqual({ claims: null, sources: null })
  return result.record
}

const SAMARRA: Incident = {
  ...(SEED.incidents.find(({ record }) => record.id === 'seed:samarra-2017-01-02')?.record as Incident),
  same_as: [],
  flags: [],
  updated_at: '2026-01-01T00:00:00.000Z',
}

/** Renders a record as a row, with some cells changed. */
async function renderChanged(changes: Record<string, string>, record: Incident = SAMARRA): Promise<RowCells> {
  const [cells] = await readRows(renderCsv([record]))
  return (column) => changes[column] ?? cells?.(column) ?? ''
}

describe('our own CSV', () => {
  test('of any records is identical after reading and writing it again', async () => {
    const records = fc.array(storedIncident, { minLength: 1, maxLength: 15 })
    await fc.assert(
      fc.asyncProperty(records, async (given) => {
        const text = renderCsv(given)
        const rows = await readRows(text)
        expect(renderCsv(rows.map(readRecord))).toBe(text)
        for (const [index, cells] of rows.entries())
          expect(isSameRow(cells, given[index] as Incident)).toBe(true)
      }),
      { numRuns: 80 },
    )
  })

  test('gives actors the ids of an import, sites no place, and every figure its own claim', async () => {
    const { actors, sites, fatalities, injured, ...rest } = readRecord(
      await renderChanged({
        injured_low: '2',
        injured_best: '3',
        injured_unknown_low: '1',
        injured_unknown_best: '1',
      }),
    )
    const claims = (...numbers: number[]) => numbers.map((number) => `${SAMARRA.id}#${number}`)
    expect(fatalities).toEqual({
      ...{ low: 13, best: 13, high: null, claims: claims(1) },
      by_group: {
        civilians: null,
        security_forces: { low: 7, best: 7, high: null, claims: claims(2) },
        assailants: { low: 6, best: 6, high: null, claims: claims(3) },
        unknown: null,
      },
    })
    expect(injured).toMatchObject({
      ...{ low: 2, best: 3, high: null, claims: claims(4) },
      by_group: { unknown: { low: 1, best: 1, high: null, claims: claims(5) } },
    })
    expect(sites).toEqual(SAMARRA.sites.map(({ name }) => ({ name, place_id: null })))
    expect(actors).toEqual(
      SAMARRA.actors.map((actor) => ({ ...actor, id: expect.stringMatching(/^seed:actor-[0-9a-f]{16}$/) })),
    )
    expect(rest).toEqual(
      Object.fromEntries(Object.keys(rest).map((name) => [name, SAMARRA[name as keyof Incident]])),
    )
    // In the order in which records are rendered.
    expect(JSON.stringify(rest.place)).toBe(JSON.stringify(SAMARRA.place))
  })

  test.each<[Record<string, string>, string, RegExp]>([
    [{ id: '' }, 'id', /is required/],
    [{ id: 'samarra' }, 'id', /must begin with the data set and a colon/],
    [{ id: 'seed:a b' }, 'id', /must be without spaces/],
    [{ kind: 'atack' }, 'kind', /must be one of incident, group/],
    [{ kind: 'gruop' }, 'kind', /did you mean group\?/],
    [{ date_start: '2017-02-30' }, 'date_start', /must be a day of the calendar/],
    [{ date_start: '02/01/2017' }, 'date_start', /must be a day of the calendar/],
    [{ date_end: '2017-01-01' }, 'date_end', /must not be before date_start/],
    [{ date_precision: '' }, 'date_precision', /is required/],
    [{ latitude: '91' }, 'latitude', /must be at most 90/],
    [{ latitude: '34,2' }, 'latitude', /must be a decimal number/],
    [{ longitude: '' }, 'longitude', /is required where there is a latitude/],
    [{ country: '' }, 'country', /is required/],
    [{ place_kind: 'town' }, 'place_kind', /must be one of/],
    [{ event_type: 'battle' }, 'event_type', /did you mean battles\?/],
    [{ event_type: 'protests' }, 'sub_event_type', /must be a sub-event type of event_type/],
    [{ incident_count_low: '' }, 'incident_count_low', /is required/],
    [{ fatalities_low: '-1' }, 'fatalities_low', /must be at least 0/],
    [{ fatalities_low: 'seven' }, 'fatalities_low', /must be a whole number/],
    [{ fatalities_low: '7.5' }, 'fatalities_low', /must be a whole number/],
    [{ fatalities_best: '' }, 'fatalities_best', /is required/],
    [{ fatalities_assailants_low: '' }, 'fatalities_assailants_low', /is required/],
    [{ fatalities_civilians_high: '5' }, 'fatalities_civilians_low', /is required/],
    [{ injured_unknown_best: '5', injured_unknown_low: '5' }, 'injured_low', /is required/],
    [{ perpetrators: 'a; ; b' }, 'perpetrators', /has an empty item/],
    [{ perpetrators: '"a; b' }, 'perpetrators', /quotation marks that does not end/],
    [{ targets: `ok; ${'x'.repeat(501)}` }, 'targets', /at most 500/],
    [{ attributions: 'reported; claimed' }, 'attributions', /one item for each of perpetrators/],
    [{ attributions: 'rumoured' }, 'attributions', /must be one of claimed/],
    [{ sites: 'x'.repeat(301) }, 'sites', /at most 300/],
    [{ same_as: 'seed:other' }, 'same_as', /must name records of other data sets/],
    [{ part_of: 'seed:a b' }, 'part_of', /must be without spaces/],
    [{ updated_at: '2017-01-02' }, 'updated_at', /must be a date and time with its zone/],
    [{ updated_at: '' }, 'updated_at', /is required/],
  ])('with %j is rejected at %s', async (changes, column, reason) => {
    const cells = await renderChanged(changes)
    const result = readCsvRecord(cells)
    expect(result).toEqual({
      errors: expect.arrayContaining([
        {
          column,
          value: expect.stringContaining(cells(column).slice(0, 100)),
          reason: expect.stringMatching(reason),
        },
      ]),
    })
  })

  test('reports all errors of a row at once, and nothing else', async () => {
    const wrong = {
      kind: 'x',
      date_end: '2017-13-01',
      latitude: '91',
      fatalities_best: '-1',
      injured_low: 'low',
      attributions: 'x',
    }
    const result = readCsvRecord(await renderChanged(wrong))
    const columns = 'errors' in result ? result.errors.map(({ column }) => column) : []
    expect(columns.sort()).toEqual(Object.keys(wrong).sort())
  })

  test('handles any garbage in cells', async () => {
    const garbage = fc.dictionary(
      fc.constantFrom(...NAMES),
      fc.oneof(
        fc.string(),
        fc.string({ unit: 'binary' }),
        fc.constantFrom('', '-1', '"', '; ', '1e999', 'null'),
      ),
    )
    const cells = await renderChanged({})
    fc.assert(
      fc.property(garbage, (changes) => {
        const result = readCsvRecord((column) => changes[column] ?? cells(column))
        if ('errors' in result) expect(result.errors).not.toEqual([])
        else expect(result.record.id).toMatch(/^seed:/)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a row equals a stored record', () => {
  test('that has properties without a column', async () => {
    expect(isSameRow(await renderChanged({}), SAMARRA)).toBe(true)
    expect(isSameRow(await renderChanged({ latitude: '34.19590', longitude: '4.388568E1' }), SAMARRA)).toBe(
      true,
    )
  })

  // updated_at and same_as are not compared.
  test.each(NAMES.filter((name) => name !== 'updated_at' && name !== 'same_as'))(
    'unless its %s differs',
    async (name) => {
      const cell = (await renderChanged({}))(name)
      expect(isSameRow(await renderChanged({ [name]: cell === '' ? '1' : `${cell}1` }), SAMARRA)).toBe(false)
      if (cell !== '') expect(isSameRow(await renderChanged({ [name]: '' }), SAMARRA)).toBe(false)
    },
  )
})

describe('the header', () => {
  test('is recognised in any order and case, and not for other data sets', () => {
    const shuffled = NAMES.toReversed().map((name) => name.toUpperCase())
    expect(isExportHeader(shuffled)).toBe(true)
    const row = NAMES.toReversed().map((name) => `cell of ${name}`)
    for (const name of NAMES) expect(mapColumns(shuffled)(row)(name)).toBe(`cell of ${name}`)
    expect(isExportHeader(['id', 'title', 'fatalities_best'])).toBe(true)
    expect(isExportHeader(['event_id_cnty', 'event_date', 'event_type', 'country', 'notes'])).toBe(false)
    expect(isExportHeader(['id', 'relid', 'year', 'date_start', 'best', 'low', 'high'])).toBe(false)
  })

  test.each<[string, string[], RegExp]>([
    ['lacks columns', NAMES.slice(0, -2), /missing: flags, updated_at\)/],
    ['has a column of its own', [...NAMES, 'My notes'], /unknown: My notes\)/],
    ['misspells one', NAMES.with(3, 'titel'), /missing: title; unknown: titel \(did you mean title\?\)/],
    ['has one twice', [...NAMES, 'id'], /repeated: id\)/],
  ])('that %s is rejected in one line', (_, header, cause) => {
    expect(() => mapColumns(header)).toThrow(cause)
    expect(() => mapColumns(header)).toThrow(/^[^\n]+$/)
  })
})
