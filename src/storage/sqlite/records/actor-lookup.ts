import type { Connection } from '../database/connection.ts'
import { findKeysByName } from './name-search.ts'

/** An actor and its identity: that of an actor that no other is joined with has the actor's id. */
interface IdentifiedActor {
  key: number
  id: string
  dataset: string
  identity: string
  /** 1 where the identity has other actors. */
  isShared: number
}

/** Finds the actor with an id, or those of a data set with a name of their own, else of their identity: `<data set>:<name>`. */
export function findActorsAlone(connection: Connection, text: string): IdentifiedActor[] {
  const known = connection.get<{ key: number }>('SELECT key FROM actors WHERE id = ?', text)
  if (known) return selectActors(connection, [known.key])
  const [, dataset = '', name = ''] = /^([^:]+):(.+)$/s.exec(text) ?? []
  if (!connection.get('SELECT 1 FROM datasets WHERE id = ?', dataset)) return []
  const ofDataset = (actors: readonly IdentifiedActor[]) =>
    actors.filter((actor) => actor.dataset === dataset)
  const own = ofDataset(selectActors(connection, findKeysByName(connection, 'actors', name)))
  return own.length > 0 ? own : ofDataset(findActorsNamed(connection, name))
}

/** Finds the actors that have a name or alias, or whose identity has it. */
export function findActorsNamed(connection: Connection, name: string): IdentifiedActor[] {
  const shared = findKeysByName(connection, 'identities', name).flatMap((key) =>
    connection.all<{ key: number }>(
      'SELECT actor_key AS key FROM actor_identities WHERE identity_key = ?',
      key,
    ),
  )
  return selectActors(connection, [
    ...findKeysByName(connection, 'actors', name),
    ...shared.map(({ key }) => key),
  ])
}

function selectActors(connection: Connection, keys: readonly number[]): IdentifiedActor[] {
  return connection.all(
    `SELECT actors.key, actors.id, dataset, coalesce(identities.id, actors.id) AS identity,
       EXISTS (SELECT 1 FROM actor_identities AS other
         WHERE other.identity_key = own.identity_key AND other.actor_key <> own.actor_key) AS isShared
     FROM json_each(?) AS wanted CROSS JOIN actors ON actors.key = wanted.value
     JOIN actor_identities AS own ON own.actor_key = actors.key
     LEFT JOIN identities ON identities.key = own.identity_key ORDER BY actors.id`,
    JSON.stringify([...new Set(keys)]),
  )
}
