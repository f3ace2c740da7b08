import type { Static } from 'typebox'
import { Claim } from '../../figures/claim.schema.ts'
import { Incident } from '../../incidents/incident.schema.ts'
import { SourceRecord } from '../../sources/source.schema.ts'
import { Type } from '../../validation/schema.ts'
import { list } from '../../validation/types.ts'
import { findIssues } from '../../validation/validate.ts'
import type { CellError } from '../reading/rows/file-row.ts'
import { shorten } from '../reading/rows/text.ts'
import { type ExportedResult, findContradictions } from './exported.ts'

/** A line of our NDJSON: a record, with its claims under `expand=claims`. */
const Line = Type.Object(
  {
    ...Incident.properties,
    claims: Type.Optional(list(Claim, { description: 'The claims of the figures.' })),
    sources: Type.Optional(list(SourceRecord, { description: 'The sources in which the claims are made.' })),
  },
  { additionalProperties: false },
)
type Line = Static<typeof Line>

/** Reads the record of a line of our NDJSON. The column of an error is the dot path of a property. */
export function readNdjsonRecord(line: string): ExportedResult {
  const value = parseObject(line)
  if (!value) {
    const reason = 'must be a JSON object, whole on its line'
    return { errors: [{ column: '', value: shorten(line), reason }] }
  }
  const errors = new Map<string, CellError>()
  const addError = (property: string, reason: string) => {
    if (errors.has(property)) return
    errors.set(property, { column: property, value: shorten(textAt(value, property)), reason })
  }
  checkShape(value, addError)
  const wrong = new Set([...errors.keys()].map((path) => path.split('.', 1)[0] ?? ''))
  for (const { property, reason } of findContradictions(value as Incident, wrong)) addError(property, reason)
  // Only of the right shape is the depth limited.
  if (errors.size === 0 && line.includes('\\u')) checkTexts(value, '', addError)
  if (errors.size === 0) checkClaims(value as Line, addError)
  if (errors.size > 0) return { errors: [...errors.values()] }
  const { claims = null, sources = null, ...record } = value as Line
  return { record, claims, sources }
}

function parseObject(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

type AddError = (property: string, reason: string) => void

function checkShape(value: object, addError: AddError): void {
  const issues = findIssues(Line, value)
  for (const { parameter, reason, suggestion } of issues) {
    // Of a nullable object, only the errors inside it are of use.
    if (issues.some((other) => other.parameter.startsWith(`${parameter}.`))) continue
    if (reason === 'is required')
      addError(parameter, 'is missing: an export of some fields only cannot be read back')
    else addError(parameter, suggestion ? `${reason}; did you mean ${suggestion}?` : reason)
  }
}

/** Escapes can encode characters that no text may hold. */
function checkTexts(value: unknown, path: string, addError: AddError): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed() || value.includes('\0')) addError(path, 'holds a NUL or half a character')
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value))
      checkTexts(inner, Array.isArray(value) ? path : path ? `${path}.${name}` : name, addError)
  }
}

/** Claims belong to their record, and every figure refers to claims of it. */
function checkClaims({ id, claims, fatalities, injured }: Line, addError: AddError): void {
  if (!claims) return
  const ids = new Set(claims.map((claim) => claim.id))
  if (ids.size < claims.length) addError('claims.id', 'occurs twice')
  if (claims.some((claim) => !claim.id.startsWith(`${id}#`))) {
    addError('claims.id', "must begin with the record's id and #")
    return
  }
  for (const [measure, casualties] of Object.entries({ fatalities, injured })) {
    const figures = casualties ? [casualties, ...Object.values(casualties.by_group)] : []
    if (figures.some((figure) => figure?.claims.some((claim) => !ids.has(claim))))
      addError(`${measure}.claims`, 'must be among the claims of the record')
  }
}

/** The text or number at a dot path; empty where there is none or a list. */
function textAt(value: object, path: string): string {
  const found = path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | null | undefined)?.[name], value)
  return typeof found === 'object' || found === undefined ? '' : String(found)
}
