import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Claim } from '../../../src/figures/claim.schema.ts'
import { selectFields } from '../../../src/http/formats/field-selection.ts'
import { readNdjsonRecord } from '../../../src/importers/own-export/ndjson.ts'
import type { Incident } from '../../../src/incidents/incident.schema.ts'
import { storedIncident } from '../../support/exports.ts'
import { SEED } from '../../support/records.ts'

type Line = Incident & { claims?: Claim[]; [other: string]: unknown }

const updated_at = '2026-01-01T00:00:00.000Z'
const seeded = SEED.incidents.find(({ record }) => record.id === 'seed:samarra-2017-01-02')
const SAMARRA = {
  ...seeded?.record,
  same_as: [] as string[],
  flags: [] as string[],
  updated_at,
  claims: seeded?.claims,
} as Line & {
  claims: Claim[]
}

const readErrors = (line: string) => {
  const result = readNdjsonRecord(line)
  return 'errors' in result ? result.errors : []
}

describe('our own NDJSON', () => {
  test('of any record is identical after reading and writing it again', () => {
    fc.assert(
      fc.property(storedIncident, fc.boolean(), ({ claims, ...record }, isExpanded) => {
        const line = JSON.stringify(isExpanded ? { ...record, claims } : record)
        const result = readNdjsonRecord(line)
        expect(result).toEqual({ record, claims: isExpanded ? claims : null, sources: null })
        if ('record' in result)
          expect(JSON.stringify({ ...result.record, ...(result.claims && { claims: result.claims }) })).toBe(
            line,
          )
      }),
      { numRuns: 500 },
    )
  })

  test('has sources if its lines have them', () => {
    const sources = SEED.sources.map((source) => ({ ...source, updated_at }))
    const result = readNdjsonRecord(JSON.stringify({ ...SAMARRA, sources }))
    expect(result).toMatchObject({ sources, claims: SAMARRA.claims })
  })

  test.each<[string, (line: Line) => unknown, string, string, RegExp]>([
    ['an unknown kind', (line) => ({ ...line, kind: 'gruop' }), 'kind', 'gruop', /did you mean group\?/],
    [
      '30 February',
      (line) => ({ ...line, date_end: '2017-02-30' }),
      'date_end',
      '2017-02-30',
      /a day of the/,
    ],
    [
      'an end before its start',
      (line) => ({ ...line, date_end: '2017-01-01' }),
      'date_end',
      '2017-01-01',
      /before/,
    ],
    ['latitude 91', (line) => ({ ...line, latitude: 91 }), 'latitude', '91', /at most 90/],
    ['no longitude', (line) => ({ ...line, longitude: null }), 'longitude', '', /is required where/],
    [
      'deaths below zero',
      (line) => ({ ...line, fatalities: { ...line.fatalities, low: -1 } }),
      'fatalities.low',
      '-1',
      /at least 0/,
    ],
    [
      'deaths in words',
      (line) => ({ ...line, fatalities: { ...line.fatalities, low: 'seven' } }),
      'fatalities.low',
      'seven',
      /must be integer/,
    ],
    [
      'an id of another data set',
      (line) => ({ ...line, dataset: 'gtd' }),
      'id',
      SAMARRA.id,
      /must begin with/,
    ],
    ['something unknown', (line) => ({ ...line, casualties: 7 }), 'casualties', '7', /is not known here/],
    [
      '__proto__',
      (line) => JSON.parse(`{"__proto__":{},${JSON.stringify(line).slice(1)}`),
      '__proto__',
      '',
      /not known/,
    ],
    ['half a character', (line) => ({ ...line, title: 'a\ud800' }), 'title', 'a\ud800', /half a character/],
    ['a NUL', (line) => ({ ...line, weapons: ['a\0'] }), 'weapons', '', /holds a NUL/],
    [
      'a claim of another record',
      (line) => ({ ...line, claims: line.claims?.map((claim) => ({ ...claim, id: `x${claim.id}` })) }),
      'claims.id',
      '',
      /must begin with the record's id/,
    ],
    [
      'a claim twice',
      (line) => ({ ...line, claims: [...(line.claims ?? []), line.claims?.[0]] }),
      'claims.id',
      '',
      /twice/,
    ],
    [
      'a figure without its claim',
      (line) => ({ ...line, claims: [] }),
      'fatalities.claims',
      '',
      /must be among/,
    ],
  ])('with %s is rejected', (_, change, column, value, reason) => {
    expect(readErrors(JSON.stringify(change(SAMARRA)))).toEqual([
      { column, value, reason: expect.stringMatching(reason) },
    ])
  })

  test('of some fields only is rejected, and every missing property is named', () => {
    const line = JSON.stringify(
      selectFields(SAMARRA, ['id', 'dataset', 'place.name', 'fatalities', 'updated_at']),
    )
    const errors = readErrors(line)
    expect(errors.map(({ column }) => column).sort()).toEqual(
      [
        ...Object.keys(SAMARRA).filter(
          (name) => !['id', 'dataset', 'place', 'fatalities', 'updated_at', 'claims'].includes(name),
        ),
        ...Object.keys(SAMARRA.place)
          .filter((name) => name !== 'name')
          .map((name) => `place.${name}`),
      ].sort(),
    )
    for (const { reason } of errors)
      expect(reason).toBe('is missing: an export of some fields only cannot be read back')
  })

  test.each(['', '{', '[]', '7', 'null', '"text"', `{"id":"seed:a"`, `${'['.repeat(200_000)}`])(
    '%.20s is rejected',
    (line) => {
      expect(readErrors(line)).toEqual([
        { column: '', value: expect.any(String), reason: 'must be a JSON object, whole on its line' },
      ])
    },
  )

  test('nested very deeply is rejected', () => {
    const deep = `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)},${JSON.stringify(SAMARRA).slice(1)}`
    expect(readErrors(deep)).toEqual([{ column: 'x', value: '', reason: 'is not known here' }])
  })
})
