import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import { compareIds } from '../../src/links/link.pair.ts'
import { RULES } from '../../src/links/scoring/rules.ts'
import { computeScore, scorePair } from '../../src/links/scoring/score.ts'
import { actor, candidate, killed } from '../support/link-candidates.ts'

const OTHER = { id: 'other:1', dataset: 'other' }
const scoreComponents = (a: Partial<Incident>, b: Partial<Incident>, titles: string[][] = []) => {
  const { components } = scorePair(candidate({ ...OTHER, ...a }, titles[0]), candidate(b, titles[1]))
  return Object.fromEntries(components.map((component) => [component.name, component]))
}
const place = (changes: Partial<Incident['place']>) => ({ place: { ...candidate().place, ...changes } })

describe('a component', () => {
  test.each<[string, string, Partial<Incident>, Partial<Incident>, number | null, RegExp]>([
    ['time', 'one day', {}, {}, 1, /^the same day, 2017-01-02$/],
    [
      'time',
      'the next day',
      { date_start: '2017-01-03', date_end: '2017-01-03' },
      {},
      0.7,
      /^1 day apart: other 2017-01-03, seed 2017-01-02$/,
    ],
    ['time', 'a week later', { date_start: '2017-01-09', date_end: '2017-01-09' }, {}, 0, /^7 days apart/],
    [
      'time',
      'a month',
      { date_start: '2017-01-01', date_end: '2017-01-31', date_precision: 'month' },
      {},
      0.3,
      /^the dates overlap: other 2017-01-01 to 2017-01-31 \(month\), seed 2017-01-02$/,
    ],
    [
      'place',
      'one point',
      {},
      {},
      1,
      /^0\.0 km apart, of at most 20 \(both exact\): other Samarra, seed Samarra$/,
    ],
    ['place', '10 km', { latitude: 34.28583 }, {}, 0.5, /^10\.0 km apart/],
    ['place', 'near a point', { geo_precision: 'near' }, {}, 0.8, /of at most 35 \(other near, seed exact\)/],
    ['place', 'another city', { latitude: 33 }, {}, 0, /are not the same place/],
    [
      'place',
      'a governorate',
      { geo_precision: 'admin1', ...place({ city: null, district: null, name: 'Salah ad Din' }) },
      {},
      0.4,
      /^other has no exact point \(admin1\): both are in .*Din/,
    ],
    [
      'place',
      'a country',
      { geo_precision: 'country', ...place({ city: null, admin1: null }) },
      {},
      0.2,
      /both are in Iraq$/,
    ],
    [
      'place',
      'another governorate',
      { geo_precision: 'admin1', ...place({ city: null, admin1: 'Baghdad' }) },
      {},
      0,
      /are not the same place/,
    ],
    ['place', 'a city by name', { latitude: null, longitude: null }, {}, 0.7, /both are in Samarra$/],
    [
      'actors',
      'an alias',
      { actors: [actor('other:is', 'IS')] },
      { actors: [actor('seed:islamic-state', 'Islamic State', 'perpetrator')] },
      1,
      /^IS and Islamic State are one$/,
    ],
    [
      'actors',
      'forces of one state',
      { actors: [actor('other:government', 'Government of Iraq')] },
      { actors: [actor('seed:police-of-iraq', 'Police Forces of Iraq', 'target')] },
      0.4,
      /agreement of kind, not of name$/,
    ],
    [
      'actors',
      'forces of different states',
      { actors: [actor('other:us', 'Government of United States of America')] },
      { actors: [actor('seed:police-of-iraq', 'Police Forces of Iraq')] },
      0,
      /is not in the other$/,
    ],
    [
      'actors',
      'opposite roles',
      { actors: [actor('other:is', 'IS', 'target')] },
      { actors: [actor('seed:islamic-state', 'Islamic State', 'perpetrator')] },
      0.5,
      /target in the one and perpetrator in the other/,
    ],
    [
      'actors',
      'similar names',
      { actors: [actor('other:x', 'Jaish al-Mahdi Army (Iraq)')] },
      { actors: [actor('other:y', 'Jaish Mahdi')] },
      0.6,
      /have similar names$/,
    ],
    [
      'actors',
      'no one on one side',
      {
        actors: [
          actor('seed:unidentified', 'Unidentified perpetrators'),
          actor('other:civilians', 'Civilians'),
        ],
      },
      {},
      null,
      /^nobody is named in other$/,
    ],
    ['event_type', 'both', {}, {}, 1, /^both battles, armed_clash$/],
    ['event_type', 'one sub-type', { sub_event_type: null }, {}, 0.8, /not of one sub-type$/],
    ['event_type', 'different ones', { event_type: 'protests', sub_event_type: null }, {}, 0, /protests/],
    ['event_type', 'none', { event_type: null, sub_event_type: null }, {}, null, /^no event type in other$/],
    [
      'fatalities',
      'equal',
      { fatalities: killed(13, 13, 13) },
      {},
      1,
      /other 13, seed at least 13: the ranges overlap/,
    ],
    ['fatalities', 'fewer', { fatalities: killed(6, 6, 6) }, {}, 0.35, /other 6, .* do not overlap$/],
    ['fatalities', 'unknown', { fatalities: null }, {}, null, /other not said, seed at least 13$/],
    [
      'fatalities',
      'none',
      { fatalities: killed(0, 0, 0) },
      { fatalities: killed(0, 0, 0) },
      1,
      /other 0, seed 0/,
    ],
    [
      'fatalities',
      'a group',
      { kind: 'group', fatalities: killed(2, 3, 4) },
      {},
      0.25,
      /other 2 to 4.*; a group of several attacks in other, of which the other record may be one$/,
    ],
    ['text', 'no text', { title: null, description: null }, {}, null, /^no text in other$/],
    [
      'text',
      'other words',
      { title: 'Harvest festival', description: null },
      {},
      0,
      /^the texts share no word$/,
    ],
  ])('%s of %s', (name, _, a, b, score, reason) => {
    const part = scoreComponents(a, b)[name]
    expect(part?.reason).toMatch(reason)
    expect(part?.score).toEqual(score === null ? null : expect.closeTo(score, 2))
    if (score === null) expect(part?.weight).toBe(0)
  })

  test('text gives little weight to common words and to names of place and actors', () => {
    const texts = { title: null, description: null }
    const score = (...titles: string[]) =>
      scoreComponents(
        texts,
        texts,
        titles.map((title) => [title]),
      ).text?.score ?? null
    const rare = score('Suicide vests at the station gate', 'Station gate: suicide vests')
    const common = score('Gunmen kill police in Samarra attack', 'Samarra: police killed by gunmen in attack')
    expect(rare).toBe(1)
    expect(common).toBeGreaterThan(0)
    expect(common).toBeLessThan(0.5)
  })
})

