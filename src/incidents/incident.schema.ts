import type { Static } from 'typebox'
import { IncidentActor } from '../actors/actor.schema.ts'
import { EVENT_TYPES, SUB_EVENT_TYPES } from '../event-types/event-type.schema.ts'
import { Claim } from '../figures/claim.schema.ts'
import { Casualties, CountRange } from '../figures/figure.schema.ts'
import { FLAGS } from '../figures/flags.ts'
import { IncidentPlace } from '../places/place.schema.ts'
import { SourceRecord } from '../sources/source.schema.ts'
import { Type } from '../validation/schema.ts'
import {
  component,
  date,
  enumeration,
  id,
  instant,
  latitude,
  list,
  longitude,
  nullable,
  text,
} from '../validation/types.ts'
import { Provenance } from './provenance.schema.ts'

/** `incident` is one attack, possibly at several sites; `group` several that a source reports together. */
export const INCIDENT_KINDS = ['incident', 'group'] as const
/** How exactly a date is known. */
export const DATE_PRECISIONS = ['day', 'week', 'month', 'year', 'range'] as const
/** How exactly a location is known. */
export const GEO_PRECISIONS = ['exact', 'near', 'admin2', 'admin1', 'country', 'unknown'] as const

/**
 * Types of organised violence, of the UCDP GED code book: a state is a party; organised groups fight, none of them a
 * state; an organised group or a state attacks civilians.
 */
export const VIOLENCE_TYPES = ['state_based', 'non_state', 'one_sided'] as const

/** When and where: shared by incidents and reported totals. */
export const whenAndWhere = {
  date_start: date({ description: 'First day, ends included.' }),
  date_end: date({ description: 'Last day, ends included.' }),
  date_precision: enumeration(DATE_PRECISIONS, {
    description:
      'How exactly the date is known: to the day, week, month or year; `range` spans the days given.',
  }),
  place: IncidentPlace,
  latitude: nullable(latitude()),
  longitude: nullable(longitude()),
  geo_precision: enumeration(GEO_PRECISIONS, {
    description:
      '`exact`: the named town or district itself; `near`: within about 25 km; otherwise the division that is all that is known.',
  }),
}

/** Schema of a site of an attack. */
export const Site = component(
  'Site',
  {
    name: text(300, { description: 'What was attacked there.' }),
    place_id: nullable(id({ description: "The site's place, where it is in the gazetteer." })),
  },
  { description: 'One of the sites of an attack.' },
)

const named = { name: text(500, { description: "The publisher's name for it." }) }

/** Schema of the conflict that an incident is part of. */
export const Conflict = component(
  'Conflict',
  { id: id({ description: "The publisher's id, such as `ucdp:259`.", example: 'ucdp:259' }), ...named },
  { description: 'A conflict as a publisher delimits it; the data sets of one publisher share its id.' },
)
/** The conflict that an incident is part of. */
export type Conflict = Static<typeof Conflict>

/** Schema of the pair of parties whose fighting an incident is part of. */
export const Dyad = component(
  'Dyad',
  { id: id({ description: "The publisher's id, such as `ucdp:524`.", example: 'ucdp:524' }), ...named },
  { description: 'Two parties that fight each other, as a publisher delimits them.' },
)

