import type { Connection } from '../database/connection.ts'

/**
 * Computes a checksum of the words that full text has of each record, with their positions, by the record's key. The
 * index is read once in its own order: to look up the words of each record takes eight times as long.
 */
export function checksumIndexedWords(connection: Connection): Map<number, number> {
  const sums = new Map<number, number>()
  let last = ''
  let hash = 0
  for (const { term, doc, offset } of connection.iterate<{ term: string; doc: number; offset: number }>(
    'SELECT term, doc, offset FROM incidents_terms',
  )) {
    if (term !== last) hash = hashWord(term)
    last = term
    sums.set(doc, add(sums.get(doc) ?? 0, hash, offset))
  }
  return sums
}

/** Computes the checksum of words that are separated by spaces. */
export function checksumWords(words: string): number {
  return words === ''
    ? 0
    : words.split(' ').reduce((sum, word, offset) => add(sum, hashWord(word), offset), 0)
}

/** Adds a word at a position; the order of additions does not matter. */
function add(sum: number, hash: number, offset: number): number {
  return (sum + Math.imul(hash, 2 * offset + 1)) | 0
}

/** FNV-1a, 32 bits. */
function hashWord(word: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < word.length; index += 1)
    hash = Math.imul(hash ^ word.charCodeAt(index), 0x01000193)
  return hash
}
