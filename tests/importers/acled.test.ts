import { describe, expect, test } from 'vitest'
import { EVENT_TYPES, TAXONOMY } from '../../src/event-types/event-type.schema.ts'
import { acledImporter } from '../../src/importers/acled/acled.ts'
import type { Draft } from '../../src/importers/contract/draft.ts'
import { expectToHandleGarbage, type Row, readDraft, readErrors, readRow } from './row-results.ts'

/** An invented event in the columns of the current export. */
const ROW: Row = {
  event_id_cnty: 'IRQ900001',
  event_date: '2017-01-02',
  year: '2017',
  time_precision: '1',
  disorder_type: 'Political violence',
  event_type: 'Explosions/Remote violence',
  sub_event_type: 'Suicide bomb',
  actor1: 'Invented Brigade',
  assoc_actor_1: 'Friends of the Brigade; Others',
  inter1: 'Rebel group',
  actor2: 'Civilians (Iraq)',
  assoc_actor_2: 'Labor Group (Iraq)',
  inter2: 'Civilians',
  interaction: 'Rebel group-Civilians',
  civilian_targeting: 'Civilian targeting',
  iso: '368',
  region: 'Middle East',
  country: 'Iraq',
  admin1: 'Baghdad',
  admin2: 'Resafa',
  admin3: '',
  location: 'Exampletown',
  latitude: '33.3889',
  longitude: '44.4583',
  geo_precision: '1',
  source: 'Example Times; Example News;Example Times',
  source_scale: 'National',
  notes: 'An invented event.',
  fatalities: '12',
  tags: 'suicide vest',
  timestamp: '1700000000',
  population_best: '',
}

/** An invented event in the columns of a release before 2019. */
const OLD: Row = {
  GWNO: '645',
  EVENT_ID_CNTY: '1IRQ',
  EVENT_ID_NO_CNTY: '1',
  EVENT_DATE: '02-January-2015',
  YEAR: '2015',
  TIME_PRECISION: '1',
  EVENT_TYPE: 'Battle-No change of territory',
  ACTOR1: 'Military Forces of Exampleland',
  ALLY_ACTOR_1: 'A Militia',
  INTER1: '1',
  ACTOR2: 'Invented Front',
  ALLY_ACTOR_2: '',
  INTER2: '2',
  INTERACTION: '12',
  COUNTRY: 'Iraq',
  ADMIN1: 'Anbar',
  LOCATION: 'Exampleburgh',
  LATITUDE: '33.1',
  LONGITUDE: '43.2',
  GEO_PRECISION: '2',
  SOURCE: 'Example Agency',
  NOTES: '',
  FATALITIES: '0',
}

const draft = (cells: Row = {}, row = ROW) => readDraft(acledImporter, { ...row, ...cells })
const errors = (cells: Row, row = ROW) => readErrors(acledImporter, { ...row, ...cells })

test('reads a row of the current export', () => {
  const deaths = { low: 12, best: 12, high: 12 }
  const perpetrator = { role: 'perpetrator', attribution: 'reported' } as const
  const target = { role: 'target', attribution: null } as const
  expect(draft()).toEqual({
    id: 'IRQ900001',
    kind: 'incident',
    title: null,
    description: 'An invented event.',
    date_start: '2017-01-02',
    date_end: '2017-01-02',
    date_precision: 'day',
    part_of_day: null,
    where: {
      country: 'Iraq',
      iso: 'IRQ',
      admin1: 'Baghdad',
      place: 'Exampletown',
      latitude: 33.3889,
      longitude: 44.4583,
    },
    geo_precision: 'exact',
    incident_count: { low: 1, high: 1 },
    event_type: 'explosions_remote_violence',
    sub_event_type: 'suicide_bomb',
    weapons: [],
    actors: [
      { name: 'Invented Brigade', kind: 'rebel_group', ...perpetrator },
      { name: 'Friends of the Brigade', kind: 'unknown', ...perpetrator },
      { name: 'Others', kind: 'unknown', ...perpetrator },
      { name: 'Civilians (Iraq)', kind: 'civilians', ...target },
      { name: 'Labor Group (Iraq)', kind: 'unknown', ...target },
    ],
    fatalities: { total: deaths, by_group: { unknown: deaths } },
    injured: null,
    sources: ['Example Times', 'Example News'].map((publisher) => ({
      publisher,
      title: null,
      url: null,
      published_date: null,
    })),
  } satisfies Draft)
})

