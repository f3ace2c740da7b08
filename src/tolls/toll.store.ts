import type { IncidentFilter } from '../incidents/incident.store.ts'
import type { SerializedJson, Slice, SliceRequest } from '../records.ts'
import type { Toll, TollDetail } from './toll.schema.ts'

/** The filters of incidents that reported totals have as well: by place, period and data set. */
export type TollFilter = Pick<
  IncidentFilter,
  'city' | 'place' | 'admin1' | 'country' | 'dataset' | 'date_from' | 'date_to'
>

/** Read access to reported totals. */
export interface TollStore {
  /** Newest first. */
  list(filter: TollFilter, slice: SliceRequest): Promise<Slice<Toll>>
  /** The total with this id, with claims and sources, or null. */
  get(id: string): Promise<SerializedJson<Omit<TollDetail, 'other_datasets'>> | null>
  /** Ids near an unknown id, nearest first. */
  nearestIds(id: string): Promise<string[]>
}
