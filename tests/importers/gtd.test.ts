import { describe, expect, test } from 'vitest'
import type { Draft } from '../../src/importers/contract/draft.ts'
import { COUNTRIES, FORMER_COUNTRIES } from '../../src/importers/gtd/codes.ts'
import { gtdImporter } from '../../src/importers/gtd/gtd.ts'
import { listCountries } from '../../src/seed/countries.ts'
import { expectToHandleGarbage, type Row, readDraft, readErrors, readRow } from './row-results.ts'

/** An invented attack in columns of the real file. */
const ROW: Row = {
  eventid: '201701020999',
  iyear: '2017',
  imonth: '1',
  iday: '2',
  approxdate: '',
  extended: '0',
  resolution: '',
  country_txt: 'Iraq',
  region_txt: 'Middle East & North Africa',
  provstate: 'Baghdad',
  city: 'Exampletown',
  latitude: '33.3889',
  longitude: '44.4583',
  specificity: '1',
  vicinity: '0',
  location: '',
  summary: 'An invented attack.',
  crit1: '1',
  crit2: '1',
  crit3: '1',
  doubtterr: '0',
  alternative_txt: '',
  multiple: '0',
  success: '1',
  suicide: '0',
  attacktype1_txt: 'Bombing/Explosion',
  attacktype2_txt: '',
  targtype1_txt: 'Police',
  corp1: 'Example Police',
  target1: 'Checkpoint',
  natlty1_txt: 'Iraq',
  targtype2_txt: '',
  target2: '',
  gname: 'Invented Brigade',
  gname2: '',
  gname3: '',
  guncertain1: '0',
  claimed: '1',
  claimmode_txt: '',
  compclaim: '',
  weaptype1_txt: 'Explosives',
  weapsubtype1_txt: 'Vehicle',
  weaptype2_txt: '',
  weapsubtype2_txt: '',
  weapdetail: '',
  nkill: '5',
  nkillus: '0',
  nkillter: '1',
  nwound: '7',
  nwoundus: '0',
  nwoundte: '0',
  property: '1',
  ishostkid: '0',
  ransom: '0',
  addnotes: '',
  scite1: '"An Invented Headline," Example News, January 3, 2017.',
  scite2: '',
  scite3: '',
  dbsource: 'Example Collection',
  related: '',
}

const draft = (cells: Row = {}) => readDraft(gtdImporter, { ...ROW, ...cells })
const errors = (cells: Row) => readErrors(gtdImporter, { ...ROW, ...cells })
const pointRange = (number: number) => ({ low: number, best: number, high: number })

test('reads a row', () => {
  expect(draft()).toEqual({
    id: '201701020999',
    kind: 'incident',
    title: null,
    description: 'An invented attack.',
    date_start: '2017-01-02',
    date_end: '2017-01-02',
    date_precision: 'day',
    part_of_day: null,
    where: {
      country: 'Iraq',
      admin1: 'Baghdad',
      place: 'Exampletown',
      latitude: 33.3889,
      longitude: 44.4583,
    },
    geo_precision: 'exact',
    incident_count: { low: 1, high: 1 },
    event_type: 'explosions_remote_violence',
    sub_event_type: 'remote_explosive_landmine_ied',
    weapons: ['Explosives: Vehicle'],
    actors: [
      { name: 'Invented Brigade', kind: 'unknown', role: 'perpetrator', attribution: 'claimed' },
      { name: 'Checkpoint', kind: 'state_forces', role: 'target', attribution: null },
    ],
    fatalities: { total: pointRange(5), by_group: { assailants: pointRange(1), unknown: pointRange(4) } },
    injured: { total: pointRange(7), by_group: { assailants: pointRange(0), unknown: pointRange(7) } },
    sources: [
      {
        publisher: 'Example News',
        title: 'An Invented Headline',
        url: null,
        published_date: '2017-01-03',
      },
    ],
  } satisfies Draft)
})

