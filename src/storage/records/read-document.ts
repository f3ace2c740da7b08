import type { TSchema } from 'typebox'
import { findIssues } from '../../validation/validate.ts'

/**
 * Reads a document under a schema; `record` is left out when anything is wrong with it.
 * @param id the id that the document must have; null for any
 */
export function readDocument<T>(
  schema: TSchema,
  id: string | null,
  document: string,
): { record?: T; problems: string[] } {
  let record: T & { id?: string }
  try {
    record = JSON.parse(document)
  } catch {
    return { problems: ['the document is not JSON'] }
  }
  const problems = findIssues(schema, record).map(({ parameter, reason }) => `${parameter} ${reason}`)
  if (id !== null && record?.id !== id) problems.push('the document has another id')
  return problems.length > 0 ? { problems } : { record, problems }
}
