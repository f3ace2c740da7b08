import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import { describe, expect, test } from 'vitest'
import { Columns } from '../../src/importers/contract/columns.ts'
import type { Draft } from '../../src/importers/contract/draft.ts'
import { scadImporter } from '../../src/importers/scad/scad.ts'
import { DatabaseFiles, fetchJson, run } from '../support/database.ts'
import { expectToHandleGarbage, type Row, readDraft, readErrors, readRow } from './row-results.ts'

const FILES = new DatabaseFiles()

/** An invented event in the real columns of the file of Africa. */
const ROW: Row = {
  eventid: '4759001',
  id: '9001',
  ccode: '475',
  countryname: 'Nigeria',
  startdate: '2-Jan-17',
  enddate: '2-Jan-17',
  duration: '1',
  stday: '2',
  stmo: '1',
  styr: '2017',
  eday: '2',
  emo: '1',
  eyr: '2017',
  etype: '4',
  escalation: '0',
  actor1: 'Students',
  actor2: 'Teachers',
  actor3: '',
  target1: 'Central government',
  target2: '',
  cgovtarget: '1',
  rgovtarget: '0',
  npart: '3',
  ndeath: '4',
  repress: '2',
  elocal: 'Kano, Maiduguri',
  ilocal: 'Kano',
  sublocal: '1',
  locnum: '4',
  gislocnum: '2',
  issue1: '7',
  issue2: '',
  issue3: '',
  issuenote: 'Invented students riot.',
  nsource: 'Both',
  notes: 'Date estimated.',
  female_event: '0',
  lgtbq_issue: '0',
  coder: 'XX',
  acd_questionable: '0',
  latitude: '12.0',
  longitude: '8.5166',
  geo_comments: '',
  location_precision: '',
}

const draft = (cells: Row = {}) => readDraft(scadImporter, { ...ROW, ...cells })
const errors = (cells: Row) => readErrors(scadImporter, { ...ROW, ...cells })
const exactly = (number: number) => ({ low: number, best: number, high: number })

test('a row', () => {
  const actor = (name: string, role: 'perpetrator' | 'target') =>
    ({
      name,
      kind: 'unknown',
      role,
      attribution: role === 'target' ? null : 'reported',
    }) as const
  const source = (publisher: string) => ({ publisher, title: null, url: null, published_date: null })
  expect(draft()).toEqual({
    id: '4759001',
    kind: 'incident',
    title: null,
    description:
      "Invented students riot.\nRepression by the government: lethal.\nPlace: Kano.\nPlaces of the event: Kano, Maiduguri.\nCoder's note: Date estimated.",
    date_start: '2017-01-02',
    date_end: '2017-01-02',
    date_precision: 'day',
    part_of_day: null,
    where: { country: 'NGA', admin1: null, place: 'Kano', latitude: 12, longitude: 8.5166 },
    geo_precision: 'exact',
    incident_count: { low: 1, high: 1 },
    event_type: 'riots',
    sub_event_type: null,
    weapons: [],
    actors: [
      actor('Students', 'perpetrator'),
      actor('Teachers', 'perpetrator'),
      actor('Central government', 'target'),
    ],
    fatalities: { total: exactly(4), by_group: { unknown: exactly(4) } },
    injured: null,
    sources: [source('AP'), source('AFP')],
  } satisfies Draft)
})

test('a longer event is a range', () => {
  expect(draft({ enddate: '5-Feb-17' })).toMatchObject({
    date_start: '2017-01-02',
    date_end: '2017-02-05',
    date_precision: 'range',
  })
})

test.each([
  ['1', '0', 'protests', 'other'],
  ['2', '2', 'protests', 'other'],
  ['1', '3', 'riots', 'other'],
  ['2', '4', 'riots', 'other'],
  ['1', '8', null, 'other'],
  ['3', '0', 'riots', 'perpetrator'],
  ['4', '8', 'riots', 'perpetrator'],
  ['5', '0', null, 'other'],
  ['6', '4', null, 'other'],
  ['7', '0', null, 'perpetrator'],
  ['8', '0', null, 'perpetrator'],
  ['9', '0', null, 'perpetrator'],
  ['10', '', null, 'perpetrator'],
])('etype %s, escalation %s is %s', (etype, escalation, event_type, role) => {
  const result = draft({ etype, escalation })
  expect(result).toMatchObject({ event_type, sub_event_type: null })
  expect(result.actors[0]?.role).toBe(role)
})

test.each(['-99', '-88', '-77', ''])('ndeath %j is null', (ndeath) => {
  expect(draft({ ndeath }).fatalities).toBeNull()
})

test('zero deaths are zero', () => {
  expect(draft({ ndeath: '0' }).fatalities?.total).toEqual(exactly(0))
})

describe('several places of an event', () => {
  const second = draft({ ilocal: 'Maiduguri', sublocal: '2' })

  test('deaths and the event itself count at the first only', () => {
    expect(second).toMatchObject({
      id: '4759001-2',
      where: { place: 'Maiduguri' },
      fatalities: null,
      incident_count: { low: 0, high: 0 },
    })
    expect(second.description).toContain('Place 2 of event 4759001; its deaths are in the record of place 1.')
  })

  test('a number that SCAD gives to two events keeps both; a repeated row keeps its id', () => {
    const read = scadImporter.reader(new Columns(Object.keys(ROW)))
    const idOf = (cells: Row) => {
      const result = read(Object.values({ ...ROW, ...cells }))
      return 'draft' in result && result.draft.id
    }
    const later = { startdate: '31-Jan-17', enddate: '31-Jan-17' }
    expect([{}, { sublocal: '2' }, later, { ...later, sublocal: '2' }, {}].map(idOf)).toEqual([
      '4759001',
      '4759001-2',
      '4759001-2017-01-31',
      '4759001-2-2017-01-31',
      '4759001',
    ])
  })

  test('older files do not number places', () => {
    const { sublocal, ilocal, gislocnum, ...old } = ROW
    expect(readDraft(scadImporter, { ...old, elocal: 'Kano', locnum: '2' })).toMatchObject({
      id: '4759001',
      where: { place: 'Kano' },
    })
  })
})

