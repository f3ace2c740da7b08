import type { Static, TObject } from 'typebox'
import { ROLES } from '../actors/actor.schema.ts'
import { EVENT_TYPES, SUB_EVENT_TYPES } from '../event-types/event-type.schema.ts'
import { BOUNDS, GROUPS } from '../figures/figure.schema.ts'
import { byteOrderMarkParameter } from '../http/formats/byte-order-mark.ts'
import { fieldsParameter } from '../http/formats/field-selection.ts'
import { RECORD_FORMATS } from '../http/formats/formats.ts'
import { pageParameters } from '../http/paging/page.schema.ts'
import { scopeParameters } from '../places/place.query.ts'
import { Type } from '../validation/schema.ts'
import { anyOf, count, date, enumeration, id, instant, name, requestText } from '../validation/types.ts'
import {
  DATE_PRECISIONS,
  GEO_PRECISIONS,
  INCIDENT_KINDS,
  ListedIncident,
  VIOLENCE_TYPES,
} from './incident.schema.ts'
import { MAX_BOUNDED_TOTAL, SORTS, TOTALS } from './incident.store.ts'

const degrees = (limit: number) => Type.Number({ minimum: -limit, maximum: limit, format: 'double' })

/** The filters of incidents. Different filters all must match; of several values of one filter, any. */
export const incidentFilters = {
  ...scopeParameters,
  event_type: anyOf(enumeration(EVENT_TYPES, { description: 'An event type.' }), {
    description: 'Event types.',
  }),
  sub_event_type: anyOf(enumeration(SUB_EVENT_TYPES, { description: 'A sub-event type.' }), {
    description: 'Sub-event types.',
  }),
  violence_type: anyOf(enumeration(VIOLENCE_TYPES, { description: 'A type.' }), {
    description: 'Types of organised violence, as UCDP defines them; other data sets have none.',
  }),
  conflict: anyOf(name({ description: 'An id or name.' }), {
    description: 'Conflicts, by id (`ucdp:259`) or name (`Iraq: Government`).',
  }),
  dyad: anyOf(name({ description: 'An id or name.' }), {
    description: 'Pairs of parties that fight, by id (`ucdp:524`) or name (`Government of Iraq - IS`).',
  }),
  weapon: anyOf(name({ description: 'A name.' }), {
    description: 'Weapons, by name as the data sets write it, such as `car bomb`.',
  }),
  actor: anyOf(name({ description: 'An id, name or alias.' }), {
    description:
      'Actors, by name or alias in any script: all actors of all data sets that are the same. By the id of an identity likewise; by the id of an actor, or as `<data set>:<name>`, that actor alone.',
  }),
  actor_role: anyOf(enumeration(ROLES, { description: 'A role.' }), {
    description: 'Roles in which the actors take part (any actor, when `actor` is left out).',
  }),
  dataset: anyOf(name({ description: 'An id.' }), { description: 'Data sets, by id.' }),
  source: anyOf(name({ description: 'An id or publisher.' }), {
    description: 'Sources, by id, publisher or title.',
  }),
  kind: anyOf(enumeration(INCIDENT_KINDS, { description: 'A kind.' }), { description: 'Kinds of record.' }),
  date_from: Type.Optional(
    date({ description: 'Records whose dates overlap the period that begins on this day.' }),
  ),
  date_to: Type.Optional(
    date({ description: 'Records whose dates overlap the period that ends on this day.' }),
  ),
  date_precision: anyOf(enumeration(DATE_PRECISIONS, { description: 'A precision.' }), {
    description: 'How exactly the date is known.',
  }),
  date_precision_min: Type.Optional(
    enumeration(['day', 'week', 'month', 'year'], {
      description:
        'Dates that are known to this period or a shorter one; a `range` of days counts as the shortest that is as long.',
    }),
  ),
  geo_precision: anyOf(enumeration(GEO_PRECISIONS, { description: 'A precision.' }), {
    description: 'How exactly the location is known.',
  }),
  geo_precision_min: Type.Optional(
    enumeration(['exact', 'near', 'admin2', 'admin1', 'country'], {
      description: 'Locations that are known this exactly or better: `near` is within about 25 km.',
    }),
  ),
  deaths_min: Type.Optional(count({ description: 'Minimum number killed.' })),
  deaths_max: Type.Optional(count({ description: 'Maximum number killed.' })),
  deaths_basis: Type.Optional(
    enumeration(BOUNDS, {
      description:
        'The figure that `deaths_min` and `deaths_max` compare, `best` when left out. A null high (no upper bound was stated) satisfies every minimum and no maximum.',
    }),
  ),
  deaths_group: Type.Optional(
    enumeration(GROUPS, { description: 'Compare the killed of this group instead of everyone.' }),
  ),
  injured_min: Type.Optional(count({ description: 'Minimum number injured (best figure).' })),
  injured_max: Type.Optional(count({ description: 'Maximum number injured (best figure).' })),
  bbox: Type.Optional(
    // A map that was moved over the antimeridian has longitudes beyond 180 degrees.
    Type.Array(degrees(360), {
      minItems: 4,
      maxItems: 4,
      description:
        'West, south, east, north in WGS 84 degrees; west greater than east crosses the antimeridian, and so do longitudes beyond ±180 (up to ±360), which are wrapped.',
    }),
  ),
  near: Type.Optional(
    Type.Array(degrees(180), {
      minItems: 2,
      maxItems: 2,
      description: 'Latitude and longitude; with `radius_km`.',
    }),
  ),
  radius_km: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 20_100,
      format: 'double',
      description: 'Great-circle distance from `near`, kilometres.',
    }),
  ),
  q: Type.Optional(
    requestText(500, {
      description:
        'Full text: every word must occur in title, description (with the notes of the data set), places, actors, weapons or titles of sources; any script, accents ignored; the last word may be a prefix.',
    }),
  ),
  updated_since: Type.Optional(
    instant({ description: 'Records that changed in this database at this time or later.' }),
  ),
  id: anyOf(id({ description: 'An id.' }), { description: 'Ids.' }),
}

/** The filters of incidents as a client sends them. */
export type IncidentFilterQuery = Static<TObject<typeof incidentFilters>>

/** The parameters of GET /v1/incidents. */
export const IncidentListQuery = Type.Object(
  {
    ...incidentFilters,
    sort: Type.Optional(
      enumeration(SORTS, {
        description:
          'The order, `-date` when left out; `-` is descending. Records without a death toll rank below zero.',
      }),
    ),
    ...pageParameters,
    total: Type.Optional(
      enumeration(TOTALS, {
        description: `\`exact\` counts all matching records into \`page.total\`; \`bounded\` counts no further than ${MAX_BOUNDED_TOTAL}, which is faster.`,
      }),
    ),
    expand: anyOf(enumeration(['claims'], { description: 'A part to add.' }), {
      description:
        "`claims` adds every record's claims, in JSON, NDJSON and GeoJSON with `properties=nested`.",
    }),
    fields: fieldsParameter(ListedIncident),
    format: Type.Optional(
      enumeration(RECORD_FORMATS, {
        description:
          'The format, before `Accept`. All but JSON stream every matching record when `limit` is left out.',
      }),
    ),
    properties: Type.Optional(
      enumeration(['flat', 'nested'], {
        description:
          '`properties` of GeoJSON: `flat` (when left out) has the columns of CSV, with which GIS software works; `nested` the record as in JSON.',
      }),
    ),
    bom: byteOrderMarkParameter(),
  },
  { additionalProperties: false },
)
/** The parameters of GET /v1/incidents. */
export type IncidentListQuery = Static<typeof IncidentListQuery>
