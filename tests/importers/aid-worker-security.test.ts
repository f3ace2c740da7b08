import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import { describe, expect, test } from 'vitest'
import { aidWorkerSecurityImporter } from '../../src/importers/aid-worker-security/aid-worker-security.ts'
import type { Draft } from '../../src/importers/contract/draft.ts'
import { DatabaseFiles, fetchJson, run } from '../support/database.ts'
import { expectToHandleGarbage, type Row, readDraft, readErrors, readRow } from './row-results.ts'

const FILES = new DatabaseFiles()

/** An invented incident in the real columns. */
const ROW: Row = {
  'Incident ID': '90001',
  Year: '2017',
  Month: '1',
  Day: '2',
  'Country Code': 'IQ',
  Country: 'Iraq',
  Region: 'Salah al-Din',
  District: 'Samarra',
  City: 'Samarra',
  UN: '1',
  INGO: '0',
  ICRC: '0',
  'NRCS and IFRC': '0',
  NNGO: '2',
  Other: '0',
  'Nationals killed': '1',
  'Nationals wounded': '1',
  'Nationals kidnapped': '0',
  'Nationals detained': '0',
  'Total nationals': '2',
  'Internationals killed': '0',
  'Internationals wounded': '1',
  'Internationals kidnapped': '0',
  'Internationals detained': '0',
  'Total internationals': '1',
  'Total killed': '1',
  'Total wounded': '2',
  'Total kidnapped': '0',
  'Total detained': '0',
  'Total affected': '3',
  'Gender Male': '2',
  'Gender Female': '1',
  'Gender Unknown': '0',
  'Means of attack': 'Roadside IED',
  'Attack context': 'Ambush',
  Location: 'Road',
  Latitude: '34.1966',
  Longitude: '43.8739',
  Motive: 'Unknown',
  'Actor type': 'Non-state armed group: Regional',
  'Actor name': 'Example Group',
  Details: 'An invented convoy was attacked.',
  Verified: 'Yes',
  Source: 'Focal Point',
}

const draft = (cells: Row = {}) => readDraft(aidWorkerSecurityImporter, { ...ROW, ...cells })
const errors = (cells: Row) => readErrors(aidWorkerSecurityImporter, { ...ROW, ...cells })
const exactly = (number: number) => ({ low: number, best: number, high: number })

test('a row', () => {
  expect(draft()).toEqual({
    id: '90001',
    kind: 'incident',
    title: null,
    description:
      'An invented convoy was attacked.\nNationals: 1 killed, 1 wounded. Internationals: 1 wounded. Means of attack: Roadside IED. Attack context: Ambush. Setting: Road. Place as given: Samarra, Samarra, Salah al-Din. Source: Focal Point. Verified: Yes.',
    date_start: '2017-01-02',
    date_end: '2017-01-02',
    date_precision: 'day',
    part_of_day: null,
    where: {
      country: 'Iraq',
      iso: 'IQ',
      admin1: 'Salah al-Din',
      place: 'Samarra',
      latitude: 34.1966,
      longitude: 43.8739,
    },
    geo_precision: 'near',
    incident_count: { low: 1, high: 1 },
    event_type: 'explosions_remote_violence',
    sub_event_type: 'remote_explosive_landmine_ied',
    weapons: ['Roadside IED'],
    actors: [
      { name: 'Example Group', kind: 'unknown', role: 'perpetrator', attribution: 'reported' },
      { name: 'Aid workers (UN)', kind: 'civilians', role: 'target', attribution: null },
      { name: 'Aid workers (NNGO)', kind: 'civilians', role: 'target', attribution: null },
    ],
    fatalities: { total: exactly(1), by_group: { civilians: exactly(1) } },
    injured: { total: exactly(2), by_group: { civilians: exactly(2) } },
    sources: [],
  } satisfies Draft)
})

test.each([
  [{ Day: '' }, 'month', '2017-01-01', '2017-01-31'],
  [{ Month: '2', Day: '' }, 'month', '2017-02-01', '2017-02-28'],
  [{ Month: '', Day: '' }, 'year', '2017-01-01', '2017-12-31'],
  [{ Year: '2017.0', Month: '1.0', Day: '3.0' }, 'day', '2017-01-03', '2017-01-03'],
])('%j is a %s', (cells, date_precision, date_start, date_end) => {
  expect(draft(cells)).toMatchObject({ date_precision, date_start, date_end })
})

