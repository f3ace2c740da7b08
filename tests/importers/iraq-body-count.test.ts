import { describe, expect, test } from 'vitest'
import { acledImporter } from '../../src/importers/acled/acled.ts'
import type { Draft } from '../../src/importers/contract/draft.ts'
import { gtdImporter } from '../../src/importers/gtd/gtd.ts'
import { iraqBodyCountImporter } from '../../src/importers/iraq-body-count/iraq-body-count.ts'
import { ucdpGedImporter } from '../../src/importers/ucdp-ged/ucdp-ged.ts'
import { expectToHandleGarbage, type Row, readDraft, readErrors, readRow } from './row-results.ts'

/** An invented incident in the real columns. */
const ROW: Row = {
  'IBC code': 'z99999',
  'Start Date': '2 Jan 2017',
  'End Date': '2 Jan 2017',
  Time: '11:30 AM',
  Location: 'Example Square, Exampla, east Baghdad',
  Target: 'people at a market',
  Weapons: 'car bomb, gunfire',
  'Reported Minimum': '7',
  'Reported Maximum': '9',
  Sources: 'AAA 2 Jan, BBB 03 Jan',
}

const draft = (cells: Row = {}) => readDraft(iraqBodyCountImporter, { ...ROW, ...cells })
const errors = (cells: Row) => readErrors(iraqBodyCountImporter, { ...ROW, ...cells })

test('reads a row', () => {
  const deaths = { low: 7, best: 7, high: 9 }
  expect(draft()).toEqual({
    id: 'z99999',
    kind: 'incident',
    title: null,
    description: 'Location: Example Square, Exampla, east Baghdad. Target: people at a market.',
    date_start: '2017-01-02',
    date_end: '2017-01-02',
    date_precision: 'day',
    part_of_day: '11:30 AM',
    where: { country: 'IRQ', admin1: null, place: 'Baghdad', latitude: null, longitude: null },
    geo_precision: 'near',
    incident_count: { low: 1, high: 1 },
    event_type: null,
    sub_event_type: null,
    weapons: ['car bomb', 'gunfire'],
    actors: [{ name: 'people at a market', kind: 'unknown', role: 'target', attribution: null }],
    fatalities: { total: deaths, by_group: { civilians: deaths } },
    injured: null,
    sources: [
      { publisher: 'AAA', title: null, url: null, published_date: '2017-01-02' },
      { publisher: 'BBB', title: null, url: null, published_date: '2017-01-03' },
    ],
  } satisfies Draft)
})

test.each([
  ['2 Jan 2017', '2 Jan 2017', 'day', '2017-01-02', '2017-01-02'],
  ['31 Dec 2016', '2 Jan 2017', 'range', '2016-12-31', '2017-01-02'],
  ['2-Jan-17', '03-January-2017', 'range', '2017-01-02', '2017-01-03'],
])('%s to %s is a %s', (start, end, precision, date_start, date_end) => {
  expect(draft({ 'Start Date': start, 'End Date': end })).toMatchObject({
    date_precision: precision,
    date_start,
    date_end,
  })
})

test('a minimum above the maximum is kept as given', () => {
  expect(draft({ 'Reported Minimum': '5', 'Reported Maximum': '3' }).fatalities).toEqual({
    total: { low: 5, best: 5, high: 3 },
    by_group: { civilians: { low: 5, best: 5, high: 3 } },
  })
})

test.each(['', '-', '—'])('%j is null', (dash) => {
  const cells = { Time: dash, Location: dash, Target: dash, Weapons: dash, Sources: dash }
  expect(draft(cells)).toMatchObject({
    description: null,
    part_of_day: null,
    where: { country: 'IRQ', admin1: null, place: null },
    geo_precision: 'unknown',
    weapons: [],
    actors: [],
    sources: [],
  })
})

