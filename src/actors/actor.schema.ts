import type { Static } from 'typebox'
import { component, count, enumeration, id, instant, list, nullable, text } from '../validation/types.ts'

/** Kinds of actor: the actor types of the ACLED code book (2024) in snake_case. */
export const ACTOR_KINDS = [
  'state_forces',
  'rebel_group',
  'political_militia',
  'identity_militia',
  'rioters',
  'protesters',
  'civilians',
  'external_other_forces',
  'unknown',
] as const

/** Roles of an actor in an incident. */
export const ROLES = ['perpetrator', 'target', 'other'] as const
/** Grounds on which a perpetrator is named. */
export const ATTRIBUTIONS = ['claimed', 'reported', 'suspected', 'unknown'] as const

/** Schema of an actor as stored. */
export const ActorRecord = component(
  'ActorRecord',
  {
    id: id({ description: 'The id.' }),
    dataset: text(60, { description: 'The data set that the actor comes from.' }),
    name: text(500, { description: 'The common name.' }),
    aliases: list(text(500, { description: 'Another name.' }), { description: 'Other names, any script.' }),
    kind: enumeration(ACTOR_KINDS, { description: 'The kind of actor (ACLED actor types).' }),
    description: nullable(text(2000, { description: 'A description, in our own words.' })),
    updated_at: instant({ description: 'When this record last changed here.' }),
  },
  { description: 'A person, organisation or group of people with a role in incidents.' },
)
/** An actor as stored. */
export type ActorRecord = Static<typeof ActorRecord>

const incidents = count({ description: 'Number of incidents in which it has a role.' })

/** Schema of the identity of an actor. */
const IdentityOfActor = component(
  'IdentityOfActor',
  {
    id: id({ description: 'The id: the filter `actor` takes it.' }),
    name: text(500, { description: 'The name.' }),
    incidents: count({ description: 'Number of incidents in which any of its actors has a role.' }),
  },
  { description: 'What actors of several data sets that are one have in common.' },
)

/** Schema of an actor in API responses. */
export const Actor = component(
  'Actor',
  {
    ...ActorRecord.properties,
    incidents,
    identity: nullable(IdentityOfActor, {
      description: 'The identity that it has in common with actors of other data sets; null without one.',
    }),
  },
  { description: 'An actor with its number of incidents.' },
)
/** An actor in API responses. */
export type Actor = Static<typeof Actor>

/** Schema of an actor in an incident. */
export const IncidentActor = component(
  'IncidentActor',
  {
    id: id({ description: "The actor's id." }),
    name: text(500, { description: "The actor's name." }),
    role: enumeration(ROLES, { description: 'The role of the actor.' }),
    attribution: nullable(enumeration(ATTRIBUTIONS, { description: '' }), {
      description:
        'For a perpetrator, the grounds of the attribution: it `claimed` the attack itself, is `reported` or `suspected`, or is `unknown`. Null for other roles.',
    }),
  },
  { description: 'An actor in an incident.' },
)
/** An actor in an incident. */
export type IncidentActor = Static<typeof IncidentActor>
