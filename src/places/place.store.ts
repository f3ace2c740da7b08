import type { Caller, SerializedJson, Slice, SliceRequest } from '../records.ts'
import type { Place, PlaceKind, PlaceRecord } from './place.schema.ts'

/** A filter by place: records in the place, or in a place that it contains, match. */
export interface PlaceScope {
  kind: PlaceKind
  id: string
}

/** Filters of a list of places. */
export interface PlaceFilter {
  /** Search text, ranked by rankByName. */
  q?: string
  kind?: readonly PlaceKind[]
  country?: readonly PlaceScope[]
}

/** A name similar to a text. */
export interface NearPlace {
  name: string
  /** Whether any record is in a place of this name. */
  isRecorded: boolean
}

/** The name by which a data set knows a place that has other names in the gazetteer. */
export interface PlaceSpelling {
  dataset: string
  place_id: string
  name: string
}

/** Read access to the gazetteer. */
export interface PlaceStore {
  list(filter: PlaceFilter, slice: SliceRequest, caller?: Caller): Promise<Slice<Place>>
  /** The place with this id, or null. */
  get(id: string): Promise<SerializedJson<Place> | null>
  /** The filter by the place with this id, or null. */
  scope(id: string): Promise<PlaceScope | null>
  /** Those of the ids that are recorded. */
  existing(ids: readonly string[]): Promise<string[]>
  /** Places of these kinds with exactly this name, alias or spelling of a data set, folded. */
  findByName(name: string, kinds: readonly PlaceKind[]): Promise<PlaceScope[]>
  /** The places of a country, including the country itself, except those that data sets of incidents added. */
  gazetteer(countryId: string): Promise<PlaceRecord[]>
  /** The spellings of a data set for places of a country. */
  spellings(dataset: string, countryId: string): Promise<PlaceSpelling[]>
  /** Names of these kinds of place similar to a text, other than the text itself, nearest first. */
  findSimilar(name: string, kinds: readonly PlaceKind[], caller?: Caller): Promise<NearPlace[]>
  /** Whether any record is in any of the places. */
  isRecorded(scopes: readonly PlaceScope[]): Promise<boolean>
}
