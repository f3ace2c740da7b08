import { combineRecords, type LinkedPair, type LinkedRecord } from '../../../stats/combine-datasets.ts'
import type { Combination } from '../../../stats/stats.schema.ts'
import type { StatsQuery } from '../../../stats/stats.store.ts'
import { firstKeyOf } from '../../records/incident-keys.ts'
import { allOf } from '../../sql/fragment.ts'
import type { Connection } from '../database/connection.ts'
import { whereIncidents } from '../incidents/filters.ts'

const ACCEPTED = `SELECT a_id, b_id FROM links WHERE status = 'accepted'`

/** Combines the data sets of a query's records; `excluded` are the keys of the records that are not counted. */
export function combineDatasets(
  connection: Connection,
  query: StatsQuery,
): { combination: Combination | null; excluded: number[] } {
  const { combine, filter, groupBy } = query
  if (!combine) return { combination: null, excluded: [] }
  const matching = allOf([
    whereIncidents(filter),
    // Grouped by date, each record counts on its first day.
    ...(groupBy.includes('date') && filter.date_from !== undefined
      ? [{ sql: 'incidents.key >= ?', values: [firstKeyOf(filter.date_from)] }]
      : []),
  ])
  const records = connection.all<LinkedRecord>(
    `SELECT key, id, dataset, deaths_best AS deaths FROM incidents
     WHERE id IN (SELECT a_id FROM (${ACCEPTED}) UNION SELECT b_id FROM (${ACCEPTED})) AND ${matching.sql}`,
    ...matching.values,
  )
  const { events, excluded } = combineRecords(records, connection.all<LinkedPair>(ACCEPTED), combine)
  const isMatching = (column: string) =>
    `EXISTS (SELECT 1 FROM incidents WHERE id = links.${column} AND ${matching.sql})`
  const undecided = connection.get<{ n: number }>(
    `SELECT count(*) AS n FROM links WHERE status = 'suggested'
     AND ${isMatching('a_id')} AND ${isMatching('b_id')}`,
    ...matching.values,
    ...matching.values,
  )
  return {
    combination: {
      rule: combine.rule === 'max' ? 'max' : `prefer:${combine.datasets.join(',')}`,
      events,
      merged: excluded.length,
      undecided: Number(undecided?.n ?? 0),
    },
    excluded,
  }
}