test.each<[Row, string, string, string]>([
  [{ imonth: '2', iday: '28' }, 'day', '2017-02-28', '2017-02-28'],
  [{ imonth: '2', iday: '0' }, 'month', '2017-02-01', '2017-02-28'],
  [{ iyear: '2016', imonth: '02', iday: '0.0' }, 'month', '2016-02-01', '2016-02-29'],
  [{ imonth: '0', iday: '0' }, 'year', '2017-01-01', '2017-12-31'],
  [{ extended: '1', resolution: '2017-03-04' }, 'range', '2017-01-02', '2017-03-04'],
  [{ extended: '1', resolution: '2017-03-04 00:00:00', iday: '0' }, 'range', '2017-01-01', '2017-03-04'],
  [{ extended: '1', resolution: '3/4/2017' }, 'day', '2017-01-02', '2017-01-02'],
  [{ extended: '0', resolution: '2017-03-04' }, 'day', '2017-01-02', '2017-01-02'],
])('%j is a %s from %s to %s', (cells, precision, start, end) => {
  expect(draft(cells)).toMatchObject({ date_precision: precision, date_start: start, date_end: end })
})

test.each<[Row, string]>([
  [{ approxdate: 'January 1-3, 2017', iday: '0' }, 'Date as given: January 1-3, 2017.'],
  [{ extended: '1', resolution: '3/4/2017' }, 'Lasted more than 24 hours; resolved 3/4/2017.'],
  [{ extended: '1' }, 'Lasted more than 24 hours.'],
  [{ country_txt: 'Zaire' }, 'Country as given: Zaire.'],
  [{ nkill: '1.5' }, 'nkill as given: 1.5, an even share of one figure for several records.'],
  [{ location: 'By the river.' }, 'By the river.'],
  [{ weapdetail: 'A car with explosives.' }, 'A car with explosives.'],
  [{ success: '0' }, 'The attack did not succeed.'],
  [{ doubtterr: '1' }, 'GTD doubts that this was terrorism.'],
  [
    { doubtterr: '1', alternative_txt: 'Insurgency/Guerilla Action' },
    'GTD doubts that this was terrorism; it may have been: Insurgency/Guerilla Action.',
  ],
  [
    { multiple: '1', related: '201701020999, 201701020998' },
    'Part of a multiple attack; related records: 201701020999, 201701020998.',
  ],
])('%j is added to the description', (cells, note) => {
  expect(draft(cells).description).toBe(`An invented attack.\n${note}`)
})

test('a row without summary or remarks has no description', () => {
  expect(draft({ summary: '' }).description).toBeNull()
})

describe('people', () => {
  const range = (low: number, best: number, high: number) => ({ low, best, high })
  test.each([
    ['5', '2', pointRange(5), { assailants: pointRange(2), unknown: pointRange(3) }],
    ['5.0', '0', pointRange(5), { assailants: pointRange(0), unknown: pointRange(5) }],
    ['0', '', pointRange(0), { unknown: pointRange(0) }],
    ['5', '', pointRange(5), { unknown: pointRange(5) }],
    ['5', '-99', pointRange(5), { unknown: pointRange(5) }],
    // More attackers than people in total: kept as given, and no others remain.
    ['2', '3', pointRange(2), { assailants: pointRange(3) }],
    // Even shares of one figure for several records; a half is rounded to the even number.
    ['0.5', '', range(0, 0, 1), { unknown: range(0, 0, 1) }],
    ['1.5', '', range(1, 2, 2), { unknown: range(1, 2, 2) }],
    ['2.5', '', range(2, 2, 3), { unknown: range(2, 2, 3) }],
    ['1.33', '', range(1, 1, 2), { unknown: range(1, 1, 2) }],
    ['2.666667', '', range(2, 3, 3), { unknown: range(2, 3, 3) }],
    ['1.5', '0.5', range(1, 2, 2), { assailants: range(0, 0, 1), unknown: pointRange(1) }],
    ['2.333333', '0.333333', range(2, 2, 3), { assailants: range(0, 0, 1), unknown: pointRange(2) }],
  ])('of %s, attackers %j, are %j', (all, attackers, total, by_group) => {
    expect(draft({ nkill: all, nkillter: attackers }).fatalities).toEqual({ total, by_group })
    expect(draft({ nwound: all, nwoundte: attackers }).injured).toEqual({ total, by_group })
  })

  test.each(['', '-9', '-99', '-99.0'])('%j is unknown, not zero', (cell) => {
    expect(draft({ nkill: cell, nwound: cell })).toMatchObject({ fatalities: null, injured: null })
  })
})

