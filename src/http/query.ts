import type { FastifySchemaCompiler } from 'fastify'
import type { TObject } from 'typebox'
import { type ParameterIssue, ServiceError } from '../errors.ts'
import { readStrings, type StringValues } from '../validation/strings.ts'

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
  return new ServiceError(unknown ? 'unknown_parameter' : 'invalid_parameter', sentences.join('. '), {
    issues,
  })
}
