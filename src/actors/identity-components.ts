import { fold } from '../text/fold.ts'
import type { ActorRecord } from './actor.schema.ts'
import type { CuratedIdentity, IdentityDecision, IdentityEvidence } from './identity.schema.ts'

/** What of an actor identifies it. */
export type NamedActor = Pick<ActorRecord, 'id' | 'dataset' | 'name' | 'kind'>

/** An identity that is curated or has several actors. */
export interface FoundIdentity {
  id: string
  name: string
  kind: ActorRecord['kind']
  /** Ids in the curated table. */
  curated: string[]
  members: { id: string; evidence: IdentityEvidence[] }[]
}

interface Component {
  actors: NamedActor[]
  curated: CuratedIdentity[]
}

/** Actors and identities of the curated table that are joined so far. Both are given by id. */
export class IdentityComponents {
  readonly #components = new Map<string, Component>()
  readonly #evidence = new Map<string, IdentityEvidence[]>()
  readonly #parted = new Map<string, Set<string>>()

  /** @param parted decisions that two are not the same */
  constructor(
    actors: readonly NamedActor[],
    curated: readonly CuratedIdentity[],
    parted: readonly Pick<IdentityDecision, 'a_id' | 'b_id'>[],
  ) {
    for (const actor of actors) this.#components.set(actor.id, { actors: [actor], curated: [] })
    for (const identity of curated) this.#components.set(identity.id, { actors: [], curated: [identity] })
    for (const { a_id, b_id } of parted) {
      this.#part(a_id, b_id)
      this.#part(b_id, a_id)
    }
  }

  /** Joins two, unless one is missing or a person parted any of those that would be joined. */
  join(one: string, other: string, evidence: Omit<IdentityEvidence, 'with'>): void {
    const [a, b] = [this.#components.get(one), this.#components.get(other)]
    if (!a || !b || (a !== b && this.#areParted(a, b))) return
    const { rule, ...grounds } = evidence
    this.#note(one, { rule, with: other, ...grounds })
    this.#note(other, { rule, with: one, ...grounds })
    if (a !== b) this.#merge(a, b)
  }

  /** Joins two that are not joined yet as {@link join} does, unless a data set would have two actors in one identity. */
  joinDisjoint(one: string, other: string, evidence: Omit<IdentityEvidence, 'with'>): void {
    const [a, b] = [this.#components.get(one), this.#components.get(other)]
    const datasets = new Set(a?.actors.map(({ dataset }) => dataset))
    if (a !== b && !b?.actors.some(({ dataset }) => datasets.has(dataset))) this.join(one, other, evidence)
  }

  /** Whether a condition holds for the kinds of all that one is joined with, itself included. */
  isCompatible(id: string, condition: (kind: ActorRecord['kind']) => boolean): boolean {
    const { actors = [], curated = [] } = this.#components.get(id) ?? {}
    return [...actors, ...curated].every(({ kind }) => condition(kind))
  }

  /** The identities that are curated or have several actors, in the order of their first actors. */
  list(): FoundIdentity[] {
    const ids = new Set<string>()
    return [...new Set(this.#components.values())]
      .filter(({ actors, curated }) => actors.length > 1 || (actors.length > 0 && curated.length > 0))
      .map(({ actors, curated }) => ({
        actors: [...actors].sort(compareIds),
        curated: [...curated].sort(compareIds),
      }))
      .sort(({ actors: [one] }, { actors: [other] }) => (one && other ? compareIds(one, other) : 0))
      .map(({ actors, curated }) => {
        const { name = '', kind = 'unknown' } = curated[0] ?? {
          name: actors[0]?.name,
          kind: actors.find((actor) => actor.kind !== 'unknown')?.kind,
        }
        const id = curated[0]?.id ?? this.#makeId(name, ids)
        ids.add(id)
        const members = actors.map((actor) => ({
          id: actor.id,
          evidence: this.#evidence.get(actor.id) ?? [],
        }))
        return { id, name, kind, curated: curated.map((identity) => identity.id), members }
      })
  }

  /** An id made of a name, other than those that are taken and those of the curated table. */
  #makeId(name: string, taken: ReadonlySet<string>): string {
    const plain = fold(name).replaceAll(' ', '-').slice(0, 150) || 'actor'
    for (let number = 1; ; number += 1) {
      const id = number === 1 ? plain : `${plain}-${number}`
      if (!taken.has(id) && !this.#components.has(id)) return id
    }
  }

  #part(one: string, other: string): void {
    const others = this.#parted.get(one)
    if (others) others.add(other)
    else this.#parted.set(one, new Set([other]))
  }

  #areParted(a: Component, b: Component): boolean {
    const ids = new Set(listIds(b))
    return listIds(a).some((id) => [...(this.#parted.get(id) ?? [])].some((other) => ids.has(other)))
  }

  #note(id: string, evidence: IdentityEvidence): void {
    const known = this.#evidence.get(id)
    if (known) known.push(evidence)
    else this.#evidence.set(id, [evidence])
  }

  #merge(a: Component, b: Component): void {
    a.actors.push(...b.actors)
    a.curated.push(...b.curated)
    for (const id of listIds(b)) this.#components.set(id, a)
  }
}

function listIds({ actors, curated }: Component): string[] {
  return [...actors, ...curated].map(({ id }) => id)
}

/** Compares records by id, in binary order. */
export function compareIds(one: { id: string }, other: { id: string }): number {
  return compareBinary(one.id, other.id)
}

/** Compares texts by their code units. */
export function compareBinary(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
