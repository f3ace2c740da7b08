import type { IncidentFilter } from '../incidents/incident.store.ts'
import type { Caller } from '../records.ts'
import type { DatasetSum, Sum } from './stats.schema.ts'
import type { StatsStore } from './stats.store.ts'

/** Sums the records that match a filter and their killed, by data set. */
export async function sumByDataset(
  stats: StatsStore,
  filter: IncidentFilter,
  caller: Caller,
): Promise<(Pick<DatasetSum, 'dataset' | 'records'> & { fatalities: Sum | null })[]> {
  const { byDataset } = await stats.stats(
    {
      filter,
      wholeFilter: filter,
      required: {},
      groupBy: [],
      interval: 'month',
      cellSize: 1,
      metrics: ['fatalities'],
      byGroup: false,
      sort: 'group',
      fill: false,
      combine: null,
      limit: 1,
      after: null,
    },
    caller,
  )
  return byDataset.map(({ dataset, records, fatalities = null }) => ({ dataset, records, fatalities }))
}
