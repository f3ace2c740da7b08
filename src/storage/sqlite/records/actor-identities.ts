import { findIdentities } from '../../../actors/find-identities.ts'
import { foldAlike } from '../../../actors/identifying-names.ts'
import { COMMON, type CuratedIdentity, type IdentityDecision } from '../../../actors/identity.schema.ts'
import type { NamedActor } from '../../../actors/identity-components.ts'
import { parse, type SerializedJson, serialize } from '../../../records.ts'
import { nameRows } from '../../records/derived-rows.ts'
import type { SqlValue } from '../../sql/fragment.ts'
import type { Connection } from '../database/connection.ts'

/** SQL of the decisions in force, one for each pair. */
export const DECISIONS_IN_FORCE = `SELECT a_id, b_id, status, decided_at, decided_by, note FROM actor_decisions
  WHERE key IN (SELECT max(key) FROM actor_decisions GROUP BY a_id, b_id) AND status <> 'undecided'`

/** The tables that follow from actors, the curated table and decisions: their rows, and how they are compared. */
const DERIVED = {
  identities: {
    columns: 'key, id, name, kind, curated',
    where: 'TRUE',
  },
  actor_identities: {
    columns: 'actor_key, identity_key, alike, evidence',
    where: 'TRUE',
  },
  names: {
    columns: 'entity_key, entity, folded, shown',
    where: `entity = 'identities'`,
  },
} as const
type DerivedIdentityTable = keyof typeof DERIVED
const TABLES = Object.keys(DERIVED) as DerivedIdentityTable[]

/** Finds again which actors are one, and stores what differs. */
export function rebuildIdentities(connection: Connection): void {
  const expected = deriveTables(connection)
  for (const table of TABLES) {
    const { surplus, missing } = compare(connection, table, expected[table])
    const columns = DERIVED[table].columns.split(', ')
    const isRow = columns.map((column) => `${column} IS ?`).join(' AND ')
    connection.runEach(`DELETE FROM ${table} WHERE ${isRow}`, surplus)
    const marks = columns.map(() => '?').join(', ')
    connection.runEach(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks})`, missing)
  }
}

/** Reports tables that differ from what follows from actors, curated table and decisions, a sentence each. */
export function checkIdentities(connection: Connection): string[] {
  let expected: Record<DerivedIdentityTable, SqlValue[][]>
  try {
    expected = deriveTables(connection)
  } catch (error) {
    return [`curated_identities: ${(error as Error).message}`]
  }
  return TABLES.filter((table) => {
    const { surplus, missing } = compare(connection, table, expected[table])
    return surplus.length + missing.length > 0
  }).map((table) => `${table}: the identities differ from the actors, the curated table and the decisions`)
}

/** Rows that a table has and should not have, and rows that it should have and does not. */
function compare(
  connection: Connection,
  table: DerivedIdentityTable,
  expected: readonly SqlValue[][],
): { surplus: SqlValue[][]; missing: SqlValue[][] } {
  const { columns, where } = DERIVED[table]
  const stored = connection
    .all<Record<string, SqlValue>>(`SELECT ${columns} FROM ${table} WHERE ${where}`)
    .map((row) => Object.values(row))
  return { surplus: except(stored, expected), missing: except(expected, stored) }
}

/** The rows of one list that are not in another. */
function except(rows: readonly SqlValue[][], others: readonly SqlValue[][]): SqlValue[][] {
  const known = new Set(others.map((row) => JSON.stringify(row)))
  return rows.filter((row) => !known.has(JSON.stringify(row)))
}

function deriveTables(connection: Connection): Record<DerivedIdentityTable, SqlValue[][]> {
  const actors = connection.all<NamedActor & { key: number }>(
    `SELECT key, id, dataset, kind, document ->> '$.name' AS name FROM actors ORDER BY key`,
  )
  const curated = new Map(
    connection
      .all<{ document: SerializedJson<CuratedIdentity> }>('SELECT document FROM curated_identities')
      .map(({ document }) => parse(document))
      .map((identity) => [identity.id, identity]),
  )
  const found = findIdentities({
    actors,
    curated: [...curated.values()],
    decisions: connection.all<IdentityDecision>(DECISIONS_IN_FORCE),
  })
  const keys = new Map(actors.map(({ id, key }) => [id, key]))
  const identified = found.map(({ members, ...identity }) => ({
    ...identity,
    members,
    key: Math.min(...members.map(({ id }) => Number(keys.get(id)))),
  }))
  const byMember = new Map(
    identified.flatMap(({ key, members }) => members.map(({ id, evidence }) => [id, { key, evidence }])),
  )
  return {
    identities: identified.map(({ key, id, name, kind, curated: ids }) => [
      key,
      id,
      name,
      kind,
      serialize(ids),
    ]),
    actor_identities: actors.map(({ id, key, name }) => {
      const { key: identityKey = key, evidence = [] } = byMember.get(id) ?? {}
      return [key, identityKey, foldAlike(name), serialize(evidence)]
    }),
    names: identified.flatMap(({ key, name, curated: ids }) => {
      const names = ids.flatMap((id) => listNames(curated.get(id)))
      return nameRows(key, 'identities', names, name)
    }),
  }
}

/** Every name of an identity: the one that is shown, then common ones, then those of data sets. */
export function listNames(identity: CuratedIdentity | undefined): string[] {
  if (!identity) return []
  const { [COMMON]: common = [], ...listed } = identity.names
  return [...new Set([identity.name, ...common, ...Object.values(listed).flat()])]
}
