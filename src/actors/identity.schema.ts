import type { Static } from 'typebox'
import { Type } from '../validation/schema.ts'
import { component, count, enumeration, id, instant, list, nullable, text } from '../validation/types.ts'
import { ACTOR_KINDS, Actor } from './actor.schema.ts'

/** The list of names that are for searching only, next to those of data sets. */
export const COMMON = 'common'

const nameList = Type.Array(Type.String({ minLength: 1, maxLength: 500 }), { maxItems: 1000 })

/** Schema of an identity in the curated table, seed/actor-identities.json. */
export const CuratedIdentity = Type.Object(
  {
    id: Type.String({ maxLength: 100, pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' }),
    name: text(500, { description: 'The name that is shown.' }),
    kind: enumeration(ACTOR_KINDS, { description: 'The kind of actor.' }),
    ucdp_id: nullable(count({ description: 'Its id in the UCDP actor data set.' })),
    /**
     * By the kind of data set (its id, or what its id begins with before a hyphen): the names of its actors that are
     * certainly this one. `common`: other names, by which it is found only.
     */
    names: Type.Record(Type.String({ pattern: '^[a-z0-9-]+$' }), nameList),
  },
  { additionalProperties: false },
)
/** An identity in the curated table. */
export type CuratedIdentity = Static<typeof CuratedIdentity>

/** Rules by which actors are joined. */
export const EVIDENCE_RULES = ['curated', 'equal_name', 'decided'] as const

/** Schema of a reason why an actor is joined with another or with an identity. */
export const IdentityEvidence = component(
  'IdentityEvidence',
  {
    rule: enumeration(EVIDENCE_RULES, {
      description:
        '`curated`: the curated table lists the name for the data set. `equal_name`: the folded names are equal and identify someone. `decided`: a person joined them.',
    }),
    with: id({ description: 'The identity of the curated table, or the actor, that it is joined with.' }),
    name: nullable(text(500, { description: 'The name that is listed or equal.' })),
    source: nullable(text(200, { description: 'The list that has the name.' })),
    decided_at: nullable(instant({ description: 'When it was decided.' })),
    decided_by: nullable(text(200, { description: 'Who decided, where recorded.' })),
    note: nullable(text(2000, { description: 'Why, where recorded.' })),
  },
  { description: 'A reason why an actor is joined with another.' },
)
/** A reason why an actor is joined with another. */
export type IdentityEvidence = Static<typeof IdentityEvidence>

const evidence = list(IdentityEvidence, { description: 'Why it has this identity.', maxItems: 1000 })

const IdentityMember = component(
  'IdentityMember',
  {
    id: Actor.properties.id,
    dataset: Actor.properties.dataset,
    name: Actor.properties.name,
    kind: Actor.properties.kind,
    incidents: Actor.properties.incidents,
    evidence,
  },
  { description: 'An actor of an identity, with the evidence.' },
)

/** Schema of an actor with the actors that are the same. */
export const ActorDetail = component(
  'ActorDetail',
  {
    ...Actor.properties,
    evidence,
    same_as: list(IdentityMember, { description: 'The other actors of its identity.', maxItems: 10_000 }),
  },
  { description: 'An actor, and the actors of other data sets that are the same.' },
)
/** An actor with the actors that are the same. */
export type ActorDetail = Static<typeof ActorDetail>

/** Schema of an identity with its actors. */
export const ActorIdentity = component(
  'ActorIdentity',
  {
    id: id({ description: 'The id.' }),
    name: text(500, { description: 'The name.' }),
    aliases: list(text(500, { description: 'Another name.' }), {
      description: 'Other names by which it is found, of the curated table.',
    }),
    kind: Actor.properties.kind,
    ucdp_id: nullable(count({ description: 'Its id in the UCDP actor data set, where known.' })),
    incidents: count({ description: 'Number of incidents in which any of its actors has a role.' }),
    members: list(IdentityMember, { description: 'Its actors.', maxItems: 10_000 }),
  },
  { description: 'Actors of several data sets that are one.' },
)
/** An identity with its actors. */
export type ActorIdentity = Static<typeof ActorIdentity>

/** What a person decides about two actors; `undecided` takes an earlier decision back. */
export type IdentityStatus = 'joined' | 'parted' | 'undecided'

/** A decision about two actors, or an actor and an identity of the curated table, in binary order of their ids. */
export interface IdentityDecision {
  a_id: string
  b_id: string
  status: IdentityStatus
  decided_at: string
  decided_by: string | null
  note: string | null
}

/** A decision to be made; ids in any order, an actor also as `<data set>:<name>`. */
export interface IdentityChange {
  ids: readonly [string, string]
  status: IdentityStatus
  decidedBy: string | null
  note: string | null
}
