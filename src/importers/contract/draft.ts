import type { Static } from 'typebox'
import { ACTOR_KINDS, IncidentActor } from '../../actors/actor.schema.ts'
import { Range } from '../../figures/figure.schema.ts'
import { Incident } from '../../incidents/incident.schema.ts'
import { fold } from '../../text/fold.ts'
import { Type } from '../../validation/schema.ts'
import { enumeration, id, latitude, list, longitude, nullable, text } from '../../validation/types.ts'

const strict = { additionalProperties: false }

/** The place of an incident, by the names that the data set uses. */
export const Where = Type.Object(
  {
    country: nullable(
      text(300, {
        description: 'The country, as the file names it, or its code of ISO 3166-1; null: not stated.',
      }),
    ),
    iso: Type.Optional(
      text(3, { description: 'The code of ISO 3166-1, where the file has one of its own.' }),
    ),
    admin1: nullable(text(300, { description: 'The first-level division.' })),
    place: nullable(text(300, { description: '' }), {
      description:
        'The city, town, village or district; null where the data set knows no more than the division.',
    }),
    latitude: nullable(latitude()),
    longitude: nullable(longitude()),
  },
  strict,
)
/** The place of an incident, by the names that the data set uses. */
export type Where = Static<typeof Where>

const { role, attribution, name } = IncidentActor.properties
/** An actor, by the name that the data set uses. */
export const DraftActor = Type.Object(
  { name, kind: enumeration(ACTOR_KINDS, { description: 'The kind of actor.' }), role, attribution },
  strict,
)
/** An actor, by the name that the data set uses. */
export type DraftActor = Static<typeof DraftActor>

const group = Type.Optional(Range)
/** Figures as given: in total, and by the groups that the data set distinguishes. */
export const DraftCasualties = Type.Object(
  {
    total: Range,
    by_group: Type.Object(
      { civilians: group, security_forces: group, assailants: group, unknown: group },
      strict,
    ),
  },
  strict,
)
/** Figures as given: in total, and by the groups that the data set distinguishes. */
export type DraftCasualties = Static<typeof DraftCasualties>

/** A source, by the names that the data set uses; long ones are cut in the record and whole in the original row. */
export interface DraftSource {
  publisher: string
  title: string | null
  url: string | null
  published_date: string | null
}

const { properties: incident } = Incident
/** One incident in the terms of the schema, its names not yet looked up. Null: the data set does not say. */
export const Draft = Type.Object(
  {
    id: id({ description: 'The id in the data set.' }),
    kind: incident.kind,
    title: incident.title,
    description: incident.description,
    date_start: incident.date_start,
    date_end: incident.date_end,
    date_precision: incident.date_precision,
    part_of_day: incident.part_of_day,
    where: Where,
    geo_precision: incident.geo_precision,
    incident_count: incident.incident_count,
    event_type: incident.event_type,
    sub_event_type: incident.sub_event_type,
    violence_type: Type.Optional(incident.violence_type),
    conflict: Type.Optional(incident.conflict),
    dyad: Type.Optional(incident.dyad),
    weapons: incident.weapons,
    actors: list(DraftActor, { description: 'Who took part.', maxItems: 1000 }),
    fatalities: nullable(DraftCasualties),
    injured: nullable(DraftCasualties),
    sources: list(Type.Unsafe<DraftSource>({}), { description: 'The sources.' }),
  },
  strict,
)
/** One incident in the terms of the schema, its names not yet looked up. Null: the data set does not say. */
export type Draft = Static<typeof Draft>

/** Removes actors that occur twice in a role; spellings that fold alike are one actor, the first is kept. */
export function distinctActors(actors: readonly DraftActor[]): DraftActor[] {
  const first = new Map<string, DraftActor>()
  for (const actor of actors) {
    const key = `${actor.role} ${fold(actor.name)}`
    if (!first.has(key)) first.set(key, actor)
  }
  return [...first.values()]
}
