import type { Connection } from '../database/connection.ts'

/** Words with one beginning, at most, that are looked up one by one. */
const MAX_PREFIX_WORDS = 500
/** Measured at a million records: looking up one more phrase, of many one after the other an eighth of that. */
const PHRASE_TAKES = 16

/** A search for words. */
export interface WordSearch {
  /** The FTS5 query. */
  match: string
  /** Looking them up in one record takes as long as looking at so many records without. */
  takes: number
}

/**
 * A search for folded phrases, all of which occur, the last word of the last a beginning; null when nothing
 * can match. The words with that beginning are named: FTS5 goes through those in the order of the keys, while of a
 * beginning it first gathers every record.
 */
export function buildMatchQuery(connection: Connection, phrases: readonly string[]): WordSearch | null {
  const last = phrases.at(-1)
  if (last === undefined) return null
  const at = last.lastIndexOf(' ') + 1
  const words = wordsFrom(connection, last.slice(at))
  const ends = words
    ? words.map((word) => quotePhrase(last.slice(0, at) + word)).join(' OR ')
    : `${quotePhrase(last)}*`
  if (ends === '') return null
  return {
    match: [...phrases.slice(0, -1).map(quotePhrase), `(${ends})`].join(' AND '),
    takes: PHRASE_TAKES * (phrases.length + (words?.length ?? MAX_PREFIX_WORDS) / 8),
  }
}

/** The words that begin so; undefined when they are too many. */
function wordsFrom(connection: Connection, beginning: string): string[] | undefined {
  const found = connection.all<{ term: string }>(WORDS, beginning, beginning, MAX_PREFIX_WORDS + 1, beginning)
  return found.length > MAX_PREFIX_WORDS ? undefined : found.map(({ term }) => term)
}

/** Goes from each word to the next: `incidents_terms` has a row for each place in which a word occurs. */
const WORDS = `WITH RECURSIVE
  terms (term) AS (
    SELECT (SELECT term FROM incidents_terms WHERE term >= ? LIMIT 1)
    UNION ALL
    SELECT (SELECT term FROM incidents_terms WHERE term >= terms.term || char(1) LIMIT 1)
    FROM terms, (SELECT ? AS beginning) WHERE substr(term, 1, length(beginning)) = beginning
    LIMIT ?)
  SELECT term FROM terms, (SELECT ? AS beginning) WHERE substr(term, 1, length(beginning)) = beginning`

/** Quoted, so that no word is an operator. */
export function quotePhrase(phrase: string): string {
  return `"${phrase.replaceAll('"', '""')}"`
}
