import { Type as TypeBox } from 'typebox'
import { expect, test } from 'vitest'
import { Type } from '../../src/validation/schema.ts'

const options = { description: 'What it is.', maxLength: 7 }
const strict = { additionalProperties: false }

test.each<[string, (T: typeof Type) => object]>([
  ['a text', (T) => T.String()],
  ['a text with options', (T) => T.String(options)],
  ['a whole number', (T) => T.Integer({ minimum: 0, default: 5 })],
  ['a number', (T) => T.Number({ maximum: 1 })],
  ['a flag', (T) => T.Boolean()],
  ['a list', (T) => T.Array(T.String(options), { minItems: 1 })],
  ['a map', (T) => T.Record(T.String({ maxLength: 200 }), T.Integer(), options)],
  ['what is as it is given', (T) => T.Unsafe<string>({ type: 'string', enum: ['a'] })],
  ['an object without properties', (T) => T.Object({}, strict)],
  ['an object', (T) => T.Object({ b: T.String(), a: T.Optional(T.Integer(options)) }, strict)],
  ['an object that requires nothing', (T) => T.Object({ a: T.Optional(T.Array(T.Number())) })],
  [
    'a part of an object',
    (T) => T.Omit(T.Object({ a: T.String(), b: T.Optional(T.String()), c: T.String() }, options), ['a']),
  ],
  [
    'properties of a part, and more',
    (T) => T.Object({ ...T.Omit(T.Object({ a: T.String(), b: T.Optional(T.Number()) }), ['a']).properties }),
  ],
  [
    'one schema in two places, optional in one',
    (T) => {
      const one = T.String()
      return T.Object({ a: one, b: T.Optional(one) })
    },
  ],
])("%s is TypeBox's own, to the order of its keywords", (_, build) => {
  expect(JSON.stringify(build(Type))).toBe(JSON.stringify(build(TypeBox)))
})
