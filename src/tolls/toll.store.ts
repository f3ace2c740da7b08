import type { PlaceScope } from '../places/place.store.ts'
import type { SerializedJson, Slice, SliceRequest } from '../records.ts'
import type { Toll, TollDetail } from './toll.schema.ts'

/** Filters of a list of reported totals: all must match; of the values of a filter, any. */
export interface TollFilter {
  city?: readonly PlaceScope[]
  place?: readonly PlaceScope[]
  admin1?: readonly PlaceScope[]
  country?: readonly PlaceScope[]
  dataset?: readonly string[]
  /** Totals whose period ends on this day or later. */
  date_from?: string
  /** Totals whose period begins on this day or earlier. */
  date_to?: string
}

/** Read access to reported totals. */
export interface TollStore {
  /** Newest first. */
  list(filter: TollFilter, slice: SliceRequest): Promise<Slice<Toll>>
  /** The total with this id, with claims and sources, or null. */
  get(id: string): Promise<SerializedJson<TollDetail> | null>
  /** Ids near an unknown id, nearest first. */
  nearestIds(id: string): Promise<string[]>
}
