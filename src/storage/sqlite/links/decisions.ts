import { OperatorError } from '../../../errors.ts'
import type { LinkStatus } from '../../../links/link.schema.ts'
import type { LinkChange } from '../../../links/link.store.ts'
import { scorePair } from '../../../links/scoring/score.ts'
import { serialize } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import { finalizeChange } from '../writing/finalize.ts'
import { updateSameAs } from '../writing/same-as.ts'
import { stampChange } from '../writing/stamp.ts'
import { StatementExecutor } from '../writing/statements.ts'
import { candidatePair } from './candidates.ts'

/** Decides about a link, and updates `same_as` of its incidents; see `Storage.decideLink`. */
export function decideLink(
  connection: Connection,
  { ids, status, decidedBy, note }: LinkChange,
  at: Date,
): boolean {
  return connection.transaction(() => {
    const now = stampChange(connection, at)
    const [a, b] = candidatePair(connection, ids)
    const link = connection.get<{ key: number; status: LinkStatus }>(
      'SELECT key, status FROM links WHERE a_id = ? AND b_id = ?',
      a.id,
      b.id,
    )
    if (link?.status === status) return false
    if (!link && status === 'suggested')
      throw new OperatorError(`There is no link of ${a.id} and ${b.id}: nothing was decided about them`)
    const { score, components } = scorePair(a, b)
    const key =
      link?.key ??
      connection.run(
        `INSERT INTO links (a_id, b_id, status, score, components, suggested_at) VALUES (?, ?, ?, ?, ?, ?)`,
        ...[a.id, b.id, status, score, serialize(components), now],
      )
    connection.run('UPDATE links SET status = ? WHERE key = ?', status, key)
    // A link that was only stated by a file has no computed score.
    if (status === 'suggested')
      connection.run(
        'UPDATE links SET score = ?, components = ? WHERE key = ?',
        score,
        serialize(components),
        key,
      )
    connection.run(
      'INSERT INTO link_decisions (link_key, status, decided_at, decided_by, note) VALUES (?, ?, ?, ?, ?)',
      ...[key, status, now, decidedBy, note],
    )
    const changesSameAs = status === 'accepted' || link?.status === 'accepted'
    if (changesSameAs) new StatementExecutor(connection).execute(updateSameAs([a.id, b.id], now))
    finalizeChange(connection, { now })
    return true
  })
}
