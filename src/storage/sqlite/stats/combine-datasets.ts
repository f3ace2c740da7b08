import { DisjointSets } from '../../../links/scoring/disjoint-sets.ts'
import type { Combination } from '../../../stats/stats.schema.ts'
import type { Combine, StatsQuery } from '../../../stats/stats.store.ts'
import type { Connection } from '../database/connection.ts'
import { clausesOf } from '../database/sql-fragment.ts'
import { WHERE_CLAUSES } from '../incidents/where-clauses.ts'

/** A matching record that accepted links join to others. */
interface LinkedRecord {
  key: number
  id: string
  dataset: string
  deaths: number | null
}

/** What putting data sets together does, and the keys of the records that it leaves out. */
export function combineDatasets(
  connection: Connection,
  { filter, combine }: StatsQuery,
): { combination: Combination | null; without: number[] } {
  if (!combine) return { combination: null, without: [] }
  const matching = clausesOf(WHERE_CLAUSES, filter)
  const records = connection.all<LinkedRecord>(
    `SELECT key, id, dataset, deaths_best AS deaths FROM incidents
     WHERE id IN (SELECT a_id FROM links WHERE status = 'accepted' UNION SELECT b_id FROM links WHERE status = 'accepted')
     AND ${matching.sql}`,
    ...matching.values,
  )
  const pairs = connection.all<{ a_id: string; b_id: string }>(
    `SELECT a_id, b_id FROM links WHERE status = 'accepted'`,
  )
  const isIn = `EXISTS (SELECT 1 FROM incidents WHERE id = links.$ AND ${matching.sql})`
  const undecided = connection.get<{ n: number }>(
    `SELECT count(*) AS n FROM links WHERE status = 'suggested'
     AND ${isIn.replace('$', 'a_id')} AND ${isIn.replace('$', 'b_id')}`,
    ...matching.values,
    ...matching.values,
  )
  const events = [...eventsOf(records, pairs).values()].map(byDataset).filter((event) => event.size > 1)
  const without = events.flatMap((event) => {
    const counting = countingDataset(event, combine)
    return [...event].flatMap(([dataset, of]) => (dataset === counting ? [] : of.map(({ key }) => key)))
  })
  return {
    combination: {
      rule: combine.rule === 'max' ? 'max' : `prefer:${combine.datasets.join(',')}`,
      events: events.length,
      merged: without.length,
      undecided: Number(undecided?.n ?? 0),
    },
    without,
  }
}

/** Records by the event that they tell of: those that links join, directly or by way of others. */
function eventsOf(
  records: readonly LinkedRecord[],
  pairs: readonly { a_id: string; b_id: string }[],
): Map<string, LinkedRecord[]> {
  const events = new DisjointSets()
  for (const { a_id, b_id } of pairs) events.union(a_id, b_id)
  return grouped(records, ({ id }) => events.find(id))
}

function byDataset(records: readonly LinkedRecord[]): Map<string, LinkedRecord[]> {
  return grouped(records, ({ dataset }) => dataset)
}

function grouped(
  records: readonly LinkedRecord[],
  keyOf: (record: LinkedRecord) => string,
): Map<string, LinkedRecord[]> {
  const groups = new Map<string, LinkedRecord[]>()
  for (const record of records) {
    const group = groups.get(keyOf(record))
    if (group) group.push(record)
    else groups.set(keyOf(record), [record])
  }
  return groups
}

/** The data set whose records count for an event; of equals the first by id. */
function countingDataset(event: ReadonlyMap<string, readonly LinkedRecord[]>, combine: Combine): string {
  const rank = (dataset: string): number => {
    if (combine.rule === 'prefer') {
      const place = combine.datasets.indexOf(dataset)
      return place < 0 ? combine.datasets.length : place
    }
    const stated = (event.get(dataset) ?? []).flatMap(({ deaths }) => deaths ?? [])
    return stated.length > 0 ? -stated.reduce((sum, deaths) => sum + deaths, 0) : 1
  }
  const [first = ''] = [...event.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  return first
}
