import { DisjointSets } from '../links/scoring/disjoint-sets.ts'
import type { Combine } from './stats.store.ts'

/** A matching record that accepted links join to others. */
export interface LinkedRecord {
  /** The engine's key. */
  key: number
  id: string
  dataset: string
  /** The best figure of the killed; null where it is not recorded. */
  deaths: number | null
}

/** An accepted link between two incidents. */
export interface LinkedPair {
  a_id: string
  b_id: string
}

/** What combining data sets leaves out. */
export interface CombinedRecords {
  /** The number of events that matching records of several data sets describe. */
  events: number
  /** Keys of records that are not counted because another data set counts for their event. */
  excluded: number[]
}

/**
 * Chooses for each event, which is a set of records joined by links directly or through others, the one data set that
 * counts; the records of the others are excluded.
 */
export function combineRecords(
  records: readonly LinkedRecord[],
  pairs: readonly LinkedPair[],
  combine: Combine,
): CombinedRecords {
  const sets = new DisjointSets()
  for (const { a_id, b_id } of pairs) sets.union(a_id, b_id)
  const events = [...groupBy(records, ({ id }) => sets.find(id)).values()]
    .map((event) => groupBy(event, ({ dataset }) => dataset))
    .filter((event) => event.size > 1)
  const excluded = events.flatMap((event) => {
    const counting = chooseDataset(event, combine)
    return [...event].flatMap(([dataset, members]) =>
      dataset === counting ? [] : members.map(({ key }) => key),
    )
  })
  return { events: events.length, excluded }
}

function groupBy(
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

/** The data set that counts for an event; of equals the first by id. */
function chooseDataset(event: ReadonlyMap<string, readonly LinkedRecord[]>, combine: Combine): string {
  const rank = (dataset: string): number => {
    if (combine.rule === 'prefer') {
      const index = combine.datasets.indexOf(dataset)
      return index < 0 ? combine.datasets.length : index
    }
    const stated = (event.get(dataset) ?? []).flatMap(({ deaths }) => deaths ?? [])
    return stated.length > 0 ? -stated.reduce((sum, deaths) => sum + deaths, 0) : 1
  }
  const [first = ''] = [...event.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  return first
}
