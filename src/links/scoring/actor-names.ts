import type { ACTOR_KINDS, ActorRecord, IncidentActor } from '../../actors/actor.schema.ts'
import { fold } from '../../text/fold.ts'
import { DisjointSets } from './disjoint-sets.ts'

/** An actor of an incident as it is compared. */
export interface CandidateActor {
  name: string
  /** Equal for all actors that share a name or alias. */
  identity: string
  kind: (typeof ACTOR_KINDS)[number]
  role: IncidentActor['role']
  /** The distinctive words of the name. */
  words: ReadonlySet<string>
}

/** The properties by which an actor is identified. */
export type NamedActor = Pick<ActorRecord, 'id' | 'name' | 'aliases' | 'kind'>

/** Kinds whose names identify no one. */
const NAMELESS_KINDS: readonly string[] = ['civilians', 'rioters', 'protesters']
const NAMELESS = /^(unidentified|unknown|civilians?|rioters?|protesters?|other)\b/
/** Words that are common in the names of state forces and armed groups, and so identify none. */
const GENERIC = new Set(
  `of the and for in al government governments state states forces force military police security army armed national group groups
   movement front party militia militias people peoples liberation unidentified united republic democratic`.split(
    /\s+/,
  ),
)

/** Identifies actors across data sets: those that share a folded name or alias are one. */
export class ActorNames {
  readonly #names = new DisjointSets()
  readonly #kinds = new Map<string, NamedActor['kind']>()
  readonly #cache = new Map<string, Omit<CandidateActor, 'role'> | null>()

  constructor(actors: Iterable<NamedActor>) {
    for (const { id, name, aliases, kind } of actors) {
      this.#kinds.set(id, kind)
      const [first = '', ...others] = [name, ...aliases].map(foldName).filter((one) => !NAMELESS.test(one))
      for (const other of others) if (first !== '' && other !== '') this.#names.union(first, other)
    }
  }

  /** The actors of an incident that can be identified; unnamed ones, such as civilians, are left out. */
  identify(actors: readonly IncidentActor[]): CandidateActor[] {
    return actors.flatMap((actor) => {
      const known = this.#lookUp(actor)
      return known ? [{ ...known, role: actor.role }] : []
    })
  }

  /** Null where the name identifies no one. */
  #lookUp({ id, name }: IncidentActor): Omit<CandidateActor, 'role'> | null {
    const key = `${id}\n${name}`
    let known = this.#cache.get(key)
    if (known === undefined) {
      const folded = foldName(name)
      const kind = this.#kinds.get(id) ?? 'unknown'
      const isNameless = folded === '' || NAMELESS.test(folded) || NAMELESS_KINDS.includes(kind)
      const words = new Set(folded.split(' ').filter((word) => !GENERIC.has(word)))
      known = isNameless ? null : { name, identity: this.#names.find(folded), kind, words }
      this.#cache.set(key, known)
    }
    return known
  }
}

/** Folds a name without its bracketed parts: years, countries and abbreviations. */
function foldName(name: string): string {
  return fold(name.replace(/\([^)]*\)/g, ' '))
}
