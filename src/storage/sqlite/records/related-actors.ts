import type { ActorScope, CountedActor, RelatedActors } from '../../../actors/actor.store.ts'
import { foldAlike } from '../../../actors/identifying-names.ts'
import { allOf } from '../../sql/fragment.ts'
import type { Connection } from '../database/connection.ts'
import { selectActorKeys } from './actor-keys.ts'
import { findActorsAlone } from './actor-lookup.ts'
import { findIdentity } from './identity-details.ts'
import { findKeysByName, findKeysByPart, findSimilarNames } from './name-search.ts'
import { COUNT_OF_ACTOR } from './records-with-counts.ts'

const ANY = allOf([])

/** Actors in a hint. */
const MAX_ALIKE = 3
/** Actors whose incidents are counted for a hint. */
const MAX_COUNTED = 10

/** Finds the actors that a name leaves out; see `ActorStore.findRelated`. */
export function findRelatedActors(
  connection: Connection,
  name: string,
  scopes: readonly ActorScope[],
): RelatedActors {
  if (findActorsAlone(connection, name).length > 0) return { alike: [], narrower: [] }
  const identities = scopes.flatMap((scope) => ('identity' in scope ? scope.identity : []))
  return {
    alike: findAlike(connection, name, identities),
    narrower: findIdentity(connection, name) ? [] : findNarrower(connection, name),
  }
}

/** Actors that are none of the scopes, with a name like theirs or this. */
function findAlike(connection: Connection, name: string, identities: readonly string[]): CountedActor[] {
  const covered = selectActorKeys({ identities })
  if (!covered) return []
  const actors = connection.all<{ actor_key: number; identity_key: number; alike: string }>(
    `SELECT actor_key, identity_key, alike FROM actor_identities WHERE actor_key IN (${covered.sql})`,
    ...covered.values,
  )
  const shared = connection.all<{ folded: string }>(
    `SELECT folded FROM names WHERE entity = 'identities' AND entity_key IN (SELECT value FROM json_each(?))`,
    JSON.stringify([...new Set(actors.map(({ identity_key }) => identity_key))]),
  )
  const alike = [
    foldAlike(name),
    ...actors.map((actor) => actor.alike),
    ...shared.map(({ folded }) => foldAlike(folded)),
  ]
  // Of an unknown name also those that contain it or are near it.
  const similar =
    identities.length > 0
      ? []
      : [
          ...findSimilarNames(connection, 'actors', name, ANY).flatMap(({ keys }) => keys),
          ...findKeysByPart(connection, 'actors', name).slice(0, MAX_COUNTED),
        ]
  return connection
    .all<CountedActor>(
      `SELECT id, dataset, document ->> '$.name' AS name, (${COUNT_OF_ACTOR}) AS incidents FROM actors
       WHERE key IN (SELECT actor_key FROM actor_identities WHERE alike IN (SELECT value FROM json_each(?))
           UNION SELECT value FROM json_each(?))
         AND key NOT IN (SELECT value FROM json_each(?)) ORDER BY key LIMIT ${MAX_COUNTED}`,
      JSON.stringify(alike.filter((text) => text !== '')),
      JSON.stringify(similar),
      JSON.stringify(actors.map((actor) => actor.actor_key)),
    )
    .sort((one, other) => other.incidents - one.incidents)
    .slice(0, MAX_ALIKE)
}

/** Actors that have a name themselves, and are one with others of their data set that do not have it. */
function findNarrower(connection: Connection, name: string): RelatedActors['narrower'] {
  const keys = JSON.stringify(findKeysByName(connection, 'actors', name))
  return connection.all(
    `SELECT actors.id, dataset, document ->> '$.name' AS name, identities.name AS identity,
       (${COUNT_OF_ACTOR}) AS incidents
     FROM json_each(?) AS wanted CROSS JOIN actors ON actors.key = wanted.value
     JOIN actor_identities AS own ON own.actor_key = actors.key
     JOIN identities ON identities.key = own.identity_key
     WHERE EXISTS (SELECT 1 FROM actor_identities AS other JOIN actors AS owner ON owner.key = other.actor_key
       WHERE other.identity_key = own.identity_key AND owner.dataset = actors.dataset
       AND other.actor_key NOT IN (SELECT value FROM json_each(?)))
     ORDER BY actors.id LIMIT ${MAX_ALIKE}`,
    keys,
    keys,
  )
}
