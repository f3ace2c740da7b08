import type { FastifySchemaCompiler } from 'fastify'
import type { TObject } from 'typebox'
import { type ParameterIssue, ServiceError } from '../../errors.ts'
import { readStrings, type StringValues } from '../../validation/strings.ts'

/** Every value of every name; a name given once has one value. Names are kept as they are, `__proto__` too. */
export function parseQuery(text: string): Record<string, string | string[]> {
  const names = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(text)) names.set(name, [...(names.get(name) ?? []), value])
  return Object.fromEntries(
    [...names].map(([name, values]) => [name, values.length > 1 ? values : (values[0] ?? '')]),
  )
}

/**
 * Validates path and query parameters by their schema, strictly: a parameter that is not known, given twice,
 * empty or malformed is an error that names it. Every endpoint's parameters pass through here.
 */
export const compileParameters: FastifySchemaCompiler<unknown> = ({ schema }) => {
  return (given: unknown) => {
    const { value, issues } = readStrings(schema as TObject, given as StringValues)
    return issues ? { error: parameterError(issues) } : { value }
  }
}

/** The error that tells of wrong parameters, all at once. */
export function parameterError(issues: readonly ParameterIssue[]): ServiceError {
  const unknown = issues.every(({ reason }) => reason.startsWith('is not known here'))
  const sentences = issues.map(({ parameter, reason, suggestion }) => {
    return `${parameter} ${reason}${suggestion ? `; did you mean ${suggestion}?` : ''}`
  })
  return new ServiceError(
    unknown ? 'unknown_parameter' : 'invalid_parameter',
    sentences.join('. ').replaceAll('?. ', '? '),
    {
      issues,
    },
  )
}
