import type { CandidateActor } from './actor-names.ts'
import type { ScoreComponent } from './component.ts'
import { RULES } from './rules.ts'

/** Agreement of two actors, 0 to 1, and the kind of evidence for it. */
type Similarity = { score: number; why: 'name' | 'similar' | 'kind' | 'none' }

const NONE: Similarity = { score: 0, why: 'none' }

/** An actor and the most similar one of the other record. */
interface Match extends Similarity {
  actor: CandidateActor
  other: CandidateActor
}

/** Compares actors by name and alias: the mean over the actors of the record with fewer, each with its best match. */
export const actors: ScoreComponent = {
  weight: RULES.actors_weight.value,
  compare(a, b) {
    if (a.actors.length === 0 || b.actors.length === 0) return null
    const matches = findMatches(a.actors, b.actors)
    return matches.reduce((sum, { score }) => sum + score, 0) / matches.length
  },
  explain(a, b) {
    const without = [a, b].filter((record) => record.actors.length === 0)
    if (without.length > 0) return `nobody is named in ${without.map(({ dataset }) => dataset).join(' and ')}`
    return findMatches(a.actors, b.actors).map(describeMatch).join('; ')
  },
}

function findMatches(a: readonly CandidateActor[], b: readonly CandidateActor[]): Match[] {
  const [fewer, others] = a.length <= b.length ? [a, b] : [b, a]
  return fewer.map((actor) =>
    others
      .map((other): Match => ({ actor, other, ...compareActors(actor, other) }))
      .reduce((best, match) => (match.score > best.score ? match : best)),
  )
}

function compareActors(a: CandidateActor, b: CandidateActor): Similarity {
  const similarity = compareNames(a, b)
  const isOpposite = a.role !== b.role && a.role !== 'other' && b.role !== 'other'
  return isOpposite ? { ...similarity, score: similarity.score * RULES.opposite_roles.value } : similarity
}

function compareNames(a: CandidateActor, b: CandidateActor): Similarity {
  if (a.identity === b.identity) return { score: 1, why: 'name' }
  let shared = 0
  for (const word of a.words) if (b.words.has(word)) shared += 1
  if (shared === 0) return NONE
  if (a.kind === 'state_forces' && b.kind === 'state_forces')
    return { score: RULES.same_kind.value, why: 'kind' }
  const all = a.words.size + b.words.size - shared
  return shared > all / 2 ? { score: RULES.similar_name.value, why: 'similar' } : NONE
}

function describeMatch({ actor, other, why }: Match): string {
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
