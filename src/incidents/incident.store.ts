import type { ROLES } from '../actors/actor.schema.ts'
import type { EventTypeId, SubEventTypeId } from '../event-types/event-type.schema.ts'
import type { Bound, Group } from '../figures/figure.schema.ts'
import type { PlaceScope } from '../places/place.store.ts'
import type { NdjsonBatch, SerializedJson, SerializedSlice, Slice, SliceRequest, Total } from '../records.ts'
import type { SourceScope } from '../sources/source.store.ts'
import type { INCIDENT_KINDS, Incident, IncidentDetail } from './incident.schema.ts'

/**
 * What a list of incidents is limited to. Different filters all must match; of a list, any.
 * An empty list matches nothing: it is a name that nothing bears.
 */
export interface IncidentFilter {
  id?: readonly string[]
  kind?: readonly (typeof INCIDENT_KINDS)[number][]
  dataset?: readonly string[]
  event_type?: readonly EventTypeId[]
  sub_event_type?: readonly SubEventTypeId[]
  city?: readonly PlaceScope[]
  /** With all that lies in them. */
  place?: readonly PlaceScope[]
  admin1?: readonly PlaceScope[]
  country?: readonly PlaceScope[]
  source?: readonly SourceScope[]
  actor?: { ids?: readonly string[]; roles?: readonly (typeof ROLES)[number][] }
  /** Records whose dates overlap what begins on this day. */
  date_from?: string
  /** Records whose dates overlap what ends on this day. */
  date_to?: string
  deaths?: CasualtyFilter
  injured?: CasualtyFilter
  /** West, south, east, north in degrees; west beyond east crosses the antimeridian. */
  bbox?: readonly [number, number, number, number]
  near?: { latitude: number; longitude: number; radiusKm: number }
  /** Folded phrases (words, mostly), all of which occur; the last may be the beginning of one. */
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

/** The orders of a list; `-` is descending. Equal ones follow in a fixed order of their own. */
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
/** Where a bounded count ends. */
export const MAX_BOUNDED_TOTAL = 10_000

/** The recorded incidents. */
export interface IncidentStore {
  list(query: IncidentQuery, slice: SliceRequest): Promise<Slice<Incident>>
  /** The same records as `list` in one text, in much less time. */
  listSerialized(query: IncidentQuery, slice: SliceRequest): Promise<SerializedSlice>
  /** How many records match, exactly. */
  count(filter: IncidentFilter): Promise<number>
  /** The same beside other requests: it keeps none of them waiting, and what was counted once is remembered. */
  total(filter: IncidentFilter, kind: (typeof TOTALS)[number]): Promise<Total>
  /**
   * Every matching record of one state of the data, some at a time, read only so far ahead of who takes them; other
   * requests go on meanwhile.
   */
  stream(query: IncidentQuery): AsyncIterable<NdjsonBatch>
  /** The incident with this id and all that is known about it, or null. */
  get(id: string): Promise<SerializedJson<IncidentDetail> | null>
  /** Those of the ids that are recorded. */
  existing(ids: readonly string[]): Promise<string[]>
  /** Ids near an id that is not known, nearest first. */
  nearestIds(id: string): Promise<string[]>
}