test('reads a row of an old release', () => {
  const fighter = { role: 'other', attribution: null }
  expect(draft({}, OLD)).toMatchObject({
    id: '1IRQ',
    description: null,
    date_start: '2015-01-02',
    where: { country: 'Iraq', admin1: 'Anbar', place: 'Exampleburgh' },
    geo_precision: 'near',
    event_type: 'battles',
    sub_event_type: 'armed_clash',
    actors: [
      { name: 'Military Forces of Exampleland', kind: 'state_forces', ...fighter },
      { name: 'A Militia', kind: 'unknown', ...fighter },
      { name: 'Invented Front', kind: 'rebel_group', ...fighter },
    ],
    fatalities: { total: { low: 0, best: 0, high: 0 } },
  })
})

test.each([
  ['2015-01-02', '2015-01-02'],
  ['2015-01-02 00:00:00', '2015-01-02'],
  ['02-January-2015', '2015-01-02'],
  ['2 January 2015', '2015-01-02'],
  ['2 jan 2015', '2015-01-02'],
  ['16-Feb-15', '2015-02-16'],
])('event_date %s is %s', (event_date, day) => {
  expect(draft({ event_date, year: '2015' })).toMatchObject({ date_start: day, date_end: day })
})

test.each([
  ['2017-01-02', '1', 'day', '2017-01-02', '2017-01-02'],
  ['2017-01-02', '2', 'week', '2016-12-30', '2017-01-05'],
  ['2017-02-14', '3', 'month', '2017-02-01', '2017-02-28'],
  ['2016-02-01', '3', 'month', '2016-02-01', '2016-02-29'],
  ['2017-12-31', '3.0', 'month', '2017-12-01', '2017-12-31'],
])('%s of time_precision %s is a %s from %s to %s', (event_date, time_precision, precision, start, end) => {
  const cells = { event_date, time_precision, year: event_date.slice(0, 4) }
  expect(draft(cells)).toMatchObject({ date_start: start, date_end: end, date_precision: precision })
})

test.each([
  ['1', 'exact', 'Exampletown'],
  ['2', 'near', 'Exampletown'],
  ['3', 'admin1', null],
  ['', 'unknown', 'Exampletown'],
])('geo_precision %j is %s, the place %s', (geo_precision, precision, place) => {
  expect(draft({ geo_precision })).toMatchObject({ geo_precision: precision, where: { place } })
})

test.each([
  [{ iso: '4', country: 'Afghanistan' }, 'AFG'],
  [{ iso: '004.0', country: 'Afghanistan' }, 'AFG'],
  [{ iso: '0', country: 'Kosovo' }, undefined],
  [{ iso: '', country: 'Iraq' }, undefined],
  [{ iso: '', iso3: 'COD', country: 'Democratic Republic of Congo' }, 'COD'],
])('the code of the country of %j is %s', (cells, iso) => {
  expect(draft(cells as Row).where).toMatchObject({ country: (cells as Row).country })
  expect(draft(cells as Row).where.iso).toBe(iso)
})

