import { listIdCases } from '../../../text/id-cases.ts'
import { suggest } from '../../../text/suggest.ts'
import type { Connection } from '../database/connection.ts'
import { findExisting } from './records-with-counts.ts'

/** Tables whose rows have public ids. */
type IdTable = 'incidents' | 'tolls' | 'actors' | 'identities'

/** The end of an id that is a number or code, such as `238319` or `IRQ1234`: similar ones are of other events. */
const OPAQUE = /:[a-z]{0,5}[-_]?\d+$/i

/**
 * Ids near an unknown id, nearest first: the one that differs by case only, else those among its 50 neighbours on each
 * side in the order of ids that are likely misspelt; none of an opaque number.
 */
export function nearestIds(connection: Connection, table: IdTable, id: string): string[] {
  const [same] = findExisting(connection, table, listIdCases(id))
  if (same !== undefined) return [same]
  if (OPAQUE.test(id)) return []
  const neighbours = (comparison: string, order: string) =>
    connection
      .all<{ id: string }>(
        `SELECT id FROM ${table} WHERE id ${comparison} ? ORDER BY id ${order} LIMIT 50`,
        id,
      )
      .map((row) => row.id)
  return suggest(id, [...neighbours('<', 'DESC'), ...neighbours('>', 'ASC')])
}
