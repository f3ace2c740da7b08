import type { CasualtySum, StatsRow } from '../../stats/stats.schema.ts'
import { buildApiPath, type ParamChanges } from '../shared/location.ts'

/** The records of one grid cell. */
export interface Cluster {
  bounds: readonly [west: number, south: number, east: number, north: number]
  /** Mean position of the records. */
  latitude: number
  longitude: number
  records: number
  /** The killed by data set: totals of different data sets must not be added. */
  killed: { dataset: string; sum: CasualtySum }[]
}

/** Builds the path of the request for the records by grid cell; those not known to a cell are not on the map. */
export function buildCellsPath(params: URLSearchParams, size: number, more: ParamChanges): string {
  return buildApiPath('stats', params, {
    group_by: 'cell',
    cell_size: String(size),
    precision: 'exact',
    metrics: 'fatalities',
    sort: 'group',
    format: 'ndjson',
    ...more,
  })
}

/** Merges the rows of a cell, one for each data set, into one cluster. */
export function buildClusters(rows: readonly StatsRow[]): Cluster[] {
  const clusters = new Map<string, Cluster>()
  for (const { by, position, records, fatalities } of rows) {
    if (!by.cell || !position) continue
    const { west, south, east, north } = by.cell
    const key = `${west} ${south}`
    const cluster = clusters.get(key) ?? {
      bounds: [west, south, east, north],
      latitude: 0,
      longitude: 0,
      records: 0,
      killed: [],
    }
    const total = cluster.records + records
    cluster.latitude += (position.latitude - cluster.latitude) * (records / total)
    cluster.longitude += (position.longitude - cluster.longitude) * (records / total)
    cluster.records = total
    if (fatalities) cluster.killed.push({ dataset: by.dataset ?? '', sum: fatalities })
    clusters.set(key, cluster)
  }
  return [...clusters.values()]
}

/** Adds up the records of clusters or rows. */
export function sumRecords(counted: readonly { records: number }[]): number {
  return counted.reduce((sum, { records }) => sum + records, 0)
}
