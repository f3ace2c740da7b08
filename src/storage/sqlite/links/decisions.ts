import { OperatorError } from '../../../errors.ts'
import type { LinkStatus } from '../../../links/link.schema.ts'
import { weigh } from '../../../links/scoring/score.ts'
import type { LinkChange } from '../../../links/link.store.ts'
import { render } from '../../../records.ts'
import { comparablePair } from './candidates.ts'
import type { Connection } from '../database/connection.ts'
import { joined } from '../writing/same-as.ts'
import { settle } from '../writing/finalize.ts'
import { Applier } from '../writing/statements.ts'

/** Decides about a link, and lets its incidents know; see `Storage.decideLink`. */
export function decide(
  connection: Connection,
  { ids, status, decidedBy, note }: LinkChange,
  at: Date,
): boolean {
  const now = at.toISOString()
  return connection.transaction(() => {
    const [a, b] = comparablePair(connection, ids)
    const link = connection.get<{ key: number; status: LinkStatus }>(
      'SELECT key, status FROM links WHERE a_id = ? AND b_id = ?',
      a.id,
      b.id,
    )
    if (link?.status === status) return false
    if (!link && status === 'suggested')
      throw new OperatorError(`There is no link of ${a.id} and ${b.id}: nothing was decided about them`)
    const { score, components } = weigh(a, b)
    const key =
      link?.key ??
      connection.run(
        `INSERT INTO links (a_id, b_id, status, score, components, suggested_at) VALUES (?, ?, ?, ?, ?, ?)`,
        ...[a.id, b.id, status, score, render(components), now],
      )
    connection.run('UPDATE links SET status = ? WHERE key = ?', status, key)
    // Of a link that was only stated nobody knew the score.
    if (status === 'suggested')
      connection.run(
        'UPDATE links SET score = ?, components = ? WHERE key = ?',
        score,
        render(components),
        key,
      )
    connection.run(
      'INSERT INTO link_decisions (link_key, status, decided_at, decided_by, note) VALUES (?, ?, ?, ?, ?)',
      ...[key, status, now, decidedBy, note],
    )
    const isJoinedAnew = status === 'accepted' || link?.status === 'accepted'
    if (isJoinedAnew) new Applier(connection).apply(joined([a.id, b.id], now))
    settle(connection, { now })
    return true
  })
}
