import type { Static } from 'typebox'
import { ACTOR_KINDS, IncidentActor } from '../../actors/actor.schema.ts'
import { Range } from '../../figures/figure.schema.ts'
import { Incident } from '../../incidents/incident.schema.ts'
import { Type } from '../../validation/schema.ts'
import { enumeration, id, latitude, list, longitude, nullable, text } from '../../validation/types.ts'

const strict = { additionalProperties: false }

/** Where, as the data set names it. */
export const Where = Type.Object(
  {
    country: text(300, { description: "The country's name or ISO 3166-1 code." }),
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
/** Where, as the data set names it. */
export type Where = Static<typeof Where>

const { role, attribution, name } = IncidentActor.properties
/** An actor, as the data set names it. */
export const DraftActor = Type.Object(
  { name, kind: enumeration(ACTOR_KINDS, { description: 'What the actor is.' }), role, attribution },
  strict,
)
/** An actor, as the data set names it. */
export type DraftActor = Static<typeof DraftActor>

const group = Type.Optional(Range)
/** Figures as given: in total, and by the groups that the data set tells apart. */
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
/** Figures as given: in total, and by the groups that the data set tells apart. */
export type DraftCasualties = Static<typeof DraftCasualties>

/** A source, as the data set names it; longer names and titles are cut in the source, and whole in the original row. */
export interface DraftSource {
  publisher: string
  title: string | null
  url: string | null
  published_date: string | null
}

const { properties: incident } = Incident
/** What a data set says of one incident, in our words, its names not yet looked up. Null: it does not say. */
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
    weapons: incident.weapons,
    actors: list(DraftActor, { description: 'Who took part.', maxItems: 1000 }),
    fatalities: nullable(DraftCasualties),
    injured: nullable(DraftCasualties),
    sources: list(Type.Unsafe<DraftSource>({}), { description: 'The sources.' }),
  },
  strict,
)
/** What a data set says of one incident, in our words, its names not yet looked up. Null: it does not say. */
export type Draft = Static<typeof Draft>
