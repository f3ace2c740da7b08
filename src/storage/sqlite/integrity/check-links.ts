import { findLinkProblems, type StoredLink } from '../../../links/link.integrity.ts'
import { LINK_STATUSES } from '../../../links/link.schema.ts'
import type { Connection } from '../database/connection.ts'

/** Checks links and their decisions; `same_as` is compared with the incidents. */
export function checkLinks(connection: Connection): string[] {
  const rows = connection.iterate<StoredLink>(
    `SELECT a_id, b_id, a.dataset AS a_dataset, b.dataset AS b_dataset, status, score, components,
       (SELECT status FROM link_decisions WHERE link_key = links.key ORDER BY key DESC LIMIT 1) AS decided
     FROM links LEFT JOIN incidents AS a ON a.id = a_id LEFT JOIN incidents AS b ON b.id = b_id
     ORDER BY a_id, b_id`,
  )
  const problems: string[] = []
  for (const row of rows)
    for (const what of findLinkProblems(row)) problems.push(`links: ${row.a_id} and ${row.b_id}: ${what}`)
  const unknown = connection
    .all<{ status: string }>('SELECT DISTINCT status FROM link_decisions')
    .filter(({ status }) => !(LINK_STATUSES as readonly string[]).includes(status))
    .map(({ status }) => `link_decisions: ${status} is not a status`)
  return [...problems, ...unknown]
}
