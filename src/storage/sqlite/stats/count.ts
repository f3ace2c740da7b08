import { type IncidentFilter, MAX_BOUNDED_TOTAL } from '../../../incidents/incident.store.ts'
import type { Total } from '../../../records.ts'
import { CONTINUES, type Connection } from '../database/connection.ts'
import { whereIncidents } from '../incidents/filters.ts'

/** Counts no more than {@link MAX_BOUNDED_TOTAL} of the incidents that match. */
export function countBounded(connection: Connection, filter: IncidentFilter): Total {
  const { sql, values } = whereIncidents(filter)
  const { n = 0 } =
    connection.get<{ n: number }>(
      `SELECT count(*) AS n FROM (SELECT 1 FROM incidents WHERE ${CONTINUES} AND (${sql}) LIMIT ?)`,
      ...values,
      MAX_BOUNDED_TOTAL + 1,
    ) ?? {}
  return n > MAX_BOUNDED_TOTAL
    ? { total: MAX_BOUNDED_TOTAL, total_is: 'at_least' }
    : { total: n, total_is: 'exact' }
}