test.each([
  ['Lagos', '2', '', null, 'Lagos', 'exact'],
  ['East London', '2', '', null, 'East London', 'exact'],
  ['Ndagu', '3', 'no', null, 'Ndagu', 'unknown'],
  ['Borno State', '6', '', 'Borno State', null, 'admin1'],
  ['Borno State', '5', 'No', 'Borno State', null, 'admin1'],
  ['Camaguey province', '6', '', 'Camaguey province', null, 'admin1'],
  ['Northern Bissau', '6', 'no', null, null, 'unknown'],
  ['Border with Senegal', '6', 'no', null, null, 'unknown'],
  ['South of Bissau', '6', 'no', null, null, 'unknown'],
  ['Sambisa Forest', '7', '', null, null, 'unknown'],
  ['Near Example Base', '3', '', null, null, 'unknown'],
  ['At sea', '-99', 'no', null, null, 'unknown'],
  ['Unknown', '-99', 'no', null, null, 'unknown'],
  ['nationwide', '7', '', null, null, 'country'],
])('%s (%s, %s) is %s, %s, %s', (ilocal, locnum, location_precision, admin1, place, geo_precision) => {
  expect(draft({ ilocal, locnum, location_precision })).toMatchObject({
    where: { admin1, place },
    geo_precision,
  })
})

test('the country is read by its number, or else by its name', () => {
  expect(draft({ ccode: '490.0', countryname: 'Congo, Kinshasa' }).where.country).toBe('COD')
  expect(draft({ ccode: '', countryname: 'Nigeria' }).where.country).toBe('Nigeria')
})

test('what is not named is no actor, and who is unknown is known to be', () => {
  const { actors } = draft({ actor1: 'Unknown gunmen', actor2: 'none', target1: 'Unknown' })
  expect(actors).toEqual([
    { name: 'Unknown gunmen', kind: 'unknown', role: 'perpetrator', attribution: 'unknown' },
  ])
})

test("UCDP's conflicts, which have a placeholder, and tags are no events", () => {
  const conflict = { ...ROW, eventid: '-4750005', etype: '-9', ndeath: '-77', startdate: '6-Jul-67' }
  expect(readRow(scadImporter, conflict)).toEqual({ skipped: 'an armed conflict of UCDP' })
  const tags = Object.fromEntries(Object.keys(ROW).map((name) => [name, '#event']))
  expect(readRow(scadImporter, tags)).toEqual({ skipped: 'HXL tags' })
})

test.each<[Row, string[]]>([
  [{ eventid: '' }, ['eventid: ']],
  [{ eventid: '-4750005' }, ['eventid: -4750005']],
  [{ startdate: '30-Feb-17' }, ['startdate: 30-Feb-17']],
  [{ enddate: '1-Jan-17' }, ['enddate: 1-Jan-17']],
  [{ etype: '11', escalation: '12', repress: '3' }, ['etype: 11', 'escalation: 12', 'repress: 3']],
  [{ ndeath: '-9' }, ['ndeath: -9']],
  [{ ndeath: '1.5', sublocal: '2' }, ['ndeath: 1.5']],
  [{ sublocal: '0' }, ['sublocal: 0']],
  [{ locnum: '9' }, ['locnum: 9']],
  [{ countryname: '' }, ['countryname: ']],
  [{ latitude: '91' }, ['latitude: 91']],
])('rejects %j', (cells, expected) => {
  expect(errors(cells)).toEqual(expected)
})

test('an error names the permitted codes', () => {
  expect(readRow(scadImporter, { ...ROW, ndeath: '-9' })).toEqual({
    errors: [
      { column: 'ndeath', value: '-9', reason: 'must be a number of deaths, or one of -99, -88, -77' },
    ],
  })
})

test('never throws for what is in a cell', () => expectToHandleGarbage(scadImporter, ROW))

test('by the command line, no death and no event counts twice', async () => {
  const path = join(FILES.newFolder(), 'SCAD2018Africa_Final.csv')
  const rows = [
    // The places of an event are in any order.
    { ...ROW, ilocal: 'Maiduguri', sublocal: '2' },
    ROW,
    { ...ROW, eventid: '4759002', sublocal: '1', ndeath: '3' },
    { ...ROW, eventid: '-4750005', etype: '-9', ndeath: '-77' },
  ]
  writeFileSync(path, stringify([Object.keys(ROW), ...rows.map((row) => Object.values(row))]))
  const database = FILES.copy()
  const { code, stdout } = await run(`import ${path}`, database)
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('added 3,') })
  expect(stdout).toContain('skipped 1 (not data)')
  const { data } = await fetchJson<{ data: object[] }>(database, '/v1/stats?dataset=scad&group_by=dataset')
  expect(data).toMatchObject([{ incidents: { low: 2, high: 2 }, fatalities: { low: 7, best: 7, high: 7 } }])
  const found = await fetchJson<{ data: { id: string }[] }>(
    database,
    '/v1/incidents?dataset=scad&city=Maiduguri',
  )
  expect(found.data.map(({ id }) => id)).toEqual(['scad:4759001-2'])
})
