import type { Actor } from '../../../actors/actor.schema.ts'
import type { ActorFilter, ActorScope, ActorStore } from '../../../actors/actor.store.ts'
import type { ActorDetail, ActorIdentity, IdentityDecision } from '../../../actors/identity.schema.ts'
import type { Caller, SerializedJson, Slice, SliceRequest } from '../../../records.ts'
import { clausesOf, oneOf } from '../../sql/fragment.ts'
import type { Connection } from '../database/connection.ts'
import type { QueryClient } from '../database/query-client.ts'
import { findActorsAlone, findActorsNamed } from './actor-lookup.ts'
import {
  COUNT_IDENTITIES,
  findIdentity,
  getActorDetail,
  getIdentity,
  LARGEST_IDENTITIES,
} from './identity-details.ts'
import { findKeysByName } from './name-search.ts'
import { nearestIds } from './nearest-ids.ts'
import { listById, listByRank } from './records-with-counts.ts'

/** Actors in SQLite; see `ActorStore`. */
export class SqliteActorStore implements ActorStore {
  constructor(
    private readonly connection: Connection,
    private readonly queries: QueryClient,
  ) {}

  async list({ q, ...filter }: ActorFilter, request: SliceRequest, caller?: Caller): Promise<Slice<Actor>> {
    const where = clausesOf<Omit<ActorFilter, 'q'>>({ kind: (kinds) => oneOf('actors.kind', kinds) }, filter)
    if (q === undefined) return listById(this.connection, 'actors', where, request)
    const keys = await this.queries.run('rankedKeys', { table: 'actors', q, where }, caller)
    return listByRank(this.connection, 'actors', keys, request)
  }

  async get(id: string): Promise<SerializedJson<ActorDetail | ActorIdentity> | null> {
    const identity = () => findIdentity(this.connection, id)
    return getActorDetail(this.connection, id) ?? getIdentity(this.connection, identity())
  }

  async resolve(name: string): Promise<ActorScope[]> {
    const alone = findActorsAlone(this.connection, name)
    // Sums of identities are at hand: an actor that no other is joined with is given as one.
    if (alone.length > 0) return alone.map(({ id, identity, isShared }) => (isShared ? { id } : { identity }))
    const known = findIdentity(this.connection, name)
    const named = known ? [known] : findActorsNamed(this.connection, name).map(({ identity }) => identity)
    return [...new Set(named)].map((identity) => ({ identity }))
  }

  findRelated: ActorStore['findRelated'] = (name, scopes, caller) =>
    this.queries.run('relatedActors', { name, scopes }, caller)

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
    const scopes = await this.resolve(id)
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
}
