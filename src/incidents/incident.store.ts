import type { ROLES } from '../actors/actor.schema.ts'
import type { ActorScopes } from '../actors/actor.store.ts'
import type { EventTypeId, SubEventTypeId } from '../event-types/event-type.schema.ts'
import type { Bound, Group } from '../figures/figure.schema.ts'
import type { PlaceScope } from '../places/place.store.ts'
import type {
  Caller,
  SerializedBytes,
  SerializedJson,
  SerializedSlice,
  Slice,
  SliceRequest,
  Total,
} from '../records.ts'
import type { SourceScope } from '../sources/source.store.ts'
import type { FilePart, FileRequest } from './incident.files.ts'
import type {
  DATE_PRECISIONS,
  GEO_PRECISIONS,
  INCIDENT_KINDS,
  Incident,
  IncidentDetail,
  VIOLENCE_TYPES,
} from './incident.schema.ts'

/**
 * The filters of a list of incidents, their names resolved. Different filters all must match; of the values of one,
 * any. An empty list matches nothing: none of its names is known.
 */
export interface IncidentFilter {
  id?: readonly string[]
  kind?: readonly (typeof INCIDENT_KINDS)[number][]
  dataset?: readonly string[]
  event_type?: readonly EventTypeId[]
  sub_event_type?: readonly SubEventTypeId[]
  violence_type?: readonly (typeof VIOLENCE_TYPES)[number][]
  /** Ids. */
  conflict?: readonly string[]
  /** Ids. */
  dyad?: readonly string[]
  /** Folded names. */
  weapon?: readonly string[]
  date_precision?: readonly (typeof DATE_PRECISIONS)[number][]
  /** The periods to which dates are known, a range as the shortest that is as long. */
  date_known_to?: readonly (typeof DATE_PRECISIONS)[number][]
  geo_precision?: readonly (typeof GEO_PRECISIONS)[number][]
  city?: readonly PlaceScope[]
  /** Places of any kind, each with the places in it. */
  place?: readonly PlaceScope[]
  admin1?: readonly PlaceScope[]
  country?: readonly PlaceScope[]
  source?: readonly SourceScope[]
  actor?: ActorScopes & { roles?: readonly (typeof ROLES)[number][] }
  /** The first day of a period that records overlap. */
  date_from?: string
  /** The last day of a period that records overlap. */
  date_to?: string
  deaths?: CasualtyFilter
  injured?: CasualtyFilter
  /** West, south, east, north in degrees; a west greater than east crosses the antimeridian. */
  bbox?: readonly [number, number, number, number]
  near?: { latitude: number; longitude: number; radiusKm: number }
  /** Folded terms, or phrases where a script has no spaces, all of which occur; the last is a prefix. */
  words?: readonly string[]
  updated_since?: string
}

/** Limits on a figure. A figure with no upper bound satisfies every minimum of `high` and no maximum. */
export interface CasualtyFilter {
  min?: number
  max?: number
  basis: Bound
  group?: Group
}

/** The orders of a list; `-` is descending. Ties are broken by the date and a fixed order of the engine. */
export const SORTS = ['date', '-date', 'deaths', '-deaths', 'updated_at', '-updated_at'] as const
/** An order of a list. */
export type Sort = (typeof SORTS)[number]

/** Which incidents, in which order, and whether with their claims. */
export interface IncidentQuery {
  filter: IncidentFilter
  sort: Sort
  expandClaims: boolean
}

/** How a total is counted: `bounded` counts no further than {@link MAX_BOUNDED_TOTAL}. */
export const TOTALS = ['exact', 'bounded'] as const
/** The number at which a bounded count ends. */
export const MAX_BOUNDED_TOTAL = 10_000

/** A term that no record has, and similar ones that some have, the most similar first. */
export interface UnknownTerm {
  term: string
  similar: string[]
}

/** The recorded incidents. */
export interface IncidentStore {
  list(query: IncidentQuery, slice: SliceRequest): Promise<Slice<Incident>>
  /** The records of `list` as one text; much faster, for the engine joins them. */
  listSerialized(query: IncidentQuery, slice: SliceRequest): Promise<SerializedSlice>
  /** How many records match, exactly. */
  count(filter: IncidentFilter): Promise<number>
  /** The same without holding up other requests; cached until the data change. */
  total(filter: IncidentFilter, kind: (typeof TOTALS)[number], caller?: Caller): Promise<Total>
  /**
   * Renders every matching record of one state of the data as a file, with a bounded number of parts ahead of its
   * reader. Other requests are not held up.
   */
  stream(query: IncidentQuery, file: FileRequest): AsyncIterable<FilePart>
  /** The incident with this id, its claims, sources, parts and links; or null. */
  get(id: string): Promise<SerializedJson<IncidentDetail> | null>
  /** The same in UTF-8; faster. */
  getSerialized(id: string): Promise<SerializedBytes<IncidentDetail> | null>
  /** Those of the ids that are recorded. */
  existing(ids: readonly string[]): Promise<string[]>
  /** Of terms of a text search those that no record has, at most three, each with the most similar that some have. */
  findUnknownTerms(words: readonly string[]): Promise<UnknownTerm[]>
  /** Ids similar to one that is unknown, the most similar first. */
  nearestIds(id: string): Promise<string[]>
}
