import type { ActorScopes } from '../../../actors/actor.store.ts'
import { oneOf, type SqlFragment } from '../../sql/fragment.ts'

/** SQL of the keys of the actors that a filter names; null where it names none, so that any will do. */
export function selectActorKeys({ ids, identities }: ActorScopes): SqlFragment | null {
  if (!ids && !identities) return null
  const alone = oneOf('id', ids ?? [])
  const shared = (identities ?? []).map((id) => selectIdentityKey(id))
  return {
    sql: [
      `SELECT key FROM actors WHERE ${alone.sql}`,
      ...shared.map(({ sql }) => `SELECT actor_key FROM actor_identities WHERE identity_key = (${sql})`),
    ].join(' UNION ALL '),
    values: [...alone.values, ...shared.flatMap(({ values }) => values)],
  }
}

/** SQL of the key of an identity; of an actor that no other is joined with, its own. */
export function selectIdentityKey(id: string): SqlFragment {
  return {
    sql: 'SELECT coalesce((SELECT key FROM identities WHERE id = ?), (SELECT key FROM actors WHERE id = ?))',
    values: [id, id],
  }
}
