import { orderPair } from '../../../links/link.pair.ts'
import type { LinkStatus } from '../../../links/link.schema.ts'
import { IMPORTED_LINK_SCORE } from '../../../links/scoring/score.ts'
import { serialize } from '../../../records.ts'
import type { ImportFinish } from '../../contract/storage.ts'
import type { Connection } from '../database/connection.ts'
import { updateSameAs } from './same-as.ts'
import type { StatementBatch } from './statements.ts'

/** Links that a file states and that are not decided here. */
interface Undecided {
  /** The ids of each, the smaller first. */
  pairs: [string, string][]
  /** The records that state them: these bring the moment of their change. */
  stating: ReadonlySet<string>
}

/** Finds the links that a file states and that are not decided here: what was decided here stays. */
export function findUndecided(
  connection: Connection,
  sameAs: NonNullable<ImportFinish['sameAs']>,
): Undecided {
  const pairs = new Map<string, [string, string]>()
  for (const [one, other] of sameAs) {
    const [a, b] = orderPair({ id: one }, { id: other })
    const link = connection.get<{ status: LinkStatus }>(
      'SELECT status FROM links WHERE a_id = ? AND b_id = ?',
      a.id,
      b.id,
    )
    if (!link || link.status === 'suggested') pairs.set(`${a.id} ${b.id}`, [a.id, b.id])
  }
  return { pairs: [...pairs.values()], stating: new Set(sameAs.map(([id]) => id)) }
}

const NOTE = 'stated by an imported export'

/** The statements that accept links that a file states, once its records are written. */
export function importedLinks({ pairs, stating }: Undecided, now: string): StatementBatch[] {
  if (pairs.length === 0) return []
  const ids = [...new Set(pairs.flat())]
  return [
    {
      // Where the import removed one of the two there is nothing to link.
      sql: `INSERT INTO links (a_id, b_id, status, score, components, suggested_at)
        SELECT a.id, b.id, 'accepted', ?, ?, ? FROM incidents AS a JOIN incidents AS b
        WHERE a.id = ? AND b.id = ? AND a.dataset <> b.dataset
        ON CONFLICT (a_id, b_id) DO UPDATE SET status = 'accepted'`,
      width: 5,
      values: pairs.flatMap(([a, b]) => [
        IMPORTED_LINK_SCORE.score,
        serialize(IMPORTED_LINK_SCORE.components),
        now,
        a,
        b,
      ]),
    },
    {
      sql: `INSERT INTO link_decisions (link_key, status, decided_at, decided_by, note)
        SELECT key, status, ?, NULL, '${NOTE}' FROM links WHERE a_id = ? AND b_id = ?`,
      width: 3,
      values: pairs.flatMap(([a, b]) => [now, a, b]),
    },
    ...updateSameAs(
      ids.filter((id) => stating.has(id)),
      null,
    ),
    ...updateSameAs(
      ids.filter((id) => !stating.has(id)),
      now,
    ),
  ]
}
