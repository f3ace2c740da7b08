import type { FastifySchemaCompiler } from 'fastify'
import { LRUCache } from 'lru-cache'
import type { TObject } from 'typebox'
import { type ParameterIssue, ServiceError } from '../../errors.ts'
import {
  parseStrings,
  type ReportUnknown,
  reportNoName,
  reportUnknownName,
  type StringValues,
} from '../../validation/strings.ts'
import { findCounterpart, isIgnored } from './foreign-parameters.ts'

/**
 * Parses a query string; a name that occurs once has one value. Names such as `__proto__` are kept as they are. The
 * latest are kept: nothing changes them.
 */
export function parseQuery(text: string): Readonly<Record<string, string | string[]>> {
  const known = PARSED.get(text)
  if (known) return known
  const parsed = parsePairs(text)
  PARSED.set(text, parsed)
  return parsed
}

const PARSED = new LRUCache<string, Readonly<Record<string, string | string[]>>>({
  // In characters of query strings; parsed they take about as much again.
  maxSize: 2_000_000,
  sizeCalculation: (_, text) => text.length + 100,
})

function parsePairs(text: string): Record<string, string | string[]> {
  const names = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(text)) {
    const values = names.get(name)
    if (values) values.push(value)
    else names.set(name, [value])
  }
  return Object.fromEntries(
    [...names].map(([name, values]) => [name, values.length > 1 ? values : (values[0] ?? '')]),
  )
}

/**
 * Validates path and query parameters by their schema, strictly: a parameter that is unknown, given twice, empty or
 * malformed is an error that names it; those of campaigns and caches are left out. Every endpoint's parameters pass
 * through here.
 */
export const compileParameters: FastifySchemaCompiler<unknown> = ({ schema }) => {
  return (parameters: unknown) => {
    if (VALIDATED.has(parameters as object)) return { value: parameters }
    const used = Object.entries(parameters as StringValues).filter(([name]) => !isIgnored(name))
    const { value, issues } = parseStrings(schema as TObject, Object.fromEntries(used), reportForeignName)
    if (issues) return { error: parameterError(issues) }
    VALIDATED.add(value as object)
    return { value }
  }
}

/** Parameters that passed: those of a known request (see `RequestMemory`) are its own again, for the same route. */
const VALIDATED = new WeakSet<object>()

/** Reports an unknown parameter with what it means in other APIs, or else with the nearest known name. */
export const reportForeignName: ReportUnknown = (name, known, given) => {
  const issue = reportUnknownName(name, known, given)
  const counterpart = findCounterpart(name, [given].flat()[0] ?? '', known)
  // A name that differs by case or a sign only is nearer than any meaning.
  const isSame = issue.suggestion?.replaceAll('_', '') === name.toLowerCase().replace(/[^a-z0-9]/g, '')
  if (counterpart === undefined || isSame) return issue
  // A name that is like it in letters only, such as place for page, would mislead.
  if (counterpart === null) return reportNoName(name, known)
  const { suggestion, explanation } = counterpart
  const reason = explanation ? `is not known here: ${explanation}` : 'is not known here'
  return { parameter: name, reason, suggestion }
}

/** Builds one error from all wrong parameters: unknown_parameter if all are unknown, else invalid_parameter. */
export function parameterError(issues: readonly ParameterIssue[]): ServiceError {
  const areUnknown = issues.every(({ reason }) => reason.startsWith('is not known here'))
  const sentences = issues.map(({ parameter, reason, suggestion }) => {
    return `${parameter} ${reason}${suggestion ? `; did you mean ${suggestion}?` : ''}`
  })
  const detail = sentences.join('. ').replaceAll('?. ', '? ')
  return new ServiceError(areUnknown ? 'unknown_parameter' : 'invalid_parameter', detail, { issues })
}
