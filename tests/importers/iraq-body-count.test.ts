import { describe, expect, test } from 'vitest'
import { acledImporter } from '../../src/importers/acled/acled.ts'
import type { Draft } from '../../src/importers/contract/draft.ts'
import type { Importer } from '../../src/importers/contract/importer.ts'
import { gtdImporter } from '../../src/importers/gtd/gtd.ts'
import { iraqBodyCountImporter } from '../../src/importers/iraq-body-count/iraq-body-count.ts'
import { ucdpGedImporter } from '../../src/importers/ucdp-ged/ucdp-ged.ts'
import { readSeed } from '../../src/seed/seed.ts'
import { fold } from '../../src/text/fold.ts'
import { expectToHandleGarbage, type Row, readDraft, readErrors, readRow } from './row-results.ts'

const IRAQ = readSeed()
  .places.filter(({ country_code }) => country_code === 'IQ')
  .map((place) => ({ ...place, updated_at: '2020-01-01T00:00:00Z' }))
/** The importer with the gazetteer of the seed. */
const importer: Importer = {
  ...iraqBodyCountImporter,
  reader: (columns) => iraqBodyCountImporter.reader(columns, IRAQ),
}

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

const draft = (cells: Row = {}) => readDraft(importer, { ...ROW, ...cells })
const errors = (cells: Row) => readErrors(importer, { ...ROW, ...cells })

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
    where: { country: 'IRQ', admin1: 'Baghdad', place: 'Baghdad', latitude: null, longitude: null },
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
  const expectPlaces = (cases: readonly [string, string | null, string | null, string][]) =>
    test.each(cases)('%s is in %s: %s, %s', (location, admin1, place, geo_precision) => {
      expect(draft({ Location: location })).toMatchObject({ where: { admin1, place }, geo_precision })
    })

  describe('in or by a town', () =>
    expectPlaces([
      ['Baghdad', 'Baghdad', 'Baghdad', 'near'],
      ['west Baghdad', 'Baghdad', 'Baghdad', 'near'],
      ['SW Baghdad', 'Baghdad', 'Baghdad', 'near'],
      ['Exampla, south-west Baghdad', 'Baghdad', 'Baghdad', 'near'],
      ['central or east Baghdad', 'Baghdad', 'Baghdad', 'near'],
      ['Municipality of Baghdad', 'Baghdad', 'Baghdad', 'near'],
      ['central Baquba', 'Diyala', 'Baqubah', 'near'],
      ['downtown Baqouba', 'Diyala', 'Baqubah', 'near'],
      ['w. Mosul', 'Nineveh', 'Mosul', 'near'],
      ['City of Mosul', 'Nineveh', 'Mosul', 'near'],
      ['near Example Garage, Mosul', 'Nineveh', 'Mosul', 'near'],
      ['jewellers of Example market in Kut', 'Wasit', 'Al-Kut', 'near'],
      ['Exampla near Hawija', 'Kirkuk', 'Al Ḩawījah', 'near'],
      ['in or near Heet', 'Anbar', 'Hīt', 'near'],
      ['southern outskirts of Hilla', 'Babil', 'Al Hillah', 'near'],
      ['Falluja (eastern outskirts)', 'Anbar', 'Al Fallūjah', 'near'],
      ['Exampla, east of Falluja', 'Anbar', 'Al Fallūjah', 'near'],
      ['SE of Kirkuk', 'Kirkuk', 'Kirkuk', 'near'],
      ['Exampla, near Syrian border, northwest of Mosul', 'Nineveh', 'Mosul', 'near'],
      ['Falluja, Iraq', 'Anbar', 'Al Fallūjah', 'near'],
      ['Mosul, in Tigris', 'Nineveh', 'Mosul', 'near'],
      ['Mandali/Mendli, near Iranian border', 'Diyala', 'Mandalī', 'near'],
      ['3 Najaf hospitals', 'Najaf', 'Najaf', 'near'],
      ['Medical City Hospital, Baghdad', 'Baghdad', 'Baghdad', 'near'],
      ['near Baghdad International Airport', 'Baghdad', 'Baghdad', 'near'],
    ]))

  describe('in the narrowest place that agrees with the wider ones', () =>
    expectPlaces([
      ['in Sadr City, Baghdad (market)', 'Baghdad', 'Sadr City', 'near'],
      ["Al-Sha'ab, north Baghdad", 'Baghdad', 'Shaab', 'near'],
      ['Karrada, central Baghdad', 'Baghdad', 'Karrada', 'near'],
      ['Example Bridge, Baghdad Al Jadeeda', 'Baghdad', 'New Baghdad', 'near'],
      ['main road in the Radhwaniyah area, southwestern Baghdad', 'Baghdad', 'Radwaniyah', 'near'],
      ['Exampla, Karma, east of Falluja', 'Anbar', 'Karmah', 'near'],
      ['Ameriya, south of Falluja', 'Anbar', 'Amiriyat al-Fallujah', 'near'],
      ['Amiriya, west Baghdad', 'Baghdad', 'Amiriya', 'near'],
      ['Tarmiyah, north of Baghdad', 'Baghdad', 'Aţ Ţārmīyah', 'near'],
      ['Sharqat, south of Mosul', 'Salah ad Din', 'Ash Sharqāt', 'near'],
      ['Exampla, near Bartilla, 30 km north of Mosul', 'Nineveh', 'Barţalah', 'near'],
      ['Al Qurnah, 210km SE of Baghdad', 'Basra', 'Al Qurnah', 'near'],
      ['Kirkuk, on the Baghdad road', 'Kirkuk', 'Kirkuk', 'near'],
      ['Amara, central Maysan province', 'Maysan', 'Al ‘Amārah', 'near'],
      ['central Kut, Wasit', 'Wasit', 'Al-Kut', 'near'],
      ['Rutba, Anbar', 'Anbar', 'Ar Ruţbah', 'near'],
      ['Hilla, Babylon province', 'Babil', 'Al Hillah', 'near'],
    ]))

  describe('not in a place that only shares its name', () =>
    expectPlaces([
      ['al-Yarmuk, w. Mosul', 'Nineveh', 'Mosul', 'near'],
      ['Muthanna, east Mosul', 'Nineveh', 'Mosul', 'near'],
      ['Qadisiyah, near Tikrit', 'Salah ad Din', 'Tikrīt', 'near'],
      ['Bab Sinjar, west Mosul', 'Nineveh', 'Mosul', 'near'],
      ['Baghdad Street, Basra', 'Basra', 'Basrah', 'near'],
      ['Diyala Bridge, southeast Baghdad', 'Baghdad', 'Baghdad', 'near'],
      ['near Muthanna airport', null, null, 'country'],
      ['Amiriya', null, null, 'country'],
    ]))

  describe('at a distance from a town', () =>
    expectPlaces([
      ['4km SW of Ramadi', 'Anbar', 'Ramadi', 'near'],
      ['25 km north of Baghdad', 'Baghdad', 'Baghdad', 'near'],
      ['12 miles north of Hilla', 'Babil', 'Al Hillah', 'near'],
      ['200m east of Exampla, New Baquba', 'Diyala', 'Baqubah', 'near'],
      ['30 km south of Baghdad', 'Baghdad', null, 'admin1'],
      ['Made-up village, 30 km southeast of Baghdad', 'Baghdad', null, 'admin1'],
      ['35 km northeast of Baquba', 'Diyala', null, 'admin1'],
      ['81km east of Rutbah', 'Anbar', null, 'admin1'],
      ['30-40 km north-west of Kirkuk', 'Kirkuk', null, 'admin1'],
      // Next to these points are towns of other governorates, or no direction is given.
      ['60 km south of Baghdad', null, null, 'unknown'],
      ['160 km west of Baghdad', null, null, 'unknown'],
      ['100 km from Baghdad', null, null, 'unknown'],
    ]))

  describe('in an area, or where bodies were brought', () =>
    expectPlaces([
      ['Diyala', 'Diyala', null, 'admin1'],
      ['Diyala province', 'Diyala', null, 'admin1'],
      ['Diwaniya province', 'Al-Qadisiyah', null, 'admin1'],
      ['Salah al-Din', 'Salah ad Din', null, 'admin1'],
      ['Babel', 'Babil', null, 'admin1'],
      ['Al-Anbar province NW of Baghdad', 'Anbar', null, 'admin1'],
      ['Anbar, west of Baghdad', 'Anbar', null, 'admin1'],
      ['near Syrian border in Nineveh', 'Nineveh', null, 'admin1'],
      ['Baghdad province, excluding Baghdad city', 'Baghdad', null, 'admin1'],
      ['between Baquba and Khalis', 'Diyala', null, 'admin1'],
      ['between Exampla and al-Dur.', 'Salah ad Din', null, 'admin1'],
      ['from Tikrit to Samarra', 'Salah ad Din', null, 'admin1'],
      ['Hilla-Iskandariya road', 'Babil', null, 'admin1'],
      ['Hillah and surrounding areas', 'Babil', null, 'admin1'],
      ['villages around Baquba', 'Diyala', null, 'admin1'],
      ['Baghdad morgue', 'Baghdad', null, 'admin1'],
      ['made-up deaths recorded at the Baghdad city morgue', 'Baghdad', null, 'admin1'],
      ['bodies brought to Kut hospital', 'Wasit', null, 'admin1'],
    ]))

  describe('in several places: in the innermost that contains them', () =>
    expectPlaces([
      ['Karrada and Mansour, Baghdad', 'Baghdad', 'Baghdad', 'near'],
      ['Bayaa/Exampla/Suwaib', 'Baghdad', 'Baghdad', 'near'],
      ['Exampla and Examplb, Samarra', 'Salah ad Din', 'Samarra', 'near'],
      ['Eskandariya and northern Babil province', 'Babil', null, 'admin1'],
      ['Mosul, Tikrit and Kirkuk', null, null, 'country'],
      ['Najaf, provinces Ninawa, Salah ad Din', null, null, 'country'],
      ['between Hilla and Karbala', null, null, 'country'],
      ['Hilla/Karbala', null, null, 'country'],
      ['Baghdad-Kirkuk road', null, null, 'country'],
    ]))

  describe('no place of the gazetteer', () =>
    expectPlaces([
      ['unknown location, Iraq', null, null, 'country'],
      ['towns and villages, excluding Baghdad', null, null, 'country'],
      ['Iraq-Syria border', null, null, 'country'],
      ['various locations', null, null, 'country'],
      ['Exampla', null, null, 'country'],
      ['north', null, null, 'country'],
      ['city centre', null, null, 'country'],
      ['?', null, null, 'unknown'],
    ]))

  test.each(
    `Abu Ghraib: Baghdad. Amara: Maysan. Baiji: Salah ad Din. Balad: Salah ad Din. Baqouba: Diyala. Diwaniyah:
    Al-Qadisiyah. Dohuk: Duhok. Dujail: Salah ad Din. Falluja: Anbar. Haditha: Anbar. Hawija: Kirkuk. Hilla: Babil. Hit:
    Anbar. Iskandariya: Babil. Jalawla: Diyala. Khanaqin: Diyala. Kut: Wasit. Latifiya: Baghdad. Mahmoudiya: Baghdad.
    Muqdadiya: Diyala. Najaf: Najaf. Nasiriya: Dhi Qar. Qaim: Anbar. Qayyara: Nineveh. Ramadi: Anbar. Rutba: Anbar.
    Salman Pak: Baghdad. Samawa: Muthanna. Shirqat: Salah ad Din. Sinjar: Nineveh. Sulaimaniyah: Sulaymaniyah. Taji:
    Baghdad. Tal Afar: Nineveh. Talafar: Nineveh. Tel Afar: Nineveh. Tarmiya: Baghdad. Tuz Khurmatu: Salah ad Din. Wassit:
    Wasit. Yusufiya: Baghdad. Adhamiya: Baghdad. Dora: Baghdad. Kadhimiya: Baghdad. Sadr City: Baghdad. Zafaraniya: Baghdad`
      .replace(/\s+/g, ' ')
      .split('. ')
      .map((line) => line.split(': ')),
  )('%s is found in %s', (location, admin1) => {
    expect(draft({ Location: location }).where.admin1).toBe(admin1)
  })

  test('the gazetteer of Iraq has no name for two places of a kind', () => {
    const owners = new Map<string, string>()
    for (const { id, name, aliases, kind } of IRAQ) {
      for (const folded of new Set([name, ...aliases].map(fold))) {
        const key = `${kind} ${folded}`
        expect(owners.get(key) ?? id, key).toBe(id)
        owners.set(key, id)
      }
    }
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
  expect(readRow(importer, { ...ROW, 'End Date': '1 Jan 2017' })).toEqual({
    errors: [{ column: 'end_date', value: '1 Jan 2017', reason: 'must not be before start_date' }],
  })
})

test('columns may come in any order, and the optional ones may be absent', () => {
  const reversed = Object.fromEntries(Object.entries(ROW).toReversed())
  expect(readDraft(importer, reversed)).toEqual(draft())
  const { Time, Target, Weapons, Sources, ...bare } = ROW
  expect(readDraft(importer, bare)).toMatchObject({
    part_of_day: null,
    weapons: [],
    actors: [],
    sources: [],
  })
})

test('never throws for what is in a cell', () => expectToHandleGarbage(importer, ROW))

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