describe('event types', () => {
  const gun = { weaptype1_txt: 'Firearms', weapsubtype1_txt: 'Handgun' }
  const people = { targtype1_txt: 'Private Citizens & Property' }
  const unharmed = { nkill: '0', nwound: '0' }
  const kidnapping = { attacktype1_txt: 'Hostage Taking (Kidnapping)', ...gun, ...people }
  const arson = { attacktype1_txt: 'Facility/Infrastructure Attack', weaptype1_txt: 'Incendiary' }
  const none = [null, null]
  test.each<[string, Row, (string | null)[]]>([
    ['a suicide bombing', { suicide: '1' }, ['explosions_remote_violence', 'suicide_bomb']],
    [
      'a vest',
      { weapsubtype1_txt: 'Suicide (carried bodily by human being)' },
      ['explosions_remote_violence', 'suicide_bomb'],
    ],
    ['a grenade', { weapsubtype1_txt: 'Grenade' }, ['explosions_remote_violence', 'grenade']],
    [
      'a rocket',
      { weapsubtype1_txt: 'Projectile (rockets, mortars, RPGs, etc.)' },
      ['explosions_remote_violence', 'shelling_artillery_missile_attack'],
    ],
    [
      'a landmine',
      { weapsubtype1_txt: 'Landmine' },
      ['explosions_remote_violence', 'remote_explosive_landmine_ied'],
    ],
    ['an unknown bomb', { weapsubtype1_txt: 'Unknown Explosive Type' }, ['explosions_remote_violence', null]],
    ['dynamite, thrown or laid', { weapsubtype1_txt: 'Dynamite/TNT' }, ['explosions_remote_violence', null]],
    ['two kinds of bomb', { weaptype2_txt: 'Explosives' }, ['explosions_remote_violence', null]],
    ['a bomb that failed or was defused', { success: '0' }, none],
    ['a bombing and something else', { attacktype2_txt: 'Armed Assault' }, none],
    ['an assault on police', { attacktype1_txt: 'Armed Assault', ...gun }, ['battles', null]],
    [
      'an assault on citizens',
      { attacktype1_txt: 'Armed Assault', ...gun, ...people },
      ['violence_against_civilians', 'attack'],
    ],
    [
      'an assault on both',
      { attacktype1_txt: 'Armed Assault', ...gun, ...people, targtype2_txt: 'Military' },
      none,
    ],
    [
      'an assault on a business',
      { attacktype1_txt: 'Armed Assault', ...gun, targtype1_txt: 'Business' },
      none,
    ],
    ['an assault with grenades', { attacktype1_txt: 'Armed Assault' }, none],
    [
      'an assassination',
      { attacktype1_txt: 'Assassination', ...gun, targtype1_txt: 'Journalists & Media' },
      ['violence_against_civilians', 'attack'],
    ],
    ['an assassination of an officer', { attacktype1_txt: 'Assassination', ...gun }, none],
    [
      'an assassination by bomb',
      { attacktype1_txt: 'Assassination', weapsubtype1_txt: 'Sticky Bomb' },
      ['explosions_remote_violence', 'remote_explosive_landmine_ied'],
    ],
    [
      'a kidnapping',
      { ...kidnapping, ...unharmed },
      ['violence_against_civilians', 'abduction_forced_disappearance'],
    ],
    ['a kidnapping and killing', kidnapping, ['violence_against_civilians', null]],
    [
      'a failed kidnapping',
      { ...kidnapping, ...unharmed, success: '0' },
      ['violence_against_civilians', null],
    ],
    ['a kidnapping of soldiers', { ...kidnapping, targtype1_txt: 'Military' }, none],
    [
      'arson without casualties',
      { ...arson, ...unharmed },
      ['strategic_developments', 'looting_property_destruction'],
    ],
    ['arson that killed', arson, none],
    ['arson, harm unknown', { ...arson, nkill: '0', nwound: '' }, none],
    [
      'a beating',
      { attacktype1_txt: 'Unarmed Assault', weaptype1_txt: 'Melee', ...people },
      ['violence_against_civilians', 'attack'],
    ],
    ['poison', { attacktype1_txt: 'Unarmed Assault', weaptype1_txt: 'Chemical', ...people }, none],
    ['a hijacking', { attacktype1_txt: 'Hijacking' }, none],
    ['a siege', { attacktype1_txt: 'Hostage Taking (Barricade Incident)' }, none],
    ['an unknown attack', { attacktype1_txt: 'Unknown' }, none],
  ])('%s', (_, cells, expected) => {
    const { event_type, sub_event_type } = draft(cells)
    expect([event_type, sub_event_type]).toEqual(expected)
  })
})