describe('places', () => {
  test.each([
    ['Mogadishu, Waberi', 'Mogadishu', 'near'],
    ['Jabalia refugee camp', 'Jabalia refugee camp', 'near'],
    ['Ain al-Ghazal (north)', 'Ain al-Ghazal', 'near'],
    ['Exampla (200km W of city on Example road)', null, 'admin2'],
    ['Between Exampla and Examplu', null, 'admin2'],
    ['Example Hospital', null, 'admin2'],
    ['?', null, 'admin2'],
    ['', null, 'admin2'],
  ])('%s is %s, %s', (City, place, geo_precision) => {
    const result = draft({ City })
    expect(result).toMatchObject({ where: { place }, geo_precision })
    expect(result.description).toContain(City)
  })

  test('only the division or the country may be known', () => {
    expect(draft({ City: '', District: '' })).toMatchObject({ geo_precision: 'admin1' })
    expect(draft({ City: '', District: '', Region: '' })).toMatchObject({
      where: { country: 'Iraq', iso: 'IQ', admin1: null, place: null },
      geo_precision: 'country',
    })
    expect(draft({ Latitude: '' }).where).toMatchObject({ latitude: null, longitude: null })
  })

  test('Chechnya, which has no code, lies in Russia', () => {
    const result = draft({ 'Country Code': '', Country: 'Chechnya' })
    expect(result.where).toMatchObject({ country: 'Chechnya', iso: 'RUS' })
    expect(result.description).toContain('Country as given: Chechnya.')
    expect(draft({ 'Country Code': '', Country: 'Iraq' }).where.country).toBe('Iraq')
    expect(draft({ 'Country Code': '', Country: '' }).where.country).toBe(null)
  })
})

test.each([
  ['Aerial bombardment', 'Combat/Crossfire', 'explosions_remote_violence', null, []],
  ['Shelling', 'Unknown', 'explosions_remote_violence', 'shelling_artillery_missile_attack', []],
  ['Landmine ', '', 'explosions_remote_violence', 'remote_explosive_landmine_ied', ['Landmine']],
  ['Vehicle-born IED', 'Raid', 'explosions_remote_violence', null, ['Vehicle-born IED']],
  ['Body-borne IED', 'Raid', 'explosions_remote_violence', null, ['Body-borne IED']],
  ['Other Explosives', 'Raid', 'explosions_remote_violence', null, ['Other Explosives']],
  ['Kidnap-killing', 'Ambush', 'violence_against_civilians', null, []],
  ['Rape/sexual assault ', 'Raid', 'violence_against_civilians', 'sexual_violence', []],
  ['Bodily assault', 'Mob violence', 'riots', null, []],
  ['Bodily assault', 'Individual attack', null, null, []],
  ['Shooting', 'Combat/Crossfire', null, null, []],
  ['Complex attack', 'Raid', null, null, []],
  ['Detention/arrest', 'Detention', null, null, []],
  ['Unknown', 'Unknown', null, null, []],
])('%s (%s) is %s, %s', (means, context, event_type, sub_event_type, weapons) => {
  expect(draft({ 'Means of attack': means, 'Attack context': context })).toMatchObject({
    event_type,
    sub_event_type,
    weapons,
  })
})

test('a kidnapping is an abduction unless somebody was killed or wounded', () => {
  const kidnapping = { 'Means of attack': 'Kidnapping', 'Nationals kidnapped': '3', 'Total kidnapped': '3' }
  const unharmed = draft({ ...kidnapping, 'Total killed': '0', 'Total wounded': '0' })
  expect(unharmed).toMatchObject({
    event_type: 'violence_against_civilians',
    sub_event_type: 'abduction_forced_disappearance',
  })
  expect(unharmed.description).toContain('3 kidnapped')
  expect(draft(kidnapping)).toMatchObject({
    event_type: 'violence_against_civilians',
    sub_event_type: null,
  })
})

