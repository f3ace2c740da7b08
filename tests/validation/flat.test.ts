import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConfigSchema } from '../../src/config.ts'
import { IncidentListQuery } from '../../src/incidents/incident.query.ts'
import { StatsQueryParameters } from '../../src/stats/stats.query.ts'
import { flatIssues } from '../../src/validation/flat.ts'
import { Type } from '../../src/validation/schema.ts'
import { issuesOf } from '../../src/validation/validate.ts'

const some = (requiredKeys: never[] = []) => ({ requiredKeys })
const small = fc.integer({ min: -2, max: 4 })
const size = fc.integer({ min: 0, max: 3 })
const letters = fc.string({ unit: fc.constantFrom('a', 'b', '1', '٣', '😀'), maxLength: 4 })
const value = fc.oneof(letters, fc.constantFrom('2017-02-28', '2017-02-30', '2017-02-28T00:00:00Z', 'auto'))

const text = fc
  .record(
    {
      minLength: size,
      maxLength: size,
      pattern: fc.constantFrom('^a', '^\\S+$', 'b$'),
      enum: fc.uniqueArray(letters, { minLength: 1, maxLength: 3 }),
      format: fc.constantFrom('date', 'date-time'),
    },
    some(),
  )
  .map((options) => ({ schema: { type: 'string', ...options }, value }))
const whole = fc
  .record({ minimum: small, maximum: small, format: fc.constant('int32'), default: small }, some())
  .map((options) => ({ schema: { type: 'integer', ...options }, value: small }))
const scalar = fc.oneof(text, whole)
const property = fc.oneof(
  scalar,
  fc
    .tuple(scalar, fc.record({ minItems: size, maxItems: size, uniqueItems: fc.boolean() }, some()))
    .map(([items, options]) => {
      const { default: _, ...of } = items.schema as { default?: unknown }
      return {
        schema: { type: 'array', items: of, ...options },
        value: fc.array(items.value as fc.Arbitrary<unknown>, { maxLength: 4 }),
      }
    }),
)
const cases = fc
  .dictionary(fc.constantFrom('a', 'b', 'c'), fc.tuple(property, fc.boolean()))
  .chain((found) => {
    const names = Object.entries(found)
    const properties = Object.fromEntries(
      names.map(([name, [{ schema }, isOptional]]) => {
        const one = Type.Unsafe(schema)
        return [name, isOptional ? Type.Optional(one) : one]
      }),
    )
    const values = Object.fromEntries(names.map(([name, [of]]) => [name, of.value as fc.Arbitrary<unknown>]))
    return fc.record({
      schema: fc.constant(Type.Object(properties, { additionalProperties: false })),
      given: fc.record(values, { requiredKeys: [] }),
    })
  })

test('finds in flat values what ajv finds, in the same order and words, and fills in the same defaults', () => {
  fc.assert(
    fc.property(cases, ({ schema, given }) => {
      const [ours, theirs] = [structuredClone(given), structuredClone(given)]
      expect(flatIssues(schema, ours)).toEqual(issuesOf(schema, theirs))
      expect(ours).toEqual(theirs)
    }),
    { numRuns: 2000 },
  )
})

test('leaves to ajv what is not flat', () => {
  expect(flatIssues(Type.Object({ a: Type.Object({}) }), {})).toBeNull()
  expect(flatIssues(Type.Object({ a: Type.Number({ multipleOf: 2 }) }), {})).toBeNull()
  expect(flatIssues(ConfigSchema, {})).toEqual([])
  expect(flatIssues(IncidentListQuery, {})).toEqual([])
  expect(flatIssues(StatsQueryParameters, {})).not.toBeNull()
})