describe('a score', () => {
  test('is the sum of the comparable components by weights that add up to 1', () => {
    const { score, components } = scorePair(
      candidate({ ...OTHER, event_type: null, sub_event_type: null, fatalities: killed(7, 7, 7) }),
      candidate(),
    )
    const sum = (of: (part: (typeof components)[number]) => number) =>
      components.reduce((all, part) => all + of(part), 0)
    expect(sum(({ weight }) => weight)).toBeCloseTo(1, 3)
    expect(sum((part) => part.weight * (part.score ?? 0))).toBeCloseTo(score, 3)
  })

  test('is symmetric, and null below the minimum', () => {
    const a = candidate({ ...OTHER, latitude: 34.25, fatalities: killed(3, 4, 5) }, ['Blast at a station'])
    const b = candidate()
    const score = computeScore(a, b, 0) ?? 0
    expect(scorePair(a, b).score).toBe(score)
    expect(computeScore(b, a, 0)).toBe(score)
    expect(computeScore(a, b, score)).toBe(score)
    expect(computeScore(a, b, score + 0.001)).toBeNull()
  })
})

test('ids are in the binary order of UTF-8', () => {
  const ids = ['seed:a', 'seed:ab', 'seed:é', 'seed:\uffee', 'seed:\u{10380}', 'ucdp-ged:1', 'gtd:1']
  const binary = [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  expect([...ids].sort(compareIds)).toEqual(binary)
})

test.each(Object.entries(RULES))('docs/links.md publishes %s', (name, { value, reason }) => {
  const page = readFileSync(new URL('../../docs/links.md', import.meta.url), 'utf8')
  expect(page).toContain(`| \`${name}\` | ${value} | ${reason} |`)
})
