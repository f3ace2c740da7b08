import type { Static, TSchema } from 'typebox'
import { Type } from './schema.ts'

/** The keyword with the name of a schema that is a component of the OpenAPI document. */
export const COMPONENT = 'x-component'

/** Documentation that every schema carries. */
interface Described {
  description: string
}

/** A closed vocabulary, emitted as one `{type: string, enum}`. */
export function enumeration<const Values extends readonly string[]>(
  values: Values,
  options: Described & { default?: Values[number] },
) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], ...options })
}

/**
 * A schema or null: null always means "not stated", never zero. A vocabulary with null among its values would be the
 * same, but generators of clients misread it: `"null"` as a text, or an enum that does not compile.
 */
export function nullable<T extends TSchema>(schema: T, options: Partial<Described> = {}) {
  const { description, ...bare } = schema as T & { description?: string; type?: string; enum?: unknown[] }
  const note = { description: options.description ?? description }
  if (bare.type === undefined || COMPONENT in bare) {
    return Type.Unsafe<Static<T> | null>({ anyOf: [schema, { type: 'null' }], ...note })
  }
  if (bare.enum) return Type.Unsafe<Static<T> | null>({ anyOf: [bare, { type: 'null' }], ...note })
  return Type.Unsafe<Static<T> | null>({ ...bare, type: [bare.type, 'null'], ...note })
}

/** A text of at most `maxLength` characters. */
export function text(maxLength: number, options: Described & { example?: string }) {
  return Type.String({ maxLength, ...options })
}

/**
 * What a text in a request may be: not blank, without control characters, and without U+FFFD, which bytes that are not
 * UTF-8 are decoded to. `parseStrings` rejects the same, with the reason.
 */
const REQUEST_TEXT = '^[^\\S\\x00-\\x1f]*[^\\s\\x00-\\x1f\\x7f\\ufffd][^\\x00-\\x1f\\x7f\\ufffd]*$'

/** A text in a request of at most `maxLength` characters. */
export function requestText(maxLength: number, options: Described) {
  return Type.String({ minLength: 1, maxLength, pattern: REQUEST_TEXT, ...options })
}

/** A name in a request: at most 200 characters. */
export function name(options: Described) {
  return requestText(200, options)
}

/** A whole number that counts something: people, incidents, records. */
export function count(options: Described) {
  return Type.Integer({ minimum: 0, maximum: 100_000_000, format: 'int32', ...options })
}

/** A whole number that is a sum over many records. */
export function sum(options: Described) {
  return Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, format: 'int64', ...options })
}

/** A calendar date without a time zone. */
export function date(options: Described) {
  return Type.String({ format: 'date', maxLength: 10, ...options })
}

/** A moment in UTC. */
export function instant(options: Described) {
  return Type.String({ format: 'date-time', maxLength: 40, ...options })
}

/** The form of ids: a request could not name one with other characters, see {@link REQUEST_TEXT}. */
export const ID = '^[^\\s\\x00-\\x1f\\x7f\\ufffd]+$'

/** A record's id: `<data set>:<id in that data set>`. */
export function id(options: Described & { example?: string }) {
  return Type.String({ minLength: 1, maxLength: 200, pattern: ID, ...options })
}

/** WGS 84 latitude in degrees. */
export function latitude(options: Described = { description: 'WGS 84 latitude, degrees.' }) {
  return Type.Number({ minimum: -90, maximum: 90, format: 'double', ...options })
}

/** WGS 84 longitude in degrees. */
export function longitude(options: Described = { description: 'WGS 84 longitude, degrees.' }) {
  return Type.Number({ minimum: -180, maximum: 180, format: 'double', ...options })
}

/** A list of at most `maxItems` in a record. */
export function list<T extends TSchema>(items: T, options: Described & { maxItems?: number }) {
  return Type.Array(items, { maxItems: 10_000, ...options })
}

/** A query parameter that takes several values, comma-separated or repeated: any of them matches. */
export function anyOf<T extends TSchema>(items: T, options: Described) {
  return Type.Optional(Type.Array(items, { minItems: 1, maxItems: 100, ...options }))
}

/** An object that permits no other property, published as the named component `name`. */
export function component<P extends Record<string, TSchema>>(
  name: string,
  properties: P,
  options: Described & { examples?: object[] },
) {
  return Type.Object(properties, { [COMPONENT]: name, additionalProperties: false, ...options })
}
