import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { COMMON } from '../../src/actors/identity.schema.ts'
import { TAXONOMY } from '../../src/event-types/event-type.schema.ts'
import { KINDS } from '../../src/importers/registry.ts'
import { readSeed } from '../../src/seed/seed.ts'
import { createTemporaryFolder } from '../support/service.ts'

const seed = readSeed()

test('the code book describes the taxonomy, in the same order', () => {
  const taxonomy = Object.entries(TAXONOMY).flatMap(([type, subs]) => [
    [type, null],
    ...subs.map((sub) => [sub, type]),
  ])
  expect(seed.eventTypes.map(({ id, parent }) => [id, parent])).toEqual(taxonomy)
  for (const { crosswalk } of seed.eventTypes)
    for (const { citation } of crosswalk) expect(citation).not.toBe('')
})

test('the gazetteer has every governorate and city of Iraq, and every country', () => {
  const iraq = seed.places.filter(({ country_code, kind }) => country_code === 'IQ' && kind !== 'country')
  const kinds = iraq.map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'admin1')).toHaveLength(19)
  expect(kinds.filter((kind) => kind === 'city' || kind === 'district')).toHaveLength(293)
  for (const place of iraq) expect(place.kind !== 'city' || place.latitude !== null).toBe(true)
  expect(seed.places.filter(({ kind }) => kind === 'country').length).toBeGreaterThan(245)
})

test('every claim names its paragraph and source, and every record its sources', () => {
  for (const { record, claims } of [...seed.incidents, ...seed.tolls]) {
    expect(claims.length).toBeGreaterThan(0)
    for (const claim of claims) {
      expect(claim.paragraph).toBeGreaterThan(0)
      expect(record.source_ids).toContain(claim.source_id)
    }
  }
})

test('the identities of actors list names for kinds of data sets that can be imported', () => {
  const lists = new Set(seed.identities.flatMap(({ names }) => Object.keys(names)))
  expect([...lists].filter((list) => ![...KINDS, 'seed', COMMON].includes(list))).toEqual([])
  expect(seed.identities.length).toBeGreaterThanOrEqual(300)
})

describe('a seed with an error is rejected with the file and the reason', () => {
  test.each<[string, (text: string) => string, RegExp]>([
    [
      'incidents',
      (text) => text.replace('"2017-01-02"', '"2017-02-30"'),
      /incidents\.json is not valid: date_start must be a day/,
    ],
    [
      'incidents',
      (text) => text.replace('"seed:islamic-state"', '"seed:unknown-actor"'),
      /seed:unknown-actor is not among actors/,
    ],
    ['incidents', (text) => text.replace('geonames:91597', 'geonames:0'), /geonames:0 is not among places/],
    ['incidents', (text) => text.replace('"battles"', '"battle"'), /event_type must be one of/],
    ['tolls', (text) => text.replace('"low": 61', '"low": null'), /no claim with a number/],
    [
      'actors',
      (text) => text.replace('"kind": "rebel_group"', '"kin": "rebel_group"'),
      /kin is not known here/,
    ],
    ['sources', () => '[', /sources\.json cannot be read/],
    [
      'actor-identities',
      (text) => text.replace('"Taleban"', '"is"'),
      /actor-identities\.json: .* and .* both have the name "\w+" of ucdp-ged/,
    ],
    [
      'actor-identities',
      (text) => text.replace('"id": "taliban"', '"id": "islamic-state"'),
      /an id occurs twice among identities of actors/,
    ],
  ])('%s.json', (file, damage, message) => {
    const folder = createTemporaryFolder()
    cpSync(new URL('../../seed', import.meta.url), folder, { recursive: true })
    const path = join(folder, `${file}.json`)
    const text = readFileSync(path, 'utf8')
    expect(damage(text)).not.toBe(text)
    writeFileSync(path, damage(text))
    expect(() => readSeed(new URL(`${pathToFileURL(folder).href}/`))).toThrow(message)
  })
})