describe('actors', () => {
  test.each<[Row, string]>([
    [{ claimed: '1', guncertain1: '1' }, 'claimed'],
    [{ claimed: '0', guncertain1: '1' }, 'suspected'],
    [{ claimed: '0', guncertain1: '0' }, 'reported'],
    [{ claimed: '-9', guncertain1: '' }, 'reported'],
    [{ gname: 'Unknown', claimed: '0' }, 'unknown'],
  ])('the perpetrator of %j is %s', (cells, attribution) => {
    expect(draft(cells).actors[0]).toMatchObject({ role: 'perpetrator', attribution })
  })

  test('every group has its own claim and uncertainty', () => {
    const { actors } = draft({
      gname2: 'Second',
      claim2: '0',
      guncertain2: '1',
      gname3: 'Third',
      claim3: '1',
    })
    expect(actors.slice(0, 3)).toMatchObject([
      { name: 'Invented Brigade', attribution: 'claimed' },
      { name: 'Second', attribution: 'suspected' },
      { name: 'Third', attribution: 'claimed' },
    ])
  })

  test.each<[Row, string | null, string | null]>([
    [{ target1: 'Patrol', targtype1_txt: 'Military' }, 'Patrol', 'state_forces'],
    [{ target1: 'Unknown', corp1: 'Example Police' }, 'Example Police', 'state_forces'],
    [{ target1: '', corp1: '' }, 'Police', 'state_forces'],
    [{ target1: 'A minister', targtype1_txt: 'Government (General)' }, 'A minister', 'civilians'],
    [{ target1: 'Shoppers', targtype1_txt: 'Private Citizens & Property' }, 'Shoppers', 'civilians'],
    [{ target1: 'Camp', targtype1_txt: 'Terrorists/Non-State Militia' }, 'Camp', 'unknown'],
    [{ target1: 'Office', targtype1_txt: 'Violent Political Party' }, 'Office', 'political_militia'],
    [{ target1: 'Thing', targtype1_txt: 'constructor' }, 'Thing', 'unknown'],
    [{ target1: '', corp1: '', targtype1_txt: 'Unknown' }, null, null],
  ])('the target of %j is %s, %s', (cells, name, kind) => {
    const targets = draft(cells).actors.filter(({ role }) => role === 'target')
    expect(targets).toEqual(name === null ? [] : [{ name, kind, role: 'target', attribution: null }])
  })

  test('further targets are kept, each once', () => {
    const { actors } = draft({ targtype2_txt: 'Tourists', target2: 'Visitors', target3: 'CHECKPOINT' })
    expect(actors.map(({ name }) => name)).toEqual(['Invented Brigade', 'Checkpoint', 'Visitors'])
  })
})

test('weapons are named with their subtypes if known, each once', () => {
  const cells = {
    weaptype2_txt: 'Firearms',
    weapsubtype2_txt: 'Unknown Gun Type',
    weaptype3_txt: 'Explosives',
    weapsubtype3_txt: 'Vehicle',
    weaptype4_txt: 'Unknown',
  }
  expect(draft(cells).weapons).toEqual(['Explosives: Vehicle', 'Firearms'])
})

test.each([
  [
    '"One, Two," Example Agency, December 31, 2016',
    { publisher: 'Example Agency', title: 'One, Two', published_date: '2016-12-31' },
  ],
  [
    '"He said "no" again," Example Post',
    { publisher: 'Example Post', title: 'He said "no" again', published_date: null },
  ],
  [
    '“Curly,” Example Post, May 1, 2016.',
    { publisher: 'Example Post', title: 'Curly', published_date: '2016-05-01' },
  ],
  ['"Odd," Example Post, Smarch 1, 2016.', { publisher: 'Example Post', title: 'Odd', published_date: null }],
  ['Some book, page 3', { publisher: 'not recorded', title: 'Some book, page 3', published_date: null }],
])('%s is a source', (scite1, source) => {
  expect(draft({ scite1 }).sources).toEqual([{ url: null, ...source }])
})

