import type { SqlValue } from '../../sql/fragment.ts'
import type { Connection } from '../database/connection.ts'
import type { StatementBatch } from './statements.ts'

/** SQL of the ids that accepted links join an incident to, of an expression that gives its id. */
export const sameAsSql = (id: string) => `
  SELECT b_id AS id FROM links WHERE a_id = ${id} AND status = 'accepted'
  UNION SELECT a_id FROM links WHERE b_id = ${id} AND status = 'accepted' ORDER BY 1`

/**
 * The accepted links of incidents that are written: few are linked, so that they are read once. Incidents that are
 * removed take their links along; at the end the documents of those that they were linked to are updated.
 */
export class SameAs {
  #known: Map<string, string[]> | undefined
  readonly #removed = new Set<string>()
  readonly #left = new Set<string>()

  constructor(private readonly connection: Connection) {}

  /** The ids that an incident is joined to, in binary order. */
  linkedTo(id: string): readonly string[] {
    this.#known ??= accepted(this.connection)
    return this.#known.get(id) ?? []
  }

  /** Takes note of an incident that is removed. */
  remove(id: string): void {
    this.#removed.add(id)
    for (const other of this.linkedTo(id)) this.#left.add(other)
  }

  /** The statements to execute once all records are written. */
  endStatements(now: string): StatementBatch[] {
    if (this.#removed.size === 0) return []
    return [...removals([...this.#removed]), ...updateSameAs([...this.#left], now)]
  }
}

function accepted(connection: Connection): Map<string, string[]> {
  const known = new Map<string, string[]>()
  const rows = connection.iterate<{ id: string; other: string }>(
    `SELECT a_id AS id, b_id AS other FROM links WHERE status = 'accepted'
     UNION ALL SELECT b_id, a_id FROM links WHERE status = 'accepted' ORDER BY 1, 2`,
  )
  for (const { id, other } of rows) {
    const others = known.get(id)
    if (others) others.push(other)
    else known.set(id, [other])
  }
  return known
}

/** The statements that remove the links of incidents and the decisions about them. */
function removals(ids: readonly string[]): StatementBatch[] {
  const keys = 'SELECT key FROM links WHERE a_id = ? UNION ALL SELECT key FROM links WHERE b_id = ?'
  return [
    `DELETE FROM link_decisions WHERE link_key IN (${keys})`,
    `DELETE FROM links WHERE key IN (${keys})`,
  ].map((sql) => ({ sql, width: 2, values: ids.flatMap((id) => [id, id]) }))
}

/**
 * The statements that bring `same_as` of incidents in line with accepted links.
 * @param now the moment of change of those that differ; null keeps theirs
 */
export function updateSameAs(ids: readonly string[], now: string | null): StatementBatch[] {
  return [
    {
      sql: `UPDATE documents
        SET document = json_set(document, '$.same_as', json(given.same_as),
          '$.updated_at', coalesce(given.now, document ->> '$.updated_at'))
        FROM (SELECT key, now, (SELECT json_group_array(id) FROM (${sameAsSql('incidents.id')})) AS same_as
          FROM (SELECT ? AS id, ? AS now) JOIN incidents USING (id)) AS given
        WHERE documents.key = given.key AND document ->> '$.same_as' <> given.same_as`,
      width: 2,
      values: ids.flatMap((id): SqlValue[] => [id, now]),
    },
    {
      sql: `UPDATE incidents
        SET updated_at = (SELECT document ->> '$.updated_at' FROM documents WHERE documents.key = incidents.key)
        WHERE id = ?`,
      width: 1,
      values: [...ids],
    },
  ]
}
