import { isDeepStrictEqual } from 'node:util'
import type { TObject, TSchema } from 'typebox'
import { MAX_ISSUES, type ParameterIssue } from '../errors.ts'
import { suggest } from '../text/suggest.ts'
import { splitValues } from '../text/value-list.ts'
import { describeCount, findIssues } from './validate.ts'

/** Raw values of a query string or the environment, by name. */
export type StringValues = Readonly<Record<string, string | readonly string[] | undefined>>

/** A typed value, or all issues of the input. */
export type ParseResult<T> = { value: T; issues?: never } | { value?: never; issues: ParameterIssue[] }

/**
 * Parses named strings into the typed object that a schema describes.
 *
 * Strict where the usual coercion guesses: `0x10`, `1e400`, an empty text and two different single values are
 * issues. A list is given comma-separated (see {@link splitValues}), repeated, or both; equal values count once, as
 * clients give them that add their parameters to a link which has them already. The first
 * {@link MAX_ISSUES} issues are returned: a request with thousands costs no more than one with a few.
 */
export function parseStrings<T>(
  schema: TObject,
  given: StringValues,
  reportUnknown: ReportUnknown = reportUnknownName,
): ParseResult<T> {
  const issues: ParameterIssue[] = []
  const value: Record<string, unknown> = {}
  for (const [name, raw] of Object.entries(given)) {
    if (raw === undefined) continue
    if (issues.length === MAX_ISSUES) break
    const property = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined
    if (!property) {
      issues.push(reportUnknown(name, Object.keys(schema.properties), raw))
      continue
    }
    const reading = readValue(property, raw)
    if ('reason' in reading) issues.push({ parameter: name, reason: reading.reason })
    else value[name] = reading.value
  }
  const failed = new Set(issues.map((issue) => issue.parameter))
  issues.push(...findIssues(schema, value, MAX_ISSUES).filter((issue) => !failed.has(issue.parameter)))
  return issues.length > 0 ? { issues: issues.slice(0, MAX_ISSUES) } : { value: value as T }
}

/** Reports a name that a schema does not have. */
export type ReportUnknown = (
  name: string,
  known: readonly string[],
  given: string | readonly string[],
) => ParameterIssue

/** Reports a name that the schema does not have, with the nearest name that it has. */
export const reportUnknownName: ReportUnknown = (name, known) => {
  const [near] = suggest(name, known)
  return near ? { parameter: name, reason: 'is not known here', suggestion: near } : reportNoName(name, known)
}

/** Reports a name that the schema does not have, with all that it has. */
export function reportNoName(name: string, known: readonly string[]): ParameterIssue {
  return { parameter: name, reason: `is not known here; known are ${known.join(', ') || 'none'}` }
}

type Typed = { value: unknown } | { reason: string }

type ListSchema = TSchema & { items: TSchema; minItems?: number; maxItems?: number }

function readValue(schema: TSchema & { type?: string }, raw: string | readonly string[]): Typed {
  const given = [raw].flat()
  if (schema.type !== 'array') return requireEqual(given.map((text) => readText(schema, text)))
  const texts: string[] = []
  for (const text of given) {
    const values = splitValues(text)
    if (!values) return { reason: UNBALANCED }
    texts.push(...values)
  }
  const { items, minItems, maxItems = Infinity } = schema as ListSchema
  // Of a fixed number of values, such as of a box, each has its meaning: equal ones are not the same.
  if (minItems !== maxItems) return readItems(items, [...new Set(texts)], schema)
  if (texts.length % minItems !== 0) return readItems(items, texts, schema)
  const starts = Array.from({ length: texts.length / minItems }, (_, index) => index * minItems)
  return requireEqual(starts.map((start) => readItems(items, texts.slice(start, start + minItems), schema)))
}

function readItems(items: TSchema, texts: readonly string[], schema: TSchema & { maxItems?: number }): Typed {
  // No item is looked at where there are too many.
  if (texts.length > (schema.maxItems ?? Infinity)) return { reason: describeCount(schema) }
  const read = texts.map((text) => readText(items, text))
  return read.find((item) => 'reason' in item) ?? { value: read.map((item) => 'value' in item && item.value) }
}

/** Takes equal values for one. */
function requireEqual(readings: readonly Typed[]): Typed {
  const [first, ...others] = readings as [Typed, ...Typed[]]
  return (
    readings.find((reading) => 'reason' in reading) ??
    (others.every((other) => isDeepStrictEqual(other, first))
      ? first
      : { reason: 'takes one value and was given several that differ' })
  )
}

const UNBALANCED =
  'has a quotation mark without its partner: write a value that contains a comma as "Smith, John", and quotation marks inside it twice'

const INTEGER = /^-?\d{1,15}$/
const DECIMAL = /^-?\d{1,15}(\.\d{1,15})?$/

function readText(schema: TSchema & { type?: string }, text: string): Typed {
  if (text.trim() === '') return { reason: 'is empty: give a value or leave the parameter out' }
  // A lone surrogate or a control character is never part of a name; SQLite would store it damaged.
  if (!text.isWellFormed() || CONTROL.test(text)) return { reason: 'holds a control or broken character' }
  // What is decoded for bytes that are no UTF-8.
  if (text.includes('\ufffd')) return { reason: 'is not UTF-8: percent-encode the bytes of UTF-8' }
  switch (schema.type) {
    case 'integer':
      return INTEGER.test(text) ? { value: Number(text) } : { reason: 'must be a whole number, such as 10' }
    case 'number':
      return DECIMAL.test(text)
        ? { value: Number(text) }
        : { reason: 'must be a decimal number, such as 33.34' }
    case 'boolean':
      return text === 'true' || text === 'false'
        ? { value: text === 'true' }
        : { reason: 'must be true or false' }
    default:
      return { value: text }
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
const CONTROL = /[\u0000-\u001f\u007f]/
