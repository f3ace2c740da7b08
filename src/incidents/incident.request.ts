import { selectColumns } from '../http/formats/columns.ts'
import type { Format } from '../http/formats/formats.ts'
import type { Hint } from '../http/requests/hint.ts'
import { parameterError } from '../http/requests/parameters.ts'
import type { Caller } from '../records.ts'
import { INCIDENT_COLUMNS } from './incident.columns.ts'
import { resolveFilter, type Vocabularies } from './incident.filter.ts'
import type { IncidentListQuery } from './incident.query.ts'
import type { IncidentQuery, Sort } from './incident.store.ts'

/**
 * What a query in a format asks the store for, with hints for names that probably mean others.
 * @throws ServiceError invalid_parameter for what cannot be asked, or not in this format
 */
export async function resolveRequest(
  asked: IncidentListQuery,
  format: Format,
  defaultSort: Sort,
  vocabularies: Vocabularies,
  caller: Caller,
): Promise<{ query: IncidentQuery; hints: Hint[]; advice: Hint[] }> {
  const { expand, fields, sort = defaultSort } = asked
  const expandClaims = expand !== undefined || (fields ?? []).some((path) => path.startsWith('claims'))
  if (format === 'csv' || format === 'parquet') requireColumns(asked, expandClaims)
  const { filter, hints, advice } = await resolveFilter(asked, vocabularies, caller)
  return { query: { filter, sort, expandClaims }, hints, advice }
}

/** CSV and Parquet have columns, and none for claims. */
function requireColumns({ expand, fields }: IncidentListQuery, expandClaims: boolean): void {
  if (expandClaims) {
    const reason = 'claims are not available in CSV and Parquet: use JSON, GeoJSON or NDJSON'
    throw parameterError([{ parameter: expand ? 'expand' : 'fields', reason }])
  }
  if (selectColumns(INCIDENT_COLUMNS, fields).length === 0) {
    const reason = 'selects no column of CSV and Parquet: use JSON, GeoJSON or NDJSON'
    throw parameterError([{ parameter: 'fields', reason }])
  }
}
