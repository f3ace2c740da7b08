import { compareIds } from '../../../links/link.pair.ts'
import { LINK_STATUSES } from '../../../links/link.schema.ts'
import { LinkComponent } from '../../../links/scoring/component.ts'
import { Type } from '../../../validation/schema.ts'
import { issuesOf } from '../../../validation/validate.ts'
import type { Connection } from '../database/connection.ts'

const COMPONENTS = Type.Array(LinkComponent)

interface LinkRow {
  a_id: string
  b_id: string
  a_dataset: string | null
  b_dataset: string | null
  status: string
  score: number
  components: string
  /** What the last decision says. */
  decided: string | null
}

/** Links that cannot be, or that their decisions contradict; `same_as` is compared with the incidents. */
export function checkLinks(connection: Connection): string[] {
  const rows = connection.iterate<LinkRow>(
    `SELECT a_id, b_id, a.dataset AS a_dataset, b.dataset AS b_dataset, status, score, components,
       (SELECT status FROM link_decisions WHERE link_key = links.key ORDER BY key DESC LIMIT 1) AS decided
     FROM links LEFT JOIN incidents AS a ON a.id = a_id LEFT JOIN incidents AS b ON b.id = b_id
     ORDER BY a_id, b_id`,
  )
  const problems: string[] = []
  for (const row of rows)
    for (const what of problemsOf(row)) problems.push(`links: ${row.a_id} and ${row.b_id}: ${what}`)
  const strange = connection
    .all<{ status: string }>('SELECT DISTINCT status FROM link_decisions')
    .filter(({ status }) => !(LINK_STATUSES as readonly string[]).includes(status))
    .map(({ status }) => `link_decisions: ${status} is no status`)
  return [...problems, ...strange]
}

function problemsOf(row: LinkRow): string[] {
  const { a_id, b_id, a_dataset, b_dataset, status, score, components, decided } = row
  const rules: [boolean, string][] = [
    [compareIds(a_id, b_id) < 0, 'the ids are not in order'],
    [a_dataset !== null, `there is no incident ${a_id}`],
    [b_dataset !== null, `there is no incident ${b_id}`],
    [a_dataset === null || a_dataset !== b_dataset, 'both are of one data set'],
    [score >= 0 && score <= 1, 'the score is not from 0 to 1'],
    [(decided ?? 'suggested') === status, 'the last decision says otherwise than the status'],
  ]
  const broken = rules.filter(([holds]) => !holds).map(([, what]) => what)
  return [...broken, ...componentProblems(components)]
}

function componentProblems(components: string): string[] {
  try {
    return issuesOf(COMPONENTS, JSON.parse(components)).map(
      ({ parameter, reason }) => `components: ${parameter} ${reason}`,
    )
  } catch {
    return ['the components are not JSON']
  }
}
