import { Type } from '../validation/schema.ts'
import { findIssues } from '../validation/validate.ts'
import { compareIds } from './link.pair.ts'
import { LinkComponent } from './scoring/component.ts'

const COMPONENTS = Type.Array(LinkComponent)

/** A link as it is stored, with what is stored of its incidents. */
export interface StoredLink {
  a_id: string
  b_id: string
  /** Null where there is no such incident. */
  a_dataset: string | null
  b_dataset: string | null
  status: string
  score: number
  /** JSON of the components of the score. */
  components: string
  /** The status by the last decision; null where there is none. */
  decided: string | null
}

/** Finds what cannot be true of a link, or what its decisions contradict. */
export function findLinkProblems(link: StoredLink): string[] {
  const { a_id, b_id, a_dataset, b_dataset, status, score, components, decided } = link
  const rules: [boolean, string][] = [
    [compareIds(a_id, b_id) < 0, 'the ids are not in order'],
    [a_dataset !== null, `there is no incident ${a_id}`],
    [b_dataset !== null, `there is no incident ${b_id}`],
    [a_dataset === null || a_dataset !== b_dataset, 'both are of one data set'],
    [score >= 0 && score <= 1, 'the score is not from 0 to 1'],
    [(decided ?? 'suggested') === status, 'the last decision says otherwise than the status'],
  ]
  const broken = rules.filter(([holds]) => !holds).map(([, what]) => what)
  return [...broken, ...findComponentProblems(components)]
}

function findComponentProblems(components: string): string[] {
  try {
    return findIssues(COMPONENTS, JSON.parse(components)).map(
      ({ parameter, reason }) => `components: ${parameter} ${reason}`,
    )
  } catch {
    return ['the components are not JSON']
  }
}
