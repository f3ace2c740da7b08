import type { TSchema } from 'typebox'
import type { ParameterIssue } from '../errors.ts'
import { suggest } from '../text/suggest.ts'
import { isCalendarDate, isInstant } from './calendar.ts'
import { Ajv, type ErrorObject, type ValidateFunction } from './schema.ts'
import { COMPONENT, ID } from './types.ts'

/** An instance of Ajv: it coerces and removes nothing. */
function createAjv(reports: { allErrors?: boolean; verbose?: boolean }): Ajv {
  return new Ajv({
    ...reports,
    useDefaults: true,
    strictTypes: false,
    // The schemas are constants, and compiling their meta-schema would take 40 ms of every start.
    validateSchema: false,
    keywords: [COMPONENT, 'example'],
    formats: {
      date: isCalendarDate,
      'date-time': isInstant,
      uri: (text: string) => URL.canParse(text),
      int32: true,
      int64: true,
      double: true,
    },
  })
}

/** The validators of one purpose, each compiled at first use. */
class Validators {
  readonly #compiled = new WeakMap<TSchema, ValidateFunction>()
  #ajv: Ajv | undefined

  constructor(private readonly reports: Parameters<typeof createAjv>[0]) {}

  compile(schema: TSchema): ValidateFunction {
    let validate = this.#compiled.get(schema)
    if (!validate) {
      this.#ajv ??= createAjv(this.reports)
      validate = this.#ajv.compile(schema)
      this.#compiled.set(schema, validate)
    }
    return validate
  }
}

/** They report every error with what is needed to explain it. */
const reporting = new Validators({ allErrors: true, verbose: true })
/** They stop at the first error. */
const deciding = new Validators({})

/**
 * Whether a value is valid under a schema; see {@link findIssues}. It takes a quarter of the time, and a validator of
 * its own has to be compiled: for values of which there are many and few are wrong. Fills in defaults.
 */
export function isValid(schema: TSchema, value: unknown): boolean {
  return deciding.compile(schema)(value)
}

/**
 * The issues of a value under a schema; empty when it is valid. Fills in defaults. Several wrong items of one list name
 * the permitted values once.
 * @param limit the most that are described
 */
export function findIssues(schema: TSchema, value: unknown, limit = Infinity): ParameterIssue[] {
  const validate = reporting.compile(schema)
  if (validate(value)) return []
  const errors = (validate.errors ?? []).filter((error) => error.keyword !== 'anyOf')
  // Of a value that may be null and is not, only what is wrong with the value itself.
  const isNullBranch = (error: ErrorObject) =>
    error.keyword === 'type' &&
    error.params.type === 'null' &&
    errors.some((other) => other !== error && other.instancePath.startsWith(error.instancePath))
  const listed = new Set<string>()
  return errors
    .filter((error) => !isNullBranch(error))
    .slice(0, limit)
    .map((error) => {
      const issue = toIssue(error, value)
      const permitted = `${issue.parameter} ${issue.reason}`
      if (error.keyword === 'enum' && listed.has(permitted)) issue.reason = 'must be one of the same values'
      listed.add(permitted)
      return issue
    })
}

function toIssue(error: ErrorObject, root: unknown): ParameterIssue {
  const path = error.instancePath.slice(1).split('/').filter(Boolean)
  const named = (steps: readonly string[]) =>
    steps.filter((step) => !/^\d+$/.test(step)).join('.') || '(whole)'
  const parameter = named(path)
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = String(error.params.additionalProperty)
      return { parameter: named([...path, name]), reason: 'is not known here' }
    }
    case 'required':
      return {
        parameter: named([...path, String(error.params.missingProperty)]),
        reason: 'is required',
      }
    case 'enum': {
      const permitted = (error.params.allowedValues as unknown[]).map(String)
      const given = valueAt(root, path)
      const [near] = typeof given === 'string' ? suggest(given, permitted) : []
      return {
        parameter,
        reason: `must be one of ${permitted.join(', ')}`,
        ...(near && { suggestion: near }),
      }
    }
    case 'format':
      return { parameter, reason: FORMAT_REASONS[String(error.params.format)] ?? `${error.message}` }
    case 'minimum':
      return { parameter, reason: `must be at least ${error.params.limit}` }
    case 'maximum':
      return { parameter, reason: `must be at most ${error.params.limit}` }
    case 'minItems':
    case 'maxItems':
      return { parameter, reason: describeCount(error.parentSchema as ItemCount) }
    case 'maxLength':
      return { parameter, reason: `must be at most ${error.params.limit} characters long` }
    case 'pattern': {
      const pattern = String(error.params.pattern)
      const reason = pattern === ID ? 'must be without spaces and control characters' : undefined
      return { parameter, reason: reason ?? `must match the pattern ${pattern}` }
    }
    default:
      return { parameter, reason: error.message ?? 'is not valid' }
  }
}

interface ItemCount {
  minItems?: number
  maxItems?: number
}

/** The reason of a list with too few or too many items. */
export function describeCount({ minItems = 0, maxItems }: ItemCount): string {
  const wanted = minItems === maxItems ? `exactly ${minItems}` : `from ${minItems} to ${maxItems}`
  return `takes ${wanted} values, comma-separated`
}

const FORMAT_REASONS: Record<string, string> = {
  date: 'must be a day of the calendar, YYYY-MM-DD, such as 2017-01-02',
  'date-time': 'must be a date and time with its zone (RFC 3339), such as 2017-01-02T00:00:00Z',
  uri: 'must be an absolute URL',
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], root)
}
