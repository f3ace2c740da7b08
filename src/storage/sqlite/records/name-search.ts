import { distance } from 'fastest-levenshtein'
import { fold } from '../../../text/fold.ts'
import { suggest } from '../../../text/suggest.ts'
import type { Connection, SqlValue } from '../database/connection.ts'
import { allOf, type SqlFragment } from '../database/sql-fragment.ts'

/** Tables whose rows have names. */
export type NamedTable = 'places' | 'actors' | 'publishers'

/** As many candidates as a fuzzy search weighs at most. */
const CANDIDATES = 500

/** Keys of the rows that bear exactly this name, folded. */
export function findKeysByName(connection: Connection, table: NamedTable, name: string): number[] {
  return connection
    .all<{ key: number }>(
      // Told which index, for DISTINCT alone the planner would walk every name of the table in the other one.
      'SELECT DISTINCT entity_key AS key FROM names INDEXED BY names_by_folded WHERE entity = ? AND folded = ?',
      table,
      fold(name),
    )
    .map(({ key }) => key)
}

/**
 * Keys of the rows that a person may mean by a text, the likeliest first: the whole name, then names that
 * begin so, then names with a word that begins so, then names within a few letters of it.
 */
export function rankKeysByName(
  connection: Connection,
  table: NamedTable,
  q: string,
  where: SqlFragment,
): number[] {
  const wanted = fold(q)
  const best = new Map<number, number>()
  for (const { key, folded } of candidates(connection, table, wanted, where)) {
    const rank = rankOf(folded, wanted)
    if (rank !== null && rank < (best.get(key) ?? Infinity)) best.set(key, rank)
  }
  return [...best].sort(([a, rankA], [b, rankB]) => rankA - rankB || a - b).map(([key]) => key)
}

/** A name near a text, and the keys of the rows that it may stand for. */
interface NearName {
  name: string
  keys: number[]
}

/** Names near a text, other than the text itself, as they are written, nearest first. */
export function findSimilarNames(
  connection: Connection,
  table: NamedTable,
  text: string,
  where: SqlFragment,
  limit = 3,
): NearName[] {
  const wanted = fold(text)
  const byFolded = new Map<string, Candidate[]>()
  for (const candidate of candidates(connection, table, wanted, where)) {
    const alike = byFolded.get(candidate.folded)
    if (alike) alike.push(candidate)
    else if (candidate.folded !== wanted) byFolded.set(candidate.folded, [candidate])
  }
  const near = new Map<string, Set<number>>()
  for (const folded of suggest(wanted, byFolded.keys(), CANDIDATES)) {
    for (const { key, name } of byFolded.get(folded) ?? []) {
      const keys = near.get(name)
      if (keys) keys.add(key)
      else near.set(name, new Set([key]))
    }
  }
  return [...near].slice(0, limit).map(([name, keys]) => ({ name, keys: [...keys] }))
}

/** Ids near an id that is not known, nearest first; weighed are the ids that share a beginning with it. */
export function nearestIds(connection: Connection, table: 'incidents' | 'tolls', id: string): string[] {
  const around = (comparison: string, order: string) =>
    connection
      .all<{ id: string }>(
        `SELECT id FROM ${table} WHERE id ${comparison} ? ORDER BY id ${order} LIMIT 50`,
        id,
      )
      .map((row) => row.id)
  return suggest(id, [...around('<', 'DESC'), ...around('>', 'ASC')])
}

interface Candidate {
  key: number
  name: string
  folded: string
}

function candidates(
  connection: Connection,
  table: NamedTable,
  wanted: string,
  where: SqlFragment,
): Candidate[] {
  const grams = trigrams(wanted)
  const condition = allOf([{ sql: 'entity = ?', values: [table] }, where])
  const find = (join: string, match: string, order: string, ...values: SqlValue[]) =>
    connection.all<Candidate>(
      `SELECT entity_key AS key, names.shown AS name, names.folded AS folded FROM ${join}
       JOIN ${table} ON ${table}.key = names.entity_key
       WHERE ${match} AND ${condition.sql} ORDER BY ${order} LIMIT ${CANDIDATES}`,
      ...values,
      ...condition.values,
    )
  const prefixed = find(
    'names',
    'names.folded >= ? AND names.folded < ?',
    'length(names.folded)',
    wanted,
    `${wanted}\u{10ffff}`,
  )
  if (grams.length === 0) return prefixed
  const similar = find(
    'names_trigrams JOIN names ON names.key = names_trigrams.rowid',
    'names_trigrams MATCH ?',
    'names_trigrams.rank',
    grams.map((gram) => `"${gram}"`).join(' OR '),
  )
  return [...prefixed, ...similar]
}

function trigrams(text: string): string[] {
  const letters = [...text.replaceAll('"', '')]
  return [...new Set(letters.slice(2).map((_, index) => letters.slice(index, index + 3).join('')))].slice(
    0,
    60,
  )
}

function rankOf(folded: string, wanted: string): number | null {
  if (folded === wanted) return 0
  if (folded.startsWith(wanted)) return 1
  if (folded.includes(` ${wanted}`)) return 2
  const edits = distance(folded, wanted)
  return edits <= Math.max(1, Math.floor(wanted.length / 3)) ? 2 + edits : null
}
