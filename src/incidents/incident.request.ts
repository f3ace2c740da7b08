import type { ServiceError } from '../errors.ts'
import { requireCsvForMark } from '../http/formats/byte-order-mark.ts'
import { selectColumns } from '../http/formats/columns.ts'
import { MAX_SHEET_RECORDS, type RecordFormat } from '../http/formats/formats.ts'
import type { Hint } from '../http/requests/hint.ts'
import { parameterError } from '../http/requests/parameters.ts'
import type { Caller } from '../records.ts'
import { INCIDENT_COLUMNS } from './incident.columns.ts'
import type { FileRequest } from './incident.files.ts'
import { resolveFilter, type Vocabularies } from './incident.filter.ts'
import type { IncidentListQuery } from './incident.query.ts'
import type { IncidentQuery, Sort } from './incident.store.ts'

/**
 * What a query in a format asks the store for, with hints for names that probably mean others.
 * @throws ServiceError invalid_parameter for what cannot be asked, or not in this format
 */
export async function resolveRequest(
  asked: IncidentListQuery,
  format: RecordFormat,
  defaultSort: Sort,
  vocabularies: Vocabularies,
  caller: Caller,
): Promise<{ query: IncidentQuery; hints: readonly Hint[]; advice: readonly Hint[] }> {
  const { expand, fields, sort = defaultSort, properties = 'flat' } = asked
  const expandClaims = expand !== undefined || (fields ?? []).some((path) => path.startsWith('claims'))
  if (properties === 'nested' && format !== 'geojson') throw notInFormat('properties', 'requires GeoJSON')
  requireCsvForMark(asked, format)
  if (!isNested(format, properties)) requireColumns(asked, expandClaims)
  const { filter, hints, advice } = await resolveFilter(asked, vocabularies, caller)
  return { query: { filter, sort, expandClaims }, hints, advice }
}

/** Whether records are rendered as in JSON, rather than as flat columns. */
function isNested(format: RecordFormat, properties: 'flat' | 'nested'): boolean {
  return format === 'json' || format === 'ndjson' || (format === 'geojson' && properties === 'nested')
}

/** The flat formats have columns, and none for claims. */
function requireColumns({ expand, fields }: IncidentListQuery, expandClaims: boolean): void {
  const others = 'use JSON, NDJSON or GeoJSON with properties=nested'
  if (expandClaims)
    throw notInFormat(expand ? 'expand' : 'fields', `claims have no columns in this format: ${others}`)
  if (selectColumns(INCIDENT_COLUMNS, fields).length === 0)
    throw notInFormat('fields', `selects no column of this format: ${others}`)
}

/**
 * Requires that records fit into a sheet of Excel.
 * @throws ServiceError invalid_parameter
 */
export function requireSheetFits(records: number): void {
  if (records > MAX_SHEET_RECORDS)
    throw notInFormat(
      'format',
      `must not be xlsx for ${records} records: a sheet has ${MAX_SHEET_RECORDS} at most; filter them, or use CSV or Parquet`,
    )
}

function notInFormat(parameter: string, reason: string): ServiceError {
  return parameterError([{ parameter, reason }])
}

/** Reads from the parameters of a request what a file is to be like. */
export function toFileRequest(
  { fields, properties, bom }: Pick<IncidentListQuery, 'fields' | 'properties' | 'bom'>,
  more: Pick<FileRequest, 'format' | 'urls' | 'hints'>,
): FileRequest {
  return { ...more, fields, isNested: properties === 'nested', hasMark: bom !== undefined }
}