describe('event types', () => {
  const named = [
    ['Battles', 'Government regains territory', 'battles', 'government_regains_territory'],
    ['Battles', 'Non-state actor overtakes territory', 'battles', 'non_state_actor_overtakes_territory'],
    ['Explosions/Remote violence', 'Air/drone strike', 'explosions_remote_violence', 'air_drone_strike'],
    [
      'Explosions/Remote violence',
      'Shelling/artillery/missile attack',
      'explosions_remote_violence',
      'shelling_artillery_missile_attack',
    ],
    [
      'Explosions/Remote violence',
      'Remote explosive/landmine/IED',
      'explosions_remote_violence',
      'remote_explosive_landmine_ied',
    ],
    [
      'Violence against civilians',
      'Abduction/forced disappearance',
      'violence_against_civilians',
      'abduction_forced_disappearance',
    ],
    ['Protests', 'Excessive force against protestors', 'protests', 'excessive_force_against_protesters'],
    [
      'Strategic developments',
      'Change to group/activity',
      'strategic_developments',
      'change_to_group_activity',
    ],
    [
      'Strategic developments',
      'Looting/property destruction',
      'strategic_developments',
      'looting_property_destruction',
    ],
    ['Strategic developments', 'Other', 'strategic_developments', 'other'],
    // Code books before 2019: no sub-event types, and the sub-event type that the name implies.
    ['Battle-Government regains territory', '', 'battles', 'government_regains_territory'],
    ['Battle-Non-state actor overtakes territory', '', 'battles', 'non_state_actor_overtakes_territory'],
    ['Battle-Non-state actors overtake territory', '', 'battles', 'non_state_actor_overtakes_territory'],
    ['Battle-No change of territory', '', 'battles', 'armed_clash'],
    ['Remote violence', '', 'explosions_remote_violence', null],
    ['Violence against civilians', '', 'violence_against_civilians', null],
    ['Violence Against Civilians', '', 'violence_against_civilians', null],
    ['Headquarters or base established', '', 'strategic_developments', 'headquarters_or_base_established'],
    ['Non-violent transfer of territory', '', 'strategic_developments', 'non_violent_transfer_of_territory'],
    ['Non-violent activity by a conflict actor', '', 'strategic_developments', null],
    ['Strategic development', '', 'strategic_developments', null],
  ] as const
  test.each(named)('%s, %j is %s, %s', (event_type, sub_event_type, type, sub) => {
    expect(draft({ event_type, sub_event_type })).toMatchObject({ event_type: type, sub_event_type: sub })
  })

  test('every type of the taxonomy is read by its name', () => {
    for (const event_type of EVENT_TYPES) {
      for (const sub_event_type of TAXONOMY[event_type]) {
        const cells = { event_type: event_type.replaceAll('_', ' '), sub_event_type }
        expect(draft(cells)).toMatchObject({ event_type, sub_event_type })
      }
    }
  })

  test.each([
    ['5', '1', 'riots'],
    ['6', '', 'protests'],
    ['1', '6', 'protests'],
    ['6', '5', 'riots'],
    ['', '', null],
  ])('Riots/Protests of actors %j and %j are %s', (inter1, inter2, type) => {
    const cells = { event_type: 'Riots/Protests', sub_event_type: '', inter1, inter2 }
    expect(draft(cells)).toMatchObject({ event_type: type, sub_event_type: null })
  })
})

test.each([
  ['1', 'state_forces'],
  ['8.0', 'external_other_forces'],
  ['0', 'unknown'],
  ['', 'unknown'],
  ['State forces', 'state_forces'],
  ['Rebel Groups', 'rebel_group'],
  ['Political militia', 'political_militia'],
  ['Identity militia', 'identity_militia'],
  ['Communal militia', 'identity_militia'],
  ['Rioters', 'rioters'],
  ['Protestors', 'protesters'],
  ['External/Other forces', 'external_other_forces'],
])('inter1 %j is an actor of kind %s', (inter1, kind) => {
  expect(draft({ inter1 }).actors[0]?.kind).toBe(kind)
})

describe('roles', () => {
  const shelling = {
    event_type: 'Explosions/Remote violence',
    sub_event_type: 'Shelling/artillery/missile attack',
  }
  const attack = { event_type: 'Violence against civilians', sub_event_type: 'Attack' }
  test.each([
    ['battles', { event_type: 'Battles', sub_event_type: 'Armed clash' }, '2', '1', ['other', 'other']],
    ['a strike', shelling, '1', '2', ['perpetrator', 'target']],
    ['an attack', attack, '3', '7', ['perpetrator', 'target']],
    ['an attack with the civilians first', attack, '7', '3', ['target', 'perpetrator']],
    [
      'shots at protesters',
      { event_type: 'Protests', sub_event_type: 'Excessive force against protesters' },
      '6',
      '1',
      ['target', 'perpetrator'],
    ],
    [
      'a dispersed protest',
      { event_type: 'Protests', sub_event_type: 'Protest with intervention' },
      '6',
      '1',
      ['other', 'other'],
    ],
    ['a mob', { event_type: 'Riots', sub_event_type: 'Mob violence' }, '5', '1', ['other', 'other']],
    [
      'a mob against civilians',
      { event_type: 'Riots', sub_event_type: 'Mob violence', civilian_targeting: 'Civilian targeting' },
      '5',
      '7',
      ['perpetrator', 'target'],
    ],
    [
      'an agreement',
      { event_type: 'Strategic developments', sub_event_type: 'Agreement' },
      '1',
      '2',
      ['other', 'other'],
    ],
  ])('of %s', (_, cells, inter1, inter2, roles) => {
    const bare = { assoc_actor_1: '', assoc_actor_2: '', civilian_targeting: '' }
    const { actors } = draft({ ...bare, ...cells, inter1, inter2 } as Row)
    expect(actors.map(({ role }) => role)).toEqual(roles)
    for (const { role, attribution } of actors)
      expect(attribution).toBe(role === 'perpetrator' ? 'reported' : null)
  })

  test('an unidentified perpetrator is unknown, and the same actor twice in a role is one', () => {
    const cells = {
      actor1: 'Unidentified Armed Group (Iraq)',
      assoc_actor_1: 'Unidentified armed group (Iraq)',
    }
    expect(draft({ ...cells, actor2: '', assoc_actor_2: '', inter2: '' }).actors).toEqual([
      {
        name: 'Unidentified Armed Group (Iraq)',
        kind: 'rebel_group',
        role: 'perpetrator',
        attribution: 'unknown',
      },
    ])
  })
})

