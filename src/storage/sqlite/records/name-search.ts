import { fold } from '../../../text/fold.ts'
import { removeGenericWords } from '../../../text/name-distance.ts'
import {
  findSimilar,
  MAX_CANDIDATES,
  type NameCandidate,
  rankByName,
  type SimilarName,
  splitTrigrams,
} from '../../../text/name-ranking.ts'
import { allOf, oneOf, type SqlFragment, type SqlValue } from '../../sql/fragment.ts'
import type { Connection } from '../database/connection.ts'
import type { NamedTable } from '../database/query-client.ts'

/** Keys of the rows with exactly this name or alias, folded. */
export function findKeysByName(
  connection: Connection,
  table: NamedTable | 'identities',
  name: string,
): number[] {
  return connection
    .all<{ key: number }>(
      // The index is named because for DISTINCT the planner prefers another one, and scans every name of the table.
      'SELECT DISTINCT entity_key AS key FROM names INDEXED BY names_by_folded WHERE entity = ? AND folded = ?',
      table,
      fold(name),
    )
    .map(({ key }) => key)
}

/** Keys of the rows that match a text, ranked by {@link rankByName}. */
export function rankKeysByName(
  connection: Connection,
  table: NamedTable,
  q: string,
  where: SqlFragment,
): number[] {
  return rankByName(selectCandidates(connection, table, fold(q), where), q)
}

/** Keys of the rows of which a name begins with a text, or has a word that does. */
export function findKeysByPart(connection: Connection, table: NamedTable, text: string): number[] {
  const wanted = ` ${fold(text)}`
  const candidates = selectCandidates(connection, table, fold(text), allOf([]))
  return [...new Set(candidates.filter(({ folded }) => ` ${folded}`.includes(wanted)).map(({ key }) => key))]
}

/** Names similar to a text, other than the text itself, as they are displayed; the nearest first. */
export function findSimilarNames(
  connection: Connection,
  table: NamedTable,
  text: string,
  where: SqlFragment,
  limit = 3,
): SimilarName[] {
  const folded = fold(text)
  const bare = removeGenericWords(folded)
  const candidates = selectCandidates(connection, table, folded, where)
  // Of names with generic words, most have only these in common.
  if (bare !== folded) candidates.push(...selectCandidates(connection, table, bare, where))
  return findSimilar(candidates, text, limit)
}

/** SQL that joins names with the rows that have them; an actor also has the names of its identity. */
const OWNERS: Record<NamedTable, string> = {
  places: 'JOIN places ON places.key = names.entity_key',
  publishers: 'JOIN publishers ON publishers.key = names.entity_key',
  actors: `JOIN actor_identities AS named ON named.actor_key = names.entity_key AND names.entity = 'actors'
      OR named.identity_key = names.entity_key AND names.entity = 'identities'
    JOIN actors ON actors.key = named.actor_key`,
}

/** Names that begin with a folded text, and those that share the most trigrams with it. */
function selectCandidates(
  connection: Connection,
  table: NamedTable,
  folded: string,
  where: SqlFragment,
): NameCandidate[] {
  const condition = allOf([oneOf('entity', table === 'actors' ? ['actors', 'identities'] : [table]), where])
  const select = (join: string, match: string, order: string, ...values: SqlValue[]) =>
    connection.all<NameCandidate>(
      `SELECT ${table}.key AS key, names.shown AS name, names.folded AS folded FROM ${join}
       ${OWNERS[table]} WHERE ${match} AND ${condition.sql} ORDER BY ${order} LIMIT ${MAX_CANDIDATES}`,
      ...values,
      ...condition.values,
    )
  const prefixed = select(
    'names',
    'names.folded >= ? AND names.folded < ?',
    'length(names.folded)',
    folded,
    `${folded}\u{10ffff}`,
  )
  const trigrams = splitTrigrams(folded)
  if (trigrams.length === 0) return prefixed
  const similar = select(
    'names_trigrams JOIN names ON names.key = names_trigrams.rowid',
    'names_trigrams MATCH ?',
    'names_trigrams.rank',
    trigrams.map((trigram) => `"${trigram}"`).join(' OR '),
  )
  return [...prefixed, ...similar]
}
