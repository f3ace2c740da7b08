import type { Static } from 'typebox'
import { Claim } from '../../figures/claim.schema.ts'
import { Incident } from '../../incidents/incident.schema.ts'
import { SourceRecord } from '../../sources/source.schema.ts'
import { Type } from '../../validation/schema.ts'
import { list } from '../../validation/types.ts'
import { issuesOf } from '../../validation/validate.ts'
import type { CellFault } from '../contract/importer.ts'
import { shorten } from '../reading/rows/file-row.ts'
import { contradictionsIn, type ExportedFate } from './exported.ts'

/** A line of our NDJSON: a record, with its claims under `expand=claims`. */
const Line = Type.Object(
  {
    ...Incident.properties,
    claims: Type.Optional(list(Claim, { description: 'Who said what.' })),
    sources: Type.Optional(list(SourceRecord, { description: 'The sources in which the claims are made.' })),
  },
  { additionalProperties: false },
)
type Line = Static<typeof Line>

/** The record that a line of our NDJSON holds. A fault's column is the dot path of a property. */
export function readNdjsonRecord(line: string): ExportedFate {
  const value = objectIn(line)
  if (!value) {
    const reason = 'must be a JSON object, whole on its line'
    return { faults: [{ column: '', value: shorten(line), reason }] }
  }
  const faults = new Map<string, CellFault>()
  const refuse = (property: string, reason: string) => {
    if (faults.has(property)) return
    faults.set(property, { column: property, value: shorten(shown(value, property)), reason })
  }
  refuseShape(value, refuse)
  const wrong = new Set([...faults.keys()].map((path) => path.split('.', 1)[0] ?? ''))
  for (const { property, reason } of contradictionsIn(value as Incident, wrong)) refuse(property, reason)
  // What has another shape may be of any depth.
  if (faults.size === 0 && line.includes('\\u')) refuseTexts(value, '', refuse)
  if (faults.size === 0) refuseClaims(value as Line, refuse)
  if (faults.size > 0) return { faults: [...faults.values()] }
  const { claims = null, sources = null, ...record } = value as Line
  return { record, claims, sources }
}

function objectIn(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

type Refuse = (property: string, reason: string) => void

function refuseShape(value: object, refuse: Refuse): void {
  const issues = issuesOf(Line, value)
  for (const { parameter, reason, suggestion } of issues) {
    // Of what is neither null nor right only what is wrong with it is told.
    if (issues.some((other) => other.parameter.startsWith(`${parameter}.`))) continue
    if (reason === 'is required')
      refuse(parameter, 'is missing: an export of some fields only cannot be read back')
    else refuse(parameter, suggestion ? `${reason}; did you mean ${suggestion}?` : reason)
  }
}

/** Escapes can spell what no text may hold. */
function refuseTexts(value: unknown, path: string, refuse: Refuse): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed() || value.includes('\0')) refuse(path, 'holds a NUL or half a character')
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value))
      refuseTexts(inner, Array.isArray(value) ? path : path ? `${path}.${name}` : name, refuse)
  }
}

/** Claims belong to their record, and every figure rests on claims that are there. */
function refuseClaims({ id, claims, fatalities, injured }: Line, refuse: Refuse): void {
  if (!claims) return
  const ids = new Set(claims.map((claim) => claim.id))
  if (ids.size < claims.length) refuse('claims.id', 'occurs twice')
  if (claims.some((claim) => !claim.id.startsWith(`${id}#`))) {
    refuse('claims.id', "must begin with the record's id and #")
    return
  }
  for (const [measure, casualties] of Object.entries({ fatalities, injured })) {
    const figures = casualties ? [casualties, ...Object.values(casualties.by_group)] : []
    if (figures.some((figure) => figure?.claims.some((claim) => !ids.has(claim))))
      refuse(`${measure}.claims`, 'must be among the claims of the record')
  }
}

/** The text or number at a dot path; empty where there is none, or several. */
function shown(value: object, path: string): string {
  const found = path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | null | undefined)?.[name], value)
  return typeof found === 'object' || found === undefined ? '' : String(found)
}
