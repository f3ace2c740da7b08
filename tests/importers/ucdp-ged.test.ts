import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { Columns } from '../../src/importers/contract/columns.ts'
import type { Draft } from '../../src/importers/contract/draft.ts'
import type { RowResult } from '../../src/importers/contract/row-result.ts'
import { ucdpGedImporter } from '../../src/importers/ucdp-ged/ucdp-ged.ts'

const ROW = {
  id: '1',
  type_of_violence: '1',
  dyad_name: 'Government of Iraq - IS',
  side_a: 'Government of Iraq',
  side_b: 'IS',
  number_of_sources: '1',
  source_article: '"Agence France Presse,2017-01-03,A headline"',
  source_office: 'Agence France Presse',
  source_date: '2017-01-03',
  source_headline: 'A headline',
  where_prec: '1',
  where_coordinates: 'Sāmarrā’ town',
  adm_1: 'Şalāḩ ad Dīn province',
  latitude: '34.196632',
  longitude: '43.873899',
  country: 'Iraq',
  event_clarity: '1',
  date_prec: '1',
  date_start: '2017-01-02',
  date_end: '2017-01-02',
  deaths_a: '3',
  deaths_b: '4',
  deaths_civilians: '0',
  deaths_unknown: '2',
  low: '7',
  best: '9',
  high: '12',
}

function readRow(changes: Partial<Record<keyof typeof ROW | 'iso3', string>>): RowResult<{ draft: Draft }> {
  const row = { ...ROW, ...changes }
  return ucdpGedImporter.reader(new Columns(Object.keys(row)))(Object.values(row))
}
function readDraft(changes: Partial<Record<keyof typeof ROW | 'iso3', string>> = {}): Draft {
  const result = readRow(changes)
  if (!('draft' in result)) throw new Error(JSON.stringify(result))
  return result.draft
}