test('without a citation the source is the collection, if there is one', () => {
  const collection = { publisher: 'Example Collection', title: null, url: null, published_date: null }
  expect(draft({ scite1: '' }).sources).toEqual([collection])
  expect(draft({ scite1: '', dbsource: '' }).sources).toEqual([])
})

test.each<[Row, string]>([
  [{ specificity: '1', vicinity: '1' }, 'near'],
  [{ specificity: '1', vicinity: '-9' }, 'exact'],
  [{ specificity: '2' }, 'admin2'],
  [{ specificity: '3' }, 'admin2'],
  [{ specificity: '4', vicinity: '1' }, 'admin1'],
  [{ specificity: '5' }, 'country'],
  [{ specificity: '' }, 'unknown'],
])('the geo precision of %j is %s', (cells, geo_precision) => {
  expect(draft(cells).geo_precision).toBe(geo_precision)
})

test('an unknown city or province is null', () => {
  expect(draft({ city: 'Unknown', provstate: 'Unknown', latitude: '' }).where).toEqual({
    country: 'Iraq',
    admin1: null,
    place: null,
    latitude: null,
    longitude: null,
  })
})

test('countries with other names in ISO 3166-1 are given by code', () => {
  const codes = new Set(listCountries().map(({ country_code3 }) => country_code3))
  for (const [country_txt, code] of Object.entries({ ...COUNTRIES, ...FORMER_COUNTRIES })) {
    expect(draft({ country_txt }).where.country).toBe(code)
    expect(codes).toContain(code)
  }
})

test.each<[Row, string[]]>([
  [{ eventid: '' }, ['eventid: ']],
  [{ eventid: '2.01701E+11' }, ['eventid: 2.01701E+11']],
  [{ imonth: '2', iday: '30' }, ['iday: 30']],
  [{ imonth: '13' }, ['imonth: 13']],
  [{ imonth: '0', iday: '5' }, ['iday: 5']],
  [{ iyear: '17' }, ['iyear: 17']],
  [{ iyear: '' }, ['iyear: ']],
  [{ extended: '1', resolution: '2016-12-31' }, ['resolution: 2016-12-31']],
  [{ latitude: '91' }, ['latitude: 91']],
  [{ longitude: '-86185896' }, ['longitude: -86185896']],
  [{ nkill: '-1' }, ['nkill: -1']],
  [{ nkill: 'many' }, ['nkill: many']],
  [{ nwoundte: '-2' }, ['nwoundte: -2']],
  [{ attacktype1_txt: 'Arson' }, ['attacktype1_txt: Arson']],
  [{ attacktype1_txt: '' }, ['attacktype1_txt: ']],
  [{ gname: '' }, ['gname: ']],
  [{ country_txt: '' }, ['country_txt: ']],
  [{ specificity: '6' }, ['specificity: 6']],
  [{ success: 'yes' }, ['success: yes']],
  [{ claimed: '2' }, ['claimed: 2']],
  // All at once.
  [
    { eventid: 'x', iday: '32', latitude: '-91', nkill: '-1', success: '7', gname: '' },
    ['eventid: x', 'iday: 32', 'latitude: -91', 'nkill: -1', 'success: 7', 'gname: '],
  ],
])('rejects %j', (cells, expected) => {
  expect(errors(cells)).toEqual(expected)
})

test('reports what is valid', () => {
  expect(readRow(gtdImporter, { ...ROW, imonth: '2', iday: '30' })).toEqual({
    errors: [{ column: 'iday', value: '30', reason: 'must be a day of month 2 of 2017, or 0' }],
  })
})

test('columns may come in any order, and the optional ones may be absent', () => {
  const reversed = Object.fromEntries(Object.entries(ROW).toReversed())
  expect(readDraft(gtdImporter, reversed)).toEqual(draft())
  const bare = Object.fromEntries(gtdImporter.required.map((name) => [name, ROW[name] ?? '']))
  expect(readDraft(gtdImporter, bare)).toMatchObject({
    description: null,
    geo_precision: 'unknown',
    where: { country: 'Iraq', admin1: null, place: null, latitude: null },
    // Without `success` it is unknown whether the bomb exploded.
    event_type: null,
    weapons: [],
    sources: [],
  })
})

test('never throws, whatever a cell contains', () => expectToHandleGarbage(gtdImporter, ROW))