test('zero is zero, and nothing is null', () => {
  expect(draft({ 'Total killed': '0', 'Total wounded': '' })).toMatchObject({
    fatalities: { total: exactly(0) },
    injured: null,
  })
})

test.each([
  ['Host State', 'Example Army', 'Example Army', 'state_forces'],
  ['Police or paramilitary', 'Unknown', 'Police or paramilitary', 'state_forces'],
  ['Foreign or coalition forces', 'Example Coalition', 'Example Coalition', 'external_other_forces'],
  ['Criminal', 'Not applicable', 'Criminal', 'unknown'],
  ['Unknown', 'Example Clan', 'Example Clan', 'unknown'],
])('%s, %s is %s, %s', (type, given, name, kind) => {
  expect(draft({ 'Actor type': type, 'Actor name': given }).actors[0]).toEqual({
    name,
    kind,
    role: 'perpetrator',
    attribution: 'reported',
  })
})

test('an unknown attacker is no actor', () => {
  const { actors } = draft({ 'Actor type': 'Unknown', 'Actor name': 'Unknown' })
  expect(actors.map(({ role }) => role)).toEqual(['target', 'target'])
})

test.each<[Row, string[]]>([
  [{ 'Incident ID': '' }, ['incident_id: ']],
  [{ 'Incident ID': 'A1' }, ['incident_id: A1']],
  [{ Year: '' }, ['year: ']],
  [{ Year: '17' }, ['year: 17']],
  [{ Month: '13' }, ['month: 13', 'day: 2']],
  [{ Month: '' }, ['day: 2']],
  [{ Month: '2', Day: '30' }, ['day: 30']],
  [{ 'Total killed': '-1', 'Total wounded': 'some' }, ['total_killed: -1', 'total_wounded: some']],
  [{ 'Means of attack': 'S' }, ['means_of_attack: S']],
  [
    { 'Attack context': 'Am', Motive: 'Love', 'Actor type': 'NSAG' },
    ['attack_context: Am', 'motive: Love', 'actor_type: NSAG'],
  ],
])('rejects %j', (cells, expected) => {
  expect(errors(cells)).toEqual(expected)
})

test('an error names the permitted names', () => {
  expect(readRow(aidWorkerSecurityImporter, { ...ROW, Motive: 'Love' })).toEqual({
    errors: [
      {
        column: 'motive',
        value: 'Love',
        reason:
          'must be a name of the AWSD codebook: disputed, economic, incidental, other, political, unknown',
      },
    ],
  })
})

test("the humanitarian exchange's file without some columns, and its row of tags", () => {
  const { Latitude, Longitude, City, Details, ...bare } = ROW
  expect(readDraft(aidWorkerSecurityImporter, bare)).toMatchObject({
    where: { admin1: 'Salah al-Din', place: null, latitude: null, longitude: null },
    geo_precision: 'admin2',
  })
  const tags = Object.fromEntries(
    Object.keys(ROW).map((name) => [name, name === 'Verified' ? '' : '#event+id']),
  )
  expect(readRow(aidWorkerSecurityImporter, tags)).toEqual({ skipped: 'HXL tags' })
})

test('never throws for what is in a cell', () => expectToHandleGarbage(aidWorkerSecurityImporter, ROW))

test('a file is recognised and imported by the command line', async () => {
  const path = join(FILES.newFolder(), 'security_incidents.csv')
  const rows = [ROW, { ...ROW, 'Incident ID': '90002', Month: '', Day: '', City: '' }]
  const tags = Object.keys(ROW).map((_, index) => (index === 0 ? '#event+id' : ''))
  writeFileSync(path, stringify([Object.keys(ROW), tags, ...rows.map((row) => Object.values(row))]))
  const database = FILES.copy()
  const { code, stdout } = await run(`import ${path}`, database)
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('added 2,') })
  expect(stdout).toContain('Aid Worker Security Database (AWSD)')
  const record = await fetchJson<object>(database, '/v1/incidents/awsd:90001')
  expect(record).toMatchObject({
    dataset: 'awsd',
    place: { city: 'Samarra', country: 'Iraq' },
    fatalities: { low: 1, best: 1, high: 1 },
    original: ROW,
  })
})
