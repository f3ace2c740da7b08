import type { FastifySchemaCompiler } from 'fastify'
import type { TObject } from 'typebox'
import { type ParameterIssue, ServiceError } from '../../errors.ts'
import { parseStrings, type StringValues } from '../../validation/strings.ts'

/** Parses a query string; a name that occurs once has one value. Names such as `__proto__` are kept as they are. */
export function parseQuery(text: string): Record<string, string | string[]> {
  const names = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(text)) names.set(name, [...(names.get(name) ?? []), value])
  return Object.fromEntries(
    [...names].map(([name, values]) => [name, values.length > 1 ? values : (values[0] ?? '')]),
  )
}

/**
 * Validates path and query parameters by their schema, strictly: a parameter that is unknown, given twice, empty or
 * malformed is an error that names it. Every endpoint's parameters pass through here.
 */
export const compileParameters: FastifySchemaCompiler<unknown> = ({ schema }) => {
  return (parameters: unknown) => {
    const { value, issues } = parseStrings(schema as TObject, parameters as StringValues)
    return issues ? { error: parameterError(issues) } : { value }
  }
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
