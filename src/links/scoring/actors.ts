import type { CandidateActor } from './actor-names.ts'
import type { Component } from './component.ts'
import { RULES } from './rules.ts'

/** Why two actors agree. */
type Likeness = { score: number; why: 'name' | 'similar' | 'kind' | 'none' }

const NONE: Likeness = { score: 0, why: 'none' }

/** An actor and the one of the other record that is most like it. */
interface Match extends Likeness {
  actor: CandidateActor
  other: CandidateActor
}

/** Names and aliases that agree: of each actor of the record with fewer, the likest of the other's. */
export const actors: Component = {
  weight: RULES.actors_weight.value,
  compare(a, b) {
    if (a.actors.length === 0 || b.actors.length === 0) return null
    const matches = matchesOf(a.actors, b.actors)
    return matches.reduce((sum, { score }) => sum + score, 0) / matches.length
  },
  reason(a, b) {
    const silent = [a, b].filter((record) => record.actors.length === 0)
    if (silent.length > 0) return `nobody is named in ${silent.map(({ dataset }) => dataset).join(' and ')}`
    return matchesOf(a.actors, b.actors).map(sentence).join('; ')
  },
}

function matchesOf(a: readonly CandidateActor[], b: readonly CandidateActor[]): Match[] {
  const [fewer, others] = a.length <= b.length ? [a, b] : [b, a]
  return fewer.map((actor) =>
    others
      .map((other): Match => ({ actor, other, ...likeness(actor, other) }))
      .reduce((best, match) => (match.score > best.score ? match : best)),
  )
}

function likeness(a: CandidateActor, b: CandidateActor): Likeness {
  const found = likenessOfNames(a, b)
  const isOpposite = a.role !== b.role && a.role !== 'other' && b.role !== 'other'
  return isOpposite ? { ...found, score: found.score * RULES.opposite_roles.value } : found
}

function likenessOfNames(a: CandidateActor, b: CandidateActor): Likeness {
  if (a.identity === b.identity) return { score: 1, why: 'name' }
  let shared = 0
  for (const word of a.words) if (b.words.has(word)) shared += 1
  if (shared === 0) return NONE
  if (a.kind === 'state_forces' && b.kind === 'state_forces')
    return { score: RULES.same_kind.value, why: 'kind' }
  const all = a.words.size + b.words.size - shared
  return shared > all / 2 ? { score: RULES.similar_name.value, why: 'similar' } : NONE
}

function sentence({ actor, other, why }: Match): string {
  const roles =
    actor.role !== other.role && actor.role !== 'other' && other.role !== 'other'
      ? `, ${actor.role} in the one and ${other.role} in the other`
      : ''
  const names = actor.name === other.name ? actor.name : `${actor.name} and ${other.name}`
  switch (why) {
    case 'name':
      return `${actor.name === other.name ? `${names} in both` : `${names} are one`}${roles}`
    case 'similar':
      return `${names} have similar names${roles}`
    case 'kind':
      return `${names} are forces of one state: agreement of kind, not of name${roles}`
    case 'none':
      return `${actor.name} is not in the other`
  }
}
