import type { Actor } from '../../../actors/actor.schema.ts'
import type { ActorFilter, ActorResolution, ActorStore, CountedActor } from '../../../actors/actor.store.ts'
import { foldAlike } from '../../../actors/identifying-names.ts'
import type { ActorDetail, ActorIdentity, IdentityDecision } from '../../../actors/identity.schema.ts'
import type { SerializedJson, Slice, SliceRequest } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import { allOf, clausesOf, oneOf } from '../database/sql-fragment.ts'
import { selectActorKeys } from './actor-keys.ts'
import { findActorsAlone, findActorsNamed } from './actor-lookup.ts'
import {
  COUNT_IDENTITIES,
  findIdentity,
  getActorDetail,
  getIdentity,
  LARGEST_IDENTITIES,
} from './identity-details.ts'
import { findKeysByName, findKeysByPart, findSimilarNames } from './name-search.ts'
import { nearestIds } from './nearest-ids.ts'
import { COUNT_OF_ACTOR, searchByName } from './records-with-counts.ts'

const ANY = allOf([])

/** Actors in a hint. */
const MAX_ALIKE = 3
/** Actors whose incidents are counted for a hint. */
const MAX_COUNTED = 10

/** Actors in SQLite; see `ActorStore`. */
export class SqliteActorStore implements ActorStore {
  constructor(private readonly connection: Connection) {}

  async list({ q, ...filter }: ActorFilter, request: SliceRequest): Promise<Slice<Actor>> {
    const where = clausesOf<Omit<ActorFilter, 'q'>>({ kind: (kinds) => oneOf('actors.kind', kinds) }, filter)
    return searchByName(this.connection, 'actors', q, where, request)
  }

  async get(id: string): Promise<SerializedJson<ActorDetail | ActorIdentity> | null> {
    const identity = () => findIdentity(this.connection, id)
    return getActorDetail(this.connection, id) ?? getIdentity(this.connection, identity())
  }

  async resolve(name: string): Promise<ActorResolution> {
    const alone = findActorsAlone(this.connection, name)
    // Sums of identities are at hand: an actor that no other is joined with is given as one.
    if (alone.length > 0)
      return {
        scopes: alone.map(({ id, identity, isShared }) => (isShared ? { id } : { identity })),
        alike: [],
        narrower: [],
      }
    const known = findIdentity(this.connection, name)
    const named = known ? [known] : findActorsNamed(this.connection, name).map(({ identity }) => identity)
    const scopes = [...new Set(named)].map((identity) => ({ identity }))
    return {
      scopes,
      alike: this.#findAlike(name, scopes),
      narrower: known ? [] : this.#findNarrower(name),
    }
  }

  async findByName(name: string): Promise<string[]> {
    const known = this.connection.get<{ id: string }>('SELECT id FROM actors WHERE id = ?', name)
    if (known) return [known.id]
    const { sql, values } = oneOf('key', findKeysByName(this.connection, 'actors', name))
    return this.connection
      .all<{ id: string }>(`SELECT id FROM actors WHERE ${sql} ORDER BY id`, ...values)
      .map(({ id }) => id)
  }

  async findByNames(names: readonly string[]): Promise<string[][]> {
    return Promise.all(names.map((name) => this.findByName(name)))
  }

  async nearestIds(id: string): Promise<string[]> {
    const { scopes } = await this.resolve(id)
    return [
      ...scopes.map((scope) => ('id' in scope ? scope.id : scope.identity)),
      ...nearestIds(this.connection, 'identities', id),
      ...nearestIds(this.connection, 'actors', id),
    ]
  }

  async listIdentities(limit: number): Promise<SerializedJson<ActorIdentity>[]> {
    return this.connection
      .all<{ id: string }>(LARGEST_IDENTITIES, limit)
      .flatMap(({ id }) => getIdentity(this.connection, id) ?? [])
  }

  async countIdentities(): Promise<number> {
    return this.connection.get<{ n: number }>(COUNT_IDENTITIES)?.n ?? 0
  }

  async decisions(): Promise<IdentityDecision[]> {
    return this.connection.all(
      'SELECT a_id, b_id, status, decided_at, decided_by, note FROM actor_decisions ORDER BY key',
    )
  }

  /** Actors that are none of the scopes, with a name like theirs or this. */
  #findAlike(name: string, scopes: readonly { identity: string }[]): CountedActor[] {
    const { connection } = this
    const covered = selectActorKeys({ identities: scopes.map(({ identity }) => identity) })
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
      scopes.length > 0
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
  #findNarrower(name: string): ActorResolution['narrower'] {
    const keys = JSON.stringify(findKeysByName(this.connection, 'actors', name))
    return this.connection.all(
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
}
