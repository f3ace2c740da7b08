import type { Facet } from '../facets/facet.schema.ts'
import type { Hint } from '../http/requests/hint.ts'
import type { StatsRow, StatsTotal } from '../stats/stats.schema.ts'
import type { Toll } from '../tolls/toll.schema.ts'

/** A page of a list, as the API answers. */
export interface Page<T> {
  data: T[]
  page: { limit: number; next: string | null; total?: number; total_is?: 'exact' | 'at_least' }
  hints: Hint[]
  datasets: { id: string; name: string; licence: string; citation: string }[]
}

/** Sums, as the API answers. */
export interface StatsPage extends Page<StatsRow> {
  total: StatsTotal | null
  by_dataset: ({ dataset: string } & StatsTotal)[]
  tolls: Toll[]
}

/** Values of fields, as the API answers. */
export interface Facets {
  data: Facet[]
}
