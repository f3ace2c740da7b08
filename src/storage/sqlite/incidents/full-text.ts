import type { UnknownTerm } from '../../../incidents/incident.store.ts'
import { suggest } from '../../../text/suggest.ts'
import type { Connection } from '../database/connection.ts'

/** Terms with one prefix, at most, that are looked up one by one. */
const MAX_PREFIX_TERMS = 500
/** Measured at a million records: the cost of one more phrase in rows read; of many in a row an eighth of that. */
const PHRASE_COST = 16

/** A full-text search. */
export interface WordSearch {
  /** The FTS5 query. */
  match: string
  /** The cost of looking it up for one record, in records read without it. */
  cost: number
}

/**
 * Builds the search for folded phrases, all of which must occur, the last term of the last being a prefix; null when
 * nothing can match. The terms with that prefix are named one by one: FTS5 reads those in the order of the keys, while
 * of a prefix it first collects every record.
 */
export function buildMatchQuery(connection: Connection, phrases: readonly string[]): WordSearch | null {
  const last = phrases.at(-1)
  if (last === undefined) return null
  const at = last.lastIndexOf(' ') + 1
  const terms = findTerms(connection, last.slice(at))
  const ends = terms
    ? terms.map((term) => quotePhrase(last.slice(0, at) + term)).join(' OR ')
    : `${quotePhrase(last)}*`
  if (ends === '') return null
  return {
    match: [...phrases.slice(0, -1).map(quotePhrase), `(${ends})`].join(' AND '),
    cost: PHRASE_COST * (phrases.length + (terms?.length ?? MAX_PREFIX_TERMS) / 8),
  }
}

/** The terms with a prefix; undefined when there are too many. */
function findTerms(connection: Connection, prefix: string): string[] | undefined {
  const found = connection.all<{ term: string }>(
    TERMS_WITH_PREFIX,
    prefix,
    prefix,
    MAX_PREFIX_TERMS + 1,
    prefix,
  )
  return found.length > MAX_PREFIX_TERMS ? undefined : found.map(({ term }) => term)
}

/** Terms that are looked up when they are unknown. */
const MAX_UNKNOWN_TERMS = 3
/** Terms that one is compared with. */
const MAX_COMPARED_TERMS = 1000

/** Finds terms that no record has, the last being a prefix; see `IncidentStore.findUnknownTerms`. */
export function findUnknownTerms(connection: Connection, phrases: readonly string[]): UnknownTerm[] {
  const terms = phrases.flatMap((phrase) => phrase.split(' '))
  const isUnknown = (term: string, index: number) => {
    const next = connection.get<{ term: string }>(
      'SELECT term FROM incidents_terms WHERE term >= ? LIMIT 1',
      term,
    )?.term
    return index === terms.length - 1 ? !next?.startsWith(term) : next !== term
  }
  const unknown = terms.filter(isUnknown).slice(0, MAX_UNKNOWN_TERMS)
  return unknown.map((term) => {
    // Typing errors are rare in the first letters.
    const prefix = term.slice(0, Math.min(3, Math.ceil(term.length / 2)))
    const found = connection.all<{ term: string }>(
      TERMS_WITH_PREFIX,
      prefix,
      prefix,
      MAX_COMPARED_TERMS,
      prefix,
    )
    return {
      term,
      similar: suggest(
        term,
        found.map((row) => row.term),
      ),
    }
  })
}

/** Goes from each term to the next: `incidents_terms` has a row for each occurrence of a term. */
const TERMS_WITH_PREFIX = `WITH RECURSIVE
  terms (term) AS (
    SELECT (SELECT term FROM incidents_terms WHERE term >= ? LIMIT 1)
    UNION ALL
    SELECT (SELECT term FROM incidents_terms WHERE term >= terms.term || char(1) LIMIT 1)
    FROM terms, (SELECT ? AS prefix) WHERE substr(term, 1, length(prefix)) = prefix
    LIMIT ?)
  SELECT term FROM terms, (SELECT ? AS prefix) WHERE substr(term, 1, length(prefix)) = prefix`

/** Quotes a phrase, so that none of its words is an operator of FTS5. */
export function quotePhrase(phrase: string): string {
  return `"${phrase.replaceAll('"', '""')}"`
}
