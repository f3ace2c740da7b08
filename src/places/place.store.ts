import type { SerializedJson, Slice, SliceRequest } from '../records.ts'
import type { Place, PlaceKind, PlaceRecord } from './place.schema.ts'

/** A place as a filter uses it: a record matches when it lies in the place. */
export interface PlaceScope {
  kind: PlaceKind
  id: string
}

/** What a list of places is limited to. */
export interface PlaceFilter {
  /** Names that begin so, or are near it, any script; the nearest first. */
  q?: string
  kind?: readonly PlaceKind[]
  country?: readonly PlaceScope[]
}

/** A name that may be meant. */
export interface NearPlace {
  name: string
  /** Whether any record lies in a place of this name. */
  isRecorded: boolean
}

/** The gazetteer. */
export interface PlaceStore {
  list(filter: PlaceFilter, slice: SliceRequest): Promise<Slice<Place>>
  /** The place with this id, or null. */
  get(id: string): Promise<SerializedJson<Place> | null>
  /** The place with this id as a filter uses it, or null. */
  scope(id: string): Promise<PlaceScope | null>
  /** Those of the ids that are recorded. */
  existing(ids: readonly string[]): Promise<string[]>
  /** Places of these kinds that bear exactly this name, folded. */
  named(name: string, kinds: readonly PlaceKind[]): Promise<PlaceScope[]>
  /** The places of a country that no data set of incidents added, the country itself among them. */
  gazetteer(countryId: string): Promise<PlaceRecord[]>
  /** Names of these kinds of place that are near a text, other than the text itself, nearest first. */
  near(name: string, kinds: readonly PlaceKind[]): Promise<NearPlace[]>
  /** Whether any record lies in any of the places. */
  isRecorded(scopes: readonly PlaceScope[]): Promise<boolean>
}
