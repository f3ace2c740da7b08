import type { SerializedJson, Slice, SliceRequest } from '../records.ts'
import type { ACTOR_KINDS, Actor } from './actor.schema.ts'

/** Filters of a list of actors. */
export interface ActorFilter {
  /** Search text, ranked by rankByName. */
  q?: string
  kind?: readonly (typeof ACTOR_KINDS)[number][]
}

/** Read access to actors. */
export interface ActorStore {
  list(filter: ActorFilter, slice: SliceRequest): Promise<Slice<Actor>>
  /** The actor with this id, or null. */
  get(id: string): Promise<SerializedJson<Actor> | null>
  /** Ids of the actors with this id, name or alias, folded. */
  findByName(name: string): Promise<string[]>
  /** The same for several names: the ids of each, in their order. */
  findByNames(names: readonly string[]): Promise<string[][]>
  /** Names of actors similar to a text, nearest first. */
  findSimilar(name: string, limit?: number): Promise<string[]>
}
