import { fold } from '../text/fold.ts'
import { areCompatible, isIdentifying, isUnambiguous } from './identifying-names.ts'
import { COMMON, type CuratedIdentity, type IdentityDecision } from './identity.schema.ts'
import {
  compareBinary,
  compareIds,
  type FoundIdentity,
  IdentityComponents,
  type NamedActor,
} from './identity-components.ts'

/** What identities follow from. */
export interface IdentityInput {
  actors: readonly NamedActor[]
  curated: readonly CuratedIdentity[]
  /** The decisions in force. */
  decisions: readonly IdentityDecision[]
}

/** Where the curated table is. */
const CURATED_SOURCE = 'seed/actor-identities.json'
const NO_DECISION = { decided_at: null, decided_by: null, note: null }

/**
 * Finds which actors are one: by the curated table, then by the decisions of persons, then by equal names that
 * identify someone. Two that a person parted are never joined. The order of the input does not matter.
 */
export function findIdentities(input: IdentityInput): FoundIdentity[] {
  const actors = [...input.actors].sort(compareIds)
  const curated = [...input.curated].sort(compareIds)
  const decisions = [...input.decisions].sort((one, other) =>
    compareBinary(one.a_id + one.b_id, other.a_id + other.b_id),
  )
  const components = new IdentityComponents(
    actors,
    curated,
    decisions.filter(({ status }) => status === 'parted'),
  )
  joinCurated(actors, curated, components)
  for (const { a_id, b_id, status, decided_at, decided_by, note } of decisions) {
    if (status !== 'joined') continue
    const evidence = { rule: 'decided', name: null, source: null, decided_at, decided_by, note } as const
    components.join(a_id, b_id, evidence)
  }
  joinEqualNames(actors, curated, components)
  return components.list()
}

/** Joins actors with the identities that list their names for their data sets. */
function joinCurated(
  actors: readonly NamedActor[],
  curated: readonly CuratedIdentity[],
  components: IdentityComponents,
): void {
  const listed = new Map<string, string>()
  for (const { id, names } of curated)
    for (const [kind, ofKind] of Object.entries(names))
      if (kind !== COMMON) for (const name of ofKind) listed.set(`${kind} ${fold(name)}`, id)
  for (const { id, dataset, name } of actors) {
    const folded = fold(name)
    for (const kind of listKinds(dataset)) {
      const identity = listed.get(`${kind} ${folded}`)
      if (identity === undefined) continue
      const source = `${CURATED_SOURCE}, ${kind}`
      components.join(id, identity, { rule: 'curated', name, source, ...NO_DECISION })
      break
    }
  }
}

/** The kinds that a data set may be of: its id, and the beginnings of its id that end before a hyphen. */
function listKinds(dataset: string): string[] {
  const parts = dataset.split('-')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'))
}

/** Joins actors of different data sets, and identities of the curated table, that have an equal name. */
function joinEqualNames(
  actors: readonly NamedActor[],
  curated: readonly CuratedIdentity[],
  components: IdentityComponents,
): void {
  const known = indexCuratedNames(curated)
  for (const [folded, named] of groupByName(actors)) {
    const identity = known.get(folded)
    const isCertain = identity ? identity.isCertain : isIdentifying(folded)
    if (!isCertain) continue
    // Of two actors of one data set it is not certain which one is meant.
    const single = named.filter(
      ({ dataset }) => named.filter((other) => other.dataset === dataset).length === 1,
    )
    const [first, ...others] = [...(identity ? [{ id: identity.id, kind: identity.kind }] : []), ...single]
    for (const { id, kind } of others) {
      if (!first || !components.isCompatible(first.id, (other) => areCompatible(kind, other))) continue
      const name = named.find((actor) => actor.id === id)?.name ?? folded
      components.joinDisjoint(first.id, id, { rule: 'equal_name', name, source: null, ...NO_DECISION })
    }
  }
}

interface CuratedName extends Pick<CuratedIdentity, 'id' | 'kind'> {
  /** Only one identity has the name, and it identifies someone. */
  isCertain: boolean
}

/** The names of the curated table but for common ones, folded. */
function indexCuratedNames(curated: readonly CuratedIdentity[]): Map<string, CuratedName> {
  const known = new Map<string, CuratedName>()
  for (const { id, name, kind, names } of curated) {
    const shown = fold(name)
    const lists = Object.entries(names).flatMap(([list, listed]) => (list === COMMON ? [] : listed))
    for (const folded of new Set([shown, ...lists.map(fold)])) {
      const isCertain = !known.has(folded) && isUnambiguous(folded, { isShown: folded === shown })
      known.set(folded, { id, kind, isCertain })
    }
  }
  return known
}

/** Actors by their folded names, in the order of the names. */
function groupByName(actors: readonly NamedActor[]): [folded: string, actors: NamedActor[]][] {
  const groups = new Map<string, NamedActor[]>()
  for (const actor of actors) {
    const folded = fold(actor.name)
    const group = groups.get(folded)
    if (group) group.push(actor)
    else groups.set(folded, [actor])
  }
  return [...groups].sort(([one], [other]) => compareBinary(one, other))
}