test('missing values are null: figures, incomplete coordinates, sources', () => {
  expect(draft({ fatalities: '', latitude: '', source: '', notes: '', admin1: '' })).toMatchObject({
    fatalities: null,
    injured: null,
    description: null,
    where: { admin1: null, latitude: null, longitude: null },
    sources: [],
  })
})

test.each<[Row, string[]]>([
  [{ event_id_cnty: '' }, ['event_id_cnty: ']],
  [{ event_id_cnty: 'IRQ 1' }, ['event_id_cnty: IRQ 1']],
  [{ event_id_cnty: 'IRQ\u00071' }, ['event_id_cnty: IRQ\u00071']],
  [{ event_date: '2017-02-30' }, ['event_date: 2017-02-30']],
  [{ event_date: '30 February 2017' }, ['event_date: 30 February 2017']],
  [{ event_date: '02/01/2017' }, ['event_date: 02/01/2017']],
  [{ event_date: '' }, ['event_date: ']],
  [{ event_date: '0001-01-01' }, ['event_date: 0001-01-01']],
  [{ year: '2016' }, ['year: 2016']],
  [{ time_precision: '4' }, ['time_precision: 4']],
  [{ time_precision: '' }, ['time_precision: ']],
  [{ geo_precision: '0' }, ['geo_precision: 0']],
  [{ latitude: '91' }, ['latitude: 91']],
  [{ longitude: '-180.5' }, ['longitude: -180.5']],
  [{ fatalities: '-1' }, ['fatalities: -1']],
  [{ fatalities: '1.5' }, ['fatalities: 1.5']],
  [{ fatalities: '3-4' }, ['fatalities: 3-4']],
  [{ event_type: 'Skirmish' }, ['event_type: Skirmish']],
  [{ event_type: 'constructor' }, ['event_type: constructor']],
  [{ event_type: '' }, ['event_type: ']],
  [{ sub_event_type: 'Armed clash' }, ['sub_event_type: Armed clash']],
  [{ inter1: '9' }, ['inter1: 9']],
  [{ inter2: 'Robots' }, ['inter2: Robots']],
  [{ iso: 'IRQ' }, ['iso: IRQ']],
  [{ country: '' }, ['country: ']],
  [{ actor1: '' }, ['actor1: ']],
  // All at once.
  [
    { event_id_cnty: '', event_date: '2017-02-30', latitude: '91', fatalities: '-1', event_type: 'Skirmish' },
    ['event_type: Skirmish', 'event_id_cnty: ', 'event_date: 2017-02-30', 'latitude: 91', 'fatalities: -1'],
  ],
])('rejects %j', (cells, expected) => {
  expect(errors(cells)).toEqual(expected)
})

test('reports what is valid', () => {
  expect(readRow(acledImporter, { ...ROW, sub_event_type: 'Arson' })).toEqual({
    errors: [
      {
        column: 'sub_event_type',
        value: 'Arson',
        reason: expect.stringMatching(/^must be a sub-event type of explosions_remote_violence: air_drone/),
      },
    ],
  })
})

test('a row of HXL tags is skipped', () => {
  const tags = Object.fromEntries(Object.keys(ROW).map((name, index) => [name, index % 3 ? `#${name}` : '']))
  expect(readRow(acledImporter, tags)).toEqual({ skipped: 'HXL tags' })
})

test('columns may come in any order, and the optional ones may be absent', () => {
  const reversed = Object.fromEntries(Object.entries(ROW).toReversed())
  expect(readDraft(acledImporter, reversed)).toEqual(draft())
  const bare = Object.fromEntries(acledImporter.required.map((name) => [name, ROW[name] ?? '']))
  expect(readDraft(acledImporter, bare)).toMatchObject({
    description: null,
    geo_precision: 'unknown',
    where: { country: 'Iraq', admin1: null, latitude: null },
    sources: [],
  })
})

test('never throws, whatever a cell contains', () => expectToHandleGarbage(acledImporter, ROW))