describe('a row of UCDP GED', () => {
  test.each<[string, Parameters<typeof readDraft>[0], object]>([
    ['the day', {}, { date_start: '2017-01-02', date_end: '2017-01-02', date_precision: 'day' }],
    ['a date with a time', { date_start: '2017-01-02 00:00:00.000' }, { date_start: '2017-01-02' }],
    [
      'some days',
      { date_prec: '2', date_end: '2017-01-04' },
      { date_precision: 'range', date_end: '2017-01-04' },
    ],
    ['a week', { date_prec: '3' }, { date_precision: 'week' }],
    ['a month', { date_prec: '4' }, { date_precision: 'month' }],
    ['more than a month', { date_prec: '5' }, { date_precision: 'range' }],
    ['one event', {}, { kind: 'incident', incident_count: { low: 1, high: 1 } }],
    [
      'an aggregated report',
      { event_clarity: '2' },
      { kind: 'group', incident_count: { low: 1, high: null } },
    ],
    ['the town', {}, { geo_precision: 'exact', where: expect.objectContaining({ place: 'Sāmarrā’ town' }) }],
    [
      'the province',
      { where_prec: '4' },
      { geo_precision: 'admin1', where: expect.objectContaining({ place: null }) },
    ],
    ['a code of a spreadsheet', { where_prec: '6.0' }, { geo_precision: 'country' }],
    ['the sea', { where_prec: '7' }, { geo_precision: 'unknown' }],
    [
      'no town in a part of the country',
      { where_coordinates: 'Northern Iraq' },
      { geo_precision: 'unknown', where: expect.objectContaining({ place: null }) },
    ],
    [
      'no town on the border',
      { where_coordinates: 'Iraq-Turkey border' },
      { geo_precision: 'unknown', where: expect.objectContaining({ place: null }) },
    ],
    [
      'the country by code',
      { iso3: 'IRQ' },
      { where: expect.objectContaining({ country: 'Iraq', iso: 'IRQ' }) },
    ],
    ['no event type', {}, { event_type: null, sub_event_type: null, injured: null }],
  ])('%s', (_, changes, expected) => {
    expect(readDraft(changes)).toMatchObject(expected)
  })

  const pointRange = (number: number) => ({ low: number, best: number, high: number })

  test.each<[string, Parameters<typeof readDraft>[0], object]>([
    [
      'state-based',
      {},
      {
        civilians: pointRange(0),
        security_forces: pointRange(3),
        assailants: pointRange(4),
        unknown: pointRange(2),
      },
    ],
    [
      'between states',
      { side_b: 'Government of Iran' },
      { security_forces: pointRange(7), civilians: pointRange(0), unknown: pointRange(2) },
    ],
    [
      'non-state',
      { type_of_violence: '2', side_a: 'A', side_b: 'B' },
      { unknown: pointRange(9), civilians: pointRange(0) },
    ],
    [
      'one-sided',
      { type_of_violence: '3', side_a: 'IS', side_b: 'Civilians', deaths_b: '0', deaths_civilians: '39' },
      { assailants: pointRange(3), civilians: pointRange(39), unknown: pointRange(2) },
    ],
  ])('the deaths of each side in %s violence are assigned to groups', (_, changes, by_group) => {
    expect(readDraft(changes).fatalities).toEqual({ total: { low: 7, best: 9, high: 12 }, by_group })
  })

  test('figures out of order are kept unchanged', () => {
    expect(readDraft({ low: '12', best: '9', high: '8' }).fatalities?.total).toEqual({
      low: 12,
      best: 9,
      high: 8,
    })
  })

  test('only one-sided violence has a perpetrator', () => {
    expect(readDraft().actors.map(({ role }) => role)).toEqual(['other', 'other'])
    expect(readDraft({ type_of_violence: '3', side_a: 'IS', side_b: 'Civilians' }).actors).toEqual([
      { name: 'IS', kind: 'unknown', role: 'perpetrator', attribution: 'reported' },
      { name: 'Civilians', kind: 'civilians', role: 'target', attribution: null },
    ])
  })

  test('joined sources are split, and kept whole where they cannot be', () => {
    const two = {
      source_office: 'AFP;Reuters',
      source_date: '2017-01-03;2017-01-04',
      source_headline: 'One;Two',
    }
    expect(readDraft(two).sources).toEqual([
      { publisher: 'AFP', title: 'One', url: null, published_date: '2017-01-03' },
      { publisher: 'Reuters', title: 'Two', url: null, published_date: '2017-01-04' },
    ])
    const uneven = {
      source_headline: 'One; with a semicolon',
      source_article: 'AFP,2017-01-03,One; with a semicolon',
    }
    expect(readDraft(uneven).sources).toEqual([
      { publisher: 'Agence France Presse', title: uneven.source_article, url: null, published_date: null },
    ])
    expect(
      readDraft({ source_article: '', source_office: '', source_date: '', source_headline: '' }).sources,
    ).toEqual([])
  })

  test.each<[Parameters<typeof readRow>[0], string[]]>([
    [{ id: '' }, ['id']],
    [{ type_of_violence: '4' }, ['type_of_violence']],
    [{ date_start: '2017-02-30' }, ['date_start']],
    [{ date_end: '2017-01-01' }, ['date_end']],
    [{ date_end: '2017-02-30' }, ['date_end']],
    [{ latitude: '91' }, ['latitude']],
    [{ longitude: '43,87' }, ['longitude']],
    [{ deaths_a: '-1', deaths_b: '1.5' }, ['deaths_a', 'deaths_b']],
    [{ best: '' }, ['best']],
    [{ high: 'many', where_prec: '9', event_clarity: 'x' }, ['event_clarity', 'where_prec', 'high']],
    [{ country: '' }, ['country']],
  ])('%j is rejected by column', (changes, columns) => {
    const result = readRow(changes)
    expect('errors' in result && result.errors.map(({ column }) => column)).toEqual(columns)
  })
})

test.each(['iraq', 'bangladesh'])('every row of the file of %s is a record, except the tags', (country) => {
  const file = gunzipSync(readFileSync(new URL(`../fixtures/ucdp-ged-${country}.csv.gz`, import.meta.url)))
  const [header = [], ...rows] = parse(file, { relax_column_count: true }) as string[][]
  const read = ucdpGedImporter.reader(new Columns(header))
  const results = rows.map(read)
  expect(results.flatMap((result) => ('skipped' in result ? [result.skipped] : []))).toEqual(['HXL tags'])
  const drafts = results.flatMap((result) => ('draft' in result ? [result.draft] : []))
  expect(drafts).toHaveLength(rows.length - 1)
  const best = header.indexOf('best')
  const sum = rows.slice(1).reduce((total, row) => total + Number(row[best]), 0)
  expect(drafts.reduce((total, { fatalities }) => total + (fatalities?.total.best ?? 0), 0)).toBe(sum)
})
