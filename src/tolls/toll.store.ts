import type { PlaceScope } from '../places/place.store.ts'
import type { SerializedJson, Slice, SliceRequest } from '../records.ts'
import type { Toll, TollDetail } from './toll.schema.ts'

/** What a list of reported totals is limited to. Different filters all must match; of a list, any. */
export interface TollFilter {
  city?: readonly PlaceScope[]
  place?: readonly PlaceScope[]
  admin1?: readonly PlaceScope[]
  country?: readonly PlaceScope[]
  dataset?: readonly string[]
  /** Totals whose period overlaps what begins on this day. */
  date_from?: string
  /** Totals whose period overlaps what ends on this day. */
  date_to?: string
}

/** The reported totals. */
export interface TollStore {
  /** Newest first. */
  list(filter: TollFilter, slice: SliceRequest): Promise<Slice<Toll>>
  /** The total with this id, its claims and sources, or null. */
  get(id: string): Promise<SerializedJson<TollDetail> | null>
  /** Ids near an id that is not known, nearest first. */
  nearestIds(id: string): Promise<string[]>
}
