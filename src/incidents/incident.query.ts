import type { Static, TObject } from 'typebox'
import { ROLES } from '../actors/actor.schema.ts'
import { EVENT_TYPES, SUB_EVENT_TYPES } from '../event-types/event-type.schema.ts'
import { BOUNDS, GROUPS } from '../figures/figure.schema.ts'
import { fieldsParameter } from '../http/formats/field-selection.ts'
import { FORMATS } from '../http/formats/formats.ts'
import { pageParameters } from '../http/paging/page.schema.ts'
import { scopeParameters } from '../places/place.query.ts'
import { Type } from '../validation/schema.ts'
import { anyOf, count, date, enumeration, id, instant, name, text } from '../validation/types.ts'
import { INCIDENT_KINDS, ListedIncident } from './incident.schema.ts'
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
    Type.Array(degrees(180), {
      minItems: 4,
      maxItems: 4,
      description:
        'West, south, east, north in WGS 84 degrees; west greater than east crosses the antimeridian.',
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
    text(500, {
      description:
        'Full text: every word must occur in title, description, places, actors or weapons; any script, accents ignored; the last word may be a prefix.',
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
      description: "`claims` adds every record's claims (not in CSV and Parquet).",
    }),
    fields: fieldsParameter(ListedIncident),
    format: Type.Optional(
      enumeration(FORMATS, {
        description:
          'The format, before `Accept`. CSV, NDJSON and Parquet stream every matching record when `limit` is left out.',
      }),
    ),
  },
  { additionalProperties: false },
)
/** The parameters of GET /v1/incidents. */
export type IncidentListQuery = Static<typeof IncidentListQuery>
