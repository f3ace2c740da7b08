import type { IdentityChange, IdentityStatus } from '../../../actors/identity.schema.ts'
import { OperatorError } from '../../../errors.ts'
import type { Connection } from '../database/connection.ts'
import { findActorsAlone } from '../records/actor-lookup.ts'
import { findIdentity } from '../records/identity-details.ts'
import { nearestIds } from '../records/nearest-ids.ts'
import { finalizeChange } from './finalize.ts'
import { stampChange } from './stamp.ts'

/** Decides whether two actors are the same; see `Storage.decideIdentity`. */
export function decideIdentity(
  connection: Connection,
  { ids, status, decidedBy, note }: IdentityChange,
  at: Date,
): boolean {
  return connection.transaction(() => {
    const now = stampChange(connection, at)
    const [a = '', b = ''] = ids.map((id) => findSubject(connection, id)).sort()
    requireDecidable(connection, a, b)
    const last = connection.get<{ status: IdentityStatus }>(
      'SELECT status FROM actor_decisions WHERE a_id = ? AND b_id = ? ORDER BY key DESC',
      a,
      b,
    )
    if (!last && status === 'undecided') throw new OperatorError(`Nothing was decided about ${a} and ${b}`)
    if (last?.status === status) return false
    connection.run(
      'INSERT INTO actor_decisions (a_id, b_id, status, decided_at, decided_by, note) VALUES (?, ?, ?, ?, ?, ?)',
      ...[a, b, status, now, decidedBy, note],
    )
    finalizeChange(connection, { now, changesActors: true })
    if (status === 'joined' && readIdentity(connection, a) !== readIdentity(connection, b))
      throw new OperatorError(
        `${a} and ${b} cannot be joined: one of them is joined with an actor that was parted from the other; part these or take that decision back first`,
      )
    return true
  })
}

/** The id of an actor, given as such or as `<data set>:<name>`, or of an identity of the curated table. */
function findSubject(connection: Connection, text: string): string {
  if (connection.get('SELECT 1 FROM curated_identities WHERE id = ?', text)) return text
  const [actor, ...others] = findActorsAlone(connection, text)
  if (actor && others.length === 0) return actor.id
  if (actor)
    throw new OperatorError(
      `${text} is the name of several actors: give the id of one, ${[actor, ...others].map(({ id }) => id).join(', ')}`,
    )
  if (connection.get('SELECT 1 FROM identities WHERE id = ?', text))
    throw new OperatorError(
      `${text} is made of its actors: give the id of one, see \`incidents actor show ${text}\``,
    )
  const [near] = [...nearestIds(connection, 'actors', text), ...nearestIds(connection, 'identities', text)]
  throw new OperatorError(
    `There is no actor ${text}${near ? `: did you mean ${near}?` : ': give an id, or <data set>:<name>'}`,
  )
}

/** @throws OperatorError when the two are one, or both of the curated table */
function requireDecidable(connection: Connection, a: string, b: string): void {
  if (a === b) throw new OperatorError(`${a} is given twice: a decision is about two actors`)
  const isActor = (id: string) => connection.get('SELECT 1 FROM actors WHERE id = ?', id) !== undefined
  if (!isActor(a) && !isActor(b))
    throw new OperatorError(`${a} and ${b} are both identities of the curated table: give the id of an actor`)
}

function readIdentity(connection: Connection, id: string): number | undefined {
  const actor = connection.get<{ key: number }>(
    'SELECT identity_key AS key FROM actor_identities JOIN actors ON key = actor_key WHERE id = ?',
    id,
  )
  if (actor) return actor.key
  return connection.get<{ key: number }>(
    'SELECT key FROM identities WHERE id = ?',
    findIdentity(connection, id),
  )?.key
}
