import type { Caller, SerializedJson, Slice, SliceRequest } from '../records.ts'
import type { ACTOR_KINDS, Actor } from './actor.schema.ts'
import type { ActorDetail, ActorIdentity, IdentityDecision } from './identity.schema.ts'

/** Filters of a list of actors. */
export interface ActorFilter {
  /** Search text, ranked by rankByName. */
  q?: string
  kind?: readonly (typeof ACTOR_KINDS)[number][]
}

/** What a name refers to: an actor alone, or an identity; that of an actor without others has the actor's id. */
export type ActorScope = { id: string } | { identity: string }

/** Several of them, by what they are. */
export interface ActorScopes {
  /** Actors alone, whatever their identities. */
  ids?: readonly string[]
  /** Identities, each with all its actors. */
  identities?: readonly string[]
}

/** An actor that a hint names. */
export interface CountedActor {
  id: string
  dataset: string
  name: string
  incidents: number
}

/** The actors that a name leaves out. */
export interface RelatedActors {
  /** Other actors with a name like it, or like one of theirs, the most frequent first. */
  alike: CountedActor[]
  /** Actors that have the name, where their data set has other actors of the identity too. */
  narrower: (CountedActor & { identity: string })[]
}

/** Read access to actors. */
export interface ActorStore {
  list(filter: ActorFilter, slice: SliceRequest, caller?: Caller): Promise<Slice<Actor>>
  /** The actor with this id, else the identity, with those that are the same; null for neither. */
  get(id: string): Promise<SerializedJson<ActorDetail | ActorIdentity> | null>
  /**
   * Finds what the filter `actor` means: the id of an actor, or `<data set>:<name>`, that actor alone; the id of an
   * identity, or a name or alias of any of its actors, folded, all of them.
   */
  resolve(name: string): Promise<ActorScope[]>
  /**
   * Finds the actors that a name leaves out, for hints; of an unknown name those with a similar one.
   * @param scopes what `resolve` found
   */
  findRelated(name: string, scopes: readonly ActorScope[], caller?: Caller): Promise<RelatedActors>
  /** Ids of the actors with this id, name or alias, folded. */
  findByName(name: string): Promise<string[]>
  /** The same for several names: the ids of each, in their order. */
  findByNames(names: readonly string[]): Promise<string[][]>
  /** Ids like an unknown one: of the identity or actor that it is a name of, else the nearest by letters. */
  nearestIds(id: string): Promise<string[]>
  /** The identities of several actors, those with the most incidents first. */
  listIdentities(limit: number): Promise<SerializedJson<ActorIdentity>[]>
  /** The number of identities of several actors. */
  countIdentities(): Promise<number>
  /** Every decision, the first one first. */
  decisions(): Promise<IdentityDecision[]>
}
