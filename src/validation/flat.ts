import type { TObject, TSchema } from 'typebox'
import type { ParameterIssue } from '../errors.ts'
import { isCalendarDate, isInstant } from './calendar.ts'
import { toIssue } from './validate.ts'

/** What is wrong with a value under one keyword, in ajv's words; null when nothing is. */
type Rule = (value: unknown, limit: never) => string | null

const isNumber = (value: unknown): value is number => typeof value === 'number'
const lengthOf = (value: unknown) => (typeof value === 'string' ? [...value].length : null)
const sizeOf = (value: unknown) => (Array.isArray(value) ? value.length : null)
const patterns = new Map<string, RegExp>()

const TEXT_FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  date: isCalendarDate,
  'date-time': isInstant,
}

/** The keywords of parameters, in the order in which ajv looks at them. */
const RULES: Readonly<Record<string, Rule>> = {
  enum: (value, permitted: unknown[]) =>
    permitted.includes(value) ? null : 'must be equal to one of the allowed values',
  maximum: (value, limit: number) => (isNumber(value) && value > limit ? `must be <= ${limit}` : null),
  minimum: (value, limit: number) => (isNumber(value) && value < limit ? `must be >= ${limit}` : null),
  maxLength: (value, limit: number) =>
    (lengthOf(value) ?? 0) > limit ? `must NOT have more than ${limit} characters` : null,
  minLength: (value, limit: number) =>
    (lengthOf(value) ?? limit) < limit ? `must NOT have fewer than ${limit} characters` : null,
  pattern: (value, source: string) => {
    if (!patterns.has(source)) patterns.set(source, new RegExp(source, 'u'))
    return typeof value !== 'string' || patterns.get(source)?.test(value) ? null : `must match pattern`
  },
  maxItems: (value, limit: number) =>
    (sizeOf(value) ?? 0) > limit ? `must NOT have more than ${limit} items` : null,
  minItems: (value, limit: number) =>
    (sizeOf(value) ?? limit) < limit ? `must NOT have fewer than ${limit} items` : null,
  uniqueItems: (value, isAsked: boolean) => {
    if (!isAsked || !Array.isArray(value)) return null
    const again = value.findLastIndex((item, at) => value.indexOf(item, at + 1) >= 0)
    if (again < 0) return null
    const [first, second] = [value.indexOf(value[again], again + 1), again]
    return `must NOT have duplicate items (items ## ${first} and ${second} are identical)`
  },
  format: (value, format: string) =>
    typeof value !== 'string' || (TEXT_FORMATS[format]?.(value) ?? true) ? null : 'must match format',
}
/** Looked at after the items. */
const LATE = ['uniqueItems']
const NAMES = Object.keys(RULES).filter((name) => !LATE.includes(name))
/** Keywords that forbid nothing here: the types were read from the strings, names that are not known refused. */
const SILENT = new Set([
  'type',
  'items',
  'default',
  'description',
  'example',
  'examples',
  'title',
  'x-component',
])
const FORMATS = new Set([undefined, ...Object.keys(TEXT_FORMATS), 'int32', 'int64', 'double'])

const flat = new WeakMap<TSchema, boolean>()

function isFlat(schema: TObject): boolean {
  let known = flat.get(schema)
  if (known === undefined) {
    const schemas = Object.values(schema.properties).flatMap((property: TSchema & { items?: TSchema }) =>
      property.items ? [property, property.items] : [property],
    )
    known = schemas.every(
      (one) =>
        Object.keys(one).every((keyword) => keyword in RULES || SILENT.has(keyword)) &&
        FORMATS.has((one as { format?: string }).format),
    )
    flat.set(schema, known)
  }
  return known
}

/**
 * Everything that is wrong with values that were read by an object's schema, as `issuesOf` has it; defaults are
 * filled in. Null where the schema is more than texts, numbers and lists of them: parameters and settings are not,
 * and so neither a start nor a first request waits for ajv to load and compile.
 */
export function flatIssues(schema: TObject, values: Record<string, unknown>): ParameterIssue[] | null {
  if (!isFlat(schema)) return null
  const issues: ParameterIssue[] = []
  const report = (keyword: string, instancePath: string, message: string, parentSchema: object) => {
    const limit = (parentSchema as Record<string, unknown>)[keyword]
    const params = { limit, pattern: limit, format: limit, allowedValues: limit }
    issues.push(toIssue({ keyword, instancePath, message, params, parentSchema, schemaPath: '' }, values))
  }
  const look = (one: object, path: string, value: unknown, names = NAMES) => {
    for (const keyword of names) {
      if (!(keyword in one)) continue
      const message = RULES[keyword]?.(value, (one as Record<string, never>)[keyword] as never)
      if (message) report(keyword, path, message, one)
    }
  }
  const properties = Object.entries(schema.properties) as [
    string,
    TSchema & { default?: unknown; items?: TSchema },
  ][]
  for (const [name, property] of properties)
    if (values[name] === undefined && property.default !== undefined) values[name] = property.default
  for (const name of (schema.required ?? []) as string[])
    if (values[name] === undefined) issues.push({ parameter: name, reason: 'is required' })
  for (const [name, property] of properties) {
    const value = values[name]
    if (value === undefined) continue
    look(property, `/${name}`, value)
    if (!property.items || !Array.isArray(value)) continue
    for (const [at, item] of value.entries()) look(property.items, `/${name}/${at}`, item)
    look(property, `/${name}`, value, LATE)
  }
  return issues
}
