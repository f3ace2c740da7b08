import type { ACTOR_KINDS, ActorRecord, IncidentActor } from '../../actors/actor.schema.ts'
import { fold } from '../../text/fold.ts'
import { DisjointSets } from '../link.sets.ts'

/** An actor of an incident as it is compared. */
export interface CandidateActor {
  name: string
  /** The same for all actors that share a name or alias. */
  identity: string
  kind: (typeof ACTOR_KINDS)[number]
  role: IncidentActor['role']
  /** The words of the name that tell it from others. */
  words: ReadonlySet<string>
}

/** What of an actor tells who it is. */
export type NamedActor = Pick<ActorRecord, 'id' | 'name' | 'aliases' | 'kind'>

/** Kinds whose names name nobody. */
const NAMELESS_KINDS: readonly string[] = ['civilians', 'rioters', 'protesters']
const NAMELESS = /^(unidentified|unknown|civilians?|rioters?|protesters?|other)\b/
/** Words that forces of every state and groups of every kind have in their names. */
const GENERIC = new Set(
  `of the and for in al government governments state states forces force military police security army armed national group groups
   movement front party militia militias people peoples liberation unidentified united republic democratic`.split(
    /\s+/,
  ),
)

/** Who is who among the actors of all data sets: those that share a name or alias, folded, are one. */
export class ActorNames {
  readonly #names = new DisjointSets()
  readonly #kinds = new Map<string, NamedActor['kind']>()
  readonly #known = new Map<string, Omit<CandidateActor, 'role'> | null>()

  constructor(actors: Iterable<NamedActor>) {
    for (const { id, name, aliases, kind } of actors) {
      this.#kinds.set(id, kind)
      const [first = '', ...others] = [name, ...aliases].map(plain).filter((one) => !NAMELESS.test(one))
      for (const other of others) if (first !== '' && other !== '') this.#names.join(first, other)
    }
  }

  /** The actors of an incident that are named. */
  named(actors: readonly IncidentActor[]): CandidateActor[] {
    return actors.flatMap((actor) => {
      const known = this.#identify(actor)
      return known ? [{ ...known, role: actor.role }] : []
    })
  }

  /** Who an actor is; null where the name names nobody. */
  #identify({ id, name }: IncidentActor): Omit<CandidateActor, 'role'> | null {
    const key = `${id}\n${name}`
    let known = this.#known.get(key)
    if (known === undefined) {
      const folded = plain(name)
      const kind = this.#kinds.get(id) ?? 'unknown'
      const isNameless = folded === '' || NAMELESS.test(folded) || NAMELESS_KINDS.includes(kind)
      const words = new Set(folded.split(' ').filter((word) => !GENERIC.has(word)))
      known = isNameless ? null : { name, identity: this.#names.rootOf(folded), kind, words }
      this.#known.set(key, known)
    }
    return known
  }
}

/** A name folded, without what stands in brackets: years, countries and short forms. */
function plain(name: string): string {
  return fold(name.replace(/\([^)]*\)/g, ' '))
}