describe('places', () => {
  test.each([
    ['Baghdad', null, 'Baghdad', 'near'],
    ['west Baghdad', null, 'Baghdad', 'near'],
    ['Exampla, south-west Baghdad', null, 'Baghdad', 'near'],
    ['central Baquba', null, 'Baquba', 'near'],
    ['near Example Garage, Mosul', null, 'Mosul', 'near'],
    ['in Sadr City, Baghdad (market)', null, 'Baghdad', 'near'],
    ['Exampla, east of Falluja', null, 'Falluja', 'near'],
    ['Falluja, Iraq', null, 'Falluja', 'near'],
    ['30 km south of Baghdad', null, 'Baghdad', 'unknown'],
    ['Amara, central Maysan province', 'Maysan', 'Amara', 'near'],
    ['Rutba, Anbar', 'Anbar', 'Rutba', 'near'],
    ['Diyala province', 'Diyala', null, 'admin1'],
    ['Salah al-Din', 'Salah al-Din', null, 'admin1'],
    ['between Hilla and Karbala', null, null, 'unknown'],
    ['Hilla/Karbala', null, null, 'unknown'],
    ['various locations', null, null, 'unknown'],
    ['north', null, null, 'unknown'],
    ['city centre', null, null, 'unknown'],
    ['City of Mosul', null, 'Mosul', 'near'],
    ['?', null, null, 'unknown'],
  ])('%s is %s, %s, %s', (location, admin1, place, geo_precision) => {
    expect(draft({ Location: location })).toMatchObject({ where: { admin1, place }, geo_precision })
  })
})

describe('sources', () => {
  const source = (publisher: string, published_date: string | null, title: string | null = null) => ({
    publisher,
    title,
    url: null,
    published_date,
  })
  test.each([
    ['2 Jan 2017', 'AAA 2 Jan; BBB 03 January', [source('AAA', '2017-01-02'), source('BBB', '2017-01-03')]],
    ['2 Jan 2017', 'AAA, AAA', [source('AAA', null)]],
    ['30 Dec 2016', 'AAA 02 Jan', [source('AAA', '2017-01-02')]],
    ['2 Jan 2017', 'AAA 31 Dec', [source('AAA', '2016-12-31')]],
    ['2 Jan 2017', 'AA-B 4 Apr (CCC, 5 Apr)', [source('AA-B', '2017-04-04', 'AA-B 4 Apr (CCC, 5 Apr)')]],
    ['2 Jan 2017', 'AAA 30 Feb', [source('AAA', null, 'AAA 30 Feb')]],
    ['2 Jan 2017', 'Example War Logs', [source('Example War Logs', null)]],
  ])('of %s: %s', (start, sources, expected) => {
    expect(draft({ 'Start Date': start, 'End Date': start, Sources: sources }).sources).toEqual(expected)
  })
})

test.each<[Row, string[]]>([
  [{ 'IBC code': '' }, ['ibc_code: ']],
  [{ 'IBC code': 'k 1' }, ['ibc_code: k 1']],
  [{ 'IBC code': 'k\u00071' }, ['ibc_code: k\u00071']],
  [{ 'Start Date': '30 Feb 2017' }, ['start_date: 30 Feb 2017']],
  [{ 'End Date': '' }, ['end_date: ']],
  [{ 'End Date': '1 Jan 2017' }, ['end_date: 1 Jan 2017']],
  [{ 'Reported Minimum': '' }, ['reported_minimum: ']],
  [{ 'Reported Minimum': '-1' }, ['reported_minimum: -1']],
  [{ 'Reported Maximum': '1.5' }, ['reported_maximum: 1.5']],
  [
    { 'IBC code': '', 'Start Date': 'x', 'Reported Minimum': '-1', 'Reported Maximum': 'some' },
    ['ibc_code: ', 'start_date: x', 'reported_minimum: -1', 'reported_maximum: some'],
  ],
])('rejects %j', (cells, expected) => {
  expect(errors(cells)).toEqual(expected)
})

test('reports what is valid', () => {
  expect(readRow(iraqBodyCountImporter, { ...ROW, 'End Date': '1 Jan 2017' })).toEqual({
    errors: [{ column: 'end_date', value: '1 Jan 2017', reason: 'must not be before start_date' }],
  })
})

test('columns may come in any order, and the optional ones may be absent', () => {
  const reversed = Object.fromEntries(Object.entries(ROW).toReversed())
  expect(readDraft(iraqBodyCountImporter, reversed)).toEqual(draft())
  const { Time, Target, Weapons, Sources, ...bare } = ROW
  expect(readDraft(iraqBodyCountImporter, bare)).toMatchObject({
    part_of_day: null,
    weapons: [],
    actors: [],
    sources: [],
  })
})

test('never throws, whatever a cell contains', () => expectToHandleGarbage(iraqBodyCountImporter, ROW))

test('formats share fewer than half of their required columns', () => {
  const importers = [acledImporter, gtdImporter, iraqBodyCountImporter, ucdpGedImporter]
  for (const { dataset, required } of importers) {
    const others = importers.filter((other) => other.dataset.id !== dataset.id)
    for (const other of others) {
      const shared = other.required.filter((column) => required.includes(column))
      expect(shared.length, `${other.dataset.id} in ${dataset.id}`).toBeLessThan(other.required.length / 2)
    }
  }
})