/** Schema of an incident as it is recorded. */
export const Incident = component(
  'Incident',
  {
    id: id({ description: 'The id, stable and readable: `<data set>:<id in that data set>`.' }),
    dataset: text(60, { description: 'The data set that the record comes from.' }),
    kind: enumeration(INCIDENT_KINDS, {
      description: '`incident`: one attack. `group`: several attacks that a source reports together.',
    }),
    title: nullable(text(1000, { description: 'A short title.' })),
    description: nullable(text(20_000, { description: 'What happened.' })),
    ...whenAndWhere,
    part_of_day: nullable(text(100, { description: 'The time or part of the day, as the source gives it.' })),
    sites: list(Site, {
      description: 'The sites of the attack, where the source tells them apart.',
      maxItems: 1000,
    }),
    incident_count: CountRange,
    event_type: nullable(enumeration(EVENT_TYPES, { description: 'What happened; see /v1/event-types.' })),
    sub_event_type: nullable(enumeration(SUB_EVENT_TYPES, { description: 'What happened, more exactly.' })),
    violence_type: nullable(
      enumeration(VIOLENCE_TYPES, {
        description: 'The type of organised violence, as UCDP defines it; null where the data set has none.',
      }),
    ),
    conflict: nullable(Conflict, {
      description: 'The conflict that it is part of; null where the data set has none.',
    }),
    dyad: nullable(Dyad, { description: 'The parties that fight; null where the data set has none.' }),
    weapons: list(text(200, { description: 'A weapon.' }), { description: 'Weapons used.', maxItems: 100 }),
    actors: list(IncidentActor, {
      description: 'Who attacked, who was attacked, who else took part.',
      maxItems: 1000,
    }),
    fatalities: nullable(Casualties, {
      description: 'Everyone killed, attackers included; null where nobody said.',
    }),
    injured: nullable(Casualties, { description: 'Everyone injured; null where nobody said.' }),
    part_of: list(id({ description: 'Id of a group or reported total.' }), {
      description: 'The groups and reported totals that include this record.',
      maxItems: 1000,
    }),
    same_as: list(id({ description: 'Id of a record of another data set.' }), {
      description:
        'The records of other data sets that describe the same event, as accepted links join them to this one, directly and in the order of their ids; see /v1/incidents/{id}/links.',
      maxItems: 1000,
    }),
    source_ids: list(id({ description: 'Id of a source.' }), {
      description: 'The sources.',
      maxItems: 10_000,
    }),
    flags: list(enumeration(FLAGS, { description: 'What is odd.' }), {
      description:
        'What is odd about the record, which is kept as its data set gives it: `…_out_of_order` says that low ≤ best ≤ high does not hold, in total or of a group.',
      maxItems: FLAGS.length,
    }),
    updated_at: instant({ description: 'When this record last changed here.' }),
  },
  { description: 'A conflict incident, or a group of incidents that a source reports together.' },
)
/** A conflict incident, or a group of incidents that a source reports together. */
export type Incident = Static<typeof Incident>

/** Schema of another record, in short. */
export const RecordLink = component(
  'RecordLink',
  {
    id: id({ description: 'The id.' }),
    title: nullable(text(1000, { description: 'A short title.' })),
    date_start: date({ description: 'First day.' }),
    date_end: date({ description: 'Last day.' }),
    fatalities: nullable(Casualties, { description: 'Everyone killed; null where nobody said.' }),
  },
  { description: 'Another record, in short.' },
)
/** Another record, in short. */
export type RecordLink = Static<typeof RecordLink>

/** Reduces a record to the properties of a {@link RecordLink}. */
export function toRecordLink({ id, title, date_start, date_end, fatalities }: RecordLink): RecordLink {
  return { id, title, date_start, date_end, fatalities }
}

const claims = list(Claim, { description: 'Who said what.', maxItems: 10_000 })

/** A list item under `expand=claims`. */
export const ListedIncident = component(
  'ListedIncident',
  { ...Incident.properties, claims: Type.Optional(claims) },
  { description: 'A complete incident record; with its claims under `expand=claims`.' },
)

/** Schema of an incident with all that is known about it. */
export const IncidentDetail = component(
  'IncidentDetail',
  {
    ...Incident.properties,
    claims,
    sources: list(SourceRecord, {
      description: 'The sources in which the claims are made.',
      maxItems: 10_000,
    }),
    parts: list(RecordLink, { description: 'The incidents that this group includes.', maxItems: 10_000 }),
    tolls: list(RecordLink, { description: 'The reported totals that include this record.', maxItems: 1000 }),
    original: nullable(
      Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 1_000_000 }), {
        maxProperties: 1000,
      }),
      {
        description:
          'The row of the data set that the record was made of, column by column; null where it was not imported.',
      },
    ),
    provenance: Type.Optional(
      list(Provenance, {
        description: 'How figures, place, dates and precision came about; under `expand=provenance`.',
        maxItems: 20,
      }),
    ),
  },
  { description: 'An incident with its claims, sources, parts and the reported totals that it belongs to.' },
)
/** An incident with all that is known about it. */
export type IncidentDetail = Static<typeof IncidentDetail>
