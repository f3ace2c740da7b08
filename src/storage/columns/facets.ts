import type { FacetQuery, FacetStore } from '../../facets/facet.store.ts'
import type { IncidentFilter } from '../../incidents/incident.store.ts'
import { isMissing, type SumValue } from '../../stats/stats.rows.ts'
import type { SqlFragment } from '../sql/fragment.ts'
import type { Columns } from './column-store.ts'
import { whereIncidents } from './filter-columns.ts'
import type { RecordLookups } from './record-lookups.ts'
import { dimensionSql, fromActing, fromIncidents } from './sums-sql.ts'

interface ValueRow {
  value: SumValue
  records: number
  distinct_values: number
}

/** Counts the matching records. */
export async function countIncidents(
  columns: Columns,
  records: RecordLookups,
  filter: IncidentFilter,
): Promise<number> {
  return count(columns, await whereIncidents(columns, records, filter))
}

async function count(columns: Columns, { sql, values }: SqlFragment): Promise<number> {
  const [row] = await columns.all<{ n: number }>(`SELECT count(*) AS n FROM incidents WHERE ${sql}`, values)
  return row?.n ?? 0
}

/** Counts the values of fields among matching records; see `FacetStore.facets`. */
export async function countFacets(
  columns: Columns,
  records: RecordLookups,
  { filter, fields, limit }: FacetQuery,
): Promise<Awaited<ReturnType<FacetStore['facets']>>> {
  const matching = await whereIncidents(columns, records, filter)
  const facets: Awaited<ReturnType<FacetStore['facets']>>['facets'] = []
  for (const field of fields) {
    const from = field === 'actor' ? fromActing(matching, filter.actor?.roles) : fromIncidents(matching)
    // Facets have neither intervals nor cells.
    const { group, value } = dimensionSql(field, 'year', 1)
    const missing = field === 'actor' ? '0' : "''"
    const rows = await columns.all<ValueRow>(
      `SELECT value, records, count(*) OVER (PARTITION BY value <> ${missing}) AS distinct_values
       FROM (SELECT ${value} AS value, count(*) AS records FROM ${from.sql} GROUP BY ${group})
       ORDER BY value = ${missing} DESC, records DESC, value LIMIT ?`,
      [...from.values, limit + 1],
    )
    const unknown = isMissing(rows[0]?.value) ? rows.shift() : undefined
    const shown = rows.slice(0, limit)
    const names = records.names(
      field,
      shown.map((row) => row.value),
    )
    facets.push({
      field,
      values: shown.map((row) => {
        const { id, name } = names?.get(row.value) ?? { id: String(row.value), name: String(row.value) }
        return { value: id, name, records: row.records }
      }),
      distinct: rows[0]?.distinct_values ?? 0,
      unknown: unknown?.records ?? 0,
    })
  }
  return { facets, records: await count(columns, matching) }
}
