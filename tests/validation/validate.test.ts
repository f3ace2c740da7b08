import { expect, test } from 'vitest'
import { Type } from '../../src/validation/schema.ts'
import { date, latitude, nullable, text } from '../../src/validation/types.ts'
import { findIssues, isValid } from '../../src/validation/validate.ts'

const SCHEMA = Type.Object(
  {
    day: date({ description: 'A day.' }),
    name: nullable(text(3, { description: 'A name.' })),
    latitude: nullable(latitude()),
    kind: Type.String({ default: 'incident' }),
  },
  { additionalProperties: false },
)

test.each([
  [{ day: '2017-01-02', name: null, latitude: 33.3 }, []],
  [{ day: '2017-01-02', name: 'abc', latitude: null }, []],
  [{ day: '2017-02-30', name: null, latitude: null }, ['day']],
  [{ day: '2017-02-30', name: 'abcd', latitude: 91 }, ['day', 'name', 'latitude']],
  [{ day: '2017-01-02', name: null, latitude: null, other: 1 }, ['other']],
  [{ name: null, latitude: null }, ['day']],
  [null, ['(whole)']],
])('%j has the issues %j, and is valid without any', (given, parameters) => {
  const [decided, reported] = [structuredClone(given), structuredClone(given)]
  expect(findIssues(SCHEMA, reported).map(({ parameter }) => parameter)).toEqual(parameters)
  expect(isValid(SCHEMA, decided)).toBe(parameters.length === 0)
  if (parameters.length === 0) {
    expect(reported).toEqual({ ...given, kind: 'incident' })
    expect(decided).toEqual(reported)
  }
})
