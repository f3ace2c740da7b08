import type { Actor } from '../../../actors/actor.schema.ts'
import type { ActorDetail, ActorIdentity, CuratedIdentity } from '../../../actors/identity.schema.ts'
import { parse, type SerializedJson, serialize } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import { listNames } from './actor-identities.ts'
import { COUNT_OF_ACTOR, COUNT_OF_IDENTITY, getById } from './records-with-counts.ts'

type Member = ActorIdentity['members'][number]

const SEVERAL = `FROM identities WHERE (SELECT count(*) FROM actor_identities WHERE identity_key = identities.key) > 1`
/** SQL of the ids of the identities of several actors, those with the most incidents first. */
export const LARGEST_IDENTITIES = `SELECT id, (${COUNT_OF_IDENTITY}) AS incidents ${SEVERAL}
  ORDER BY incidents DESC, id LIMIT ?`
/** SQL of the number of identities of several actors. */
export const COUNT_IDENTITIES = `SELECT count(*) AS n ${SEVERAL}`

/** Finds the identity with an id, or the one that an identity of the curated table was joined with. */
export function findIdentity(connection: Connection, id: string): string | null {
  if (connection.get('SELECT 1 FROM identities WHERE id = ?', id)) return id
  if (!connection.get('SELECT 1 FROM curated_identities WHERE id = ?', id)) return null
  const joined = connection.get<{ id: string }>(
    'SELECT id FROM identities WHERE EXISTS (SELECT 1 FROM json_each(curated) WHERE value = ?)',
    id,
  )
  return joined?.id ?? null
}

/** Reads an actor with those that are the same; null for an unknown id. */
export function getActorDetail(connection: Connection, id: string): SerializedJson<ActorDetail> | null {
  const stored = getById<Actor>(connection, 'actors', id)
  if (!stored) return null
  const members = readMembers(
    connection,
    'SELECT identity_key FROM actor_identities JOIN actors ON key = actor_key WHERE id = ?',
    id,
  )
  return serialize<ActorDetail>({
    ...parse(stored),
    evidence: members.find((member) => member.id === id)?.evidence ?? [],
    same_as: members.filter((member) => member.id !== id),
  })
}

/** Reads an identity with its actors; null without an id. */
export function getIdentity(connection: Connection, id: string | null): SerializedJson<ActorIdentity> | null {
  const stored = connection.get<Pick<ActorIdentity, 'name' | 'kind' | 'incidents'> & { curated: string }>(
    `SELECT name, kind, curated, (${COUNT_OF_IDENTITY}) AS incidents FROM identities WHERE id = ?`,
    id,
  )
  if (id === null || !stored) return null
  const { name, kind, incidents, curated } = stored
  const records = connection
    .all<{ document: SerializedJson<CuratedIdentity> }>(
      'SELECT document FROM json_each(?) AS wanted CROSS JOIN curated_identities ON curated_identities.id = wanted.value',
      curated,
    )
    .map(({ document }) => parse(document))
  return serialize<ActorIdentity>({
    id,
    name,
    aliases: [...new Set(records.flatMap(listNames))].filter((alias) => alias !== name),
    kind,
    ucdp_id: records.find(({ ucdp_id }) => ucdp_id !== null)?.ucdp_id ?? null,
    incidents,
    members: readMembers(connection, 'SELECT key FROM identities WHERE id = ?', id),
  })
}

/** @param identity SQL of the key of an identity, by an id */
function readMembers(connection: Connection, identity: string, id: string): Member[] {
  return connection
    .all<Omit<Member, 'evidence'> & { evidence: SerializedJson<Member['evidence']> }>(
      `SELECT id, dataset, document ->> '$.name' AS name, kind, (${COUNT_OF_ACTOR}) AS incidents, evidence
       FROM actor_identities JOIN actors ON key = actor_key
       WHERE identity_key = (${identity}) ORDER BY id`,
      id,
    )
    .map(({ evidence, ...member }) => ({ ...member, evidence: parse(evidence) }))
}
