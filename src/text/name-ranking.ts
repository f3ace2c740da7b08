import { distance } from 'fastest-levenshtein'
import { fold } from './fold.ts'
import { nameDistance } from './name-distance.ts'

/** Maximum number of names that a search compares. */
export const MAX_CANDIDATES = 500

/** A name that a search compares with its text. */
export interface NameCandidate {
  /** The key of the record that has the name. */
  key: number
  /** The name of that record as it is displayed. */
  name: string
  /** The name or alias, folded. */
  folded: string
}

/**
 * Keys of the records whose names match a text, best first: the whole name, then names that begin with the text, then
 * names with a word that begins with it, then names within a third of its length in edits; ties by key.
 */
export function rankByName(candidates: Iterable<NameCandidate>, text: string): number[] {
  const wanted = fold(text)
  const best = new Map<number, number>()
  for (const { key, folded } of candidates) {
    const rank = computeRank(folded, wanted)
    if (rank !== null && rank < (best.get(key) ?? Infinity)) best.set(key, rank)
  }
  return [...best].sort(([a, rankA], [b, rankB]) => rankA - rankB || a - b).map(([key]) => key)
}

/** Null where the name does not match. */
function computeRank(folded: string, wanted: string): number | null {
  if (folded === wanted) return 0
  if (folded.startsWith(wanted)) return 1
  if (folded.includes(` ${wanted}`)) return 2
  const edits = distance(folded, wanted)
  return edits <= Math.max(1, Math.floor(wanted.length / 3)) ? 2 + edits : null
}

/** A name similar to a text, and the keys of the records that have it. */
export interface SimilarName {
  name: string
  keys: number[]
}

/** Names similar to a text, other than the text itself, as they are displayed; the nearest first. */
export function findSimilar(candidates: Iterable<NameCandidate>, text: string, limit: number): SimilarName[] {
  const wanted = fold(text)
  const byFolded = new Map<string, NameCandidate[]>()
  for (const candidate of candidates) {
    const alike = byFolded.get(candidate.folded)
    if (alike) alike.push(candidate)
    else if (candidate.folded !== wanted) byFolded.set(candidate.folded, [candidate])
  }
  const keysByName = new Map<string, Set<number>>()
  for (const folded of findNearest(wanted, byFolded.keys())) {
    for (const { key, name } of byFolded.get(folded) ?? []) {
      const keys = keysByName.get(name)
      if (keys) keys.add(key)
      else keysByName.set(name, new Set([key]))
    }
  }
  return [...keysByName].slice(0, limit).map(([name, keys]) => ({ name, keys: [...keys] }))
}

/** Folded names near to another one, nearest first. */
function findNearest(wanted: string, names: Iterable<string>): string[] {
  return [...names]
    .flatMap((name) => {
      const edits = nameDistance(wanted, name)
      return edits === null ? [] : [{ name, edits }]
    })
    .sort((a, b) => a.edits - b.edits || a.name.localeCompare(b.name, 'en'))
    .map(({ name }) => name)
}

/** Maximum number of trigrams of a search. */
const MAX_TRIGRAMS = 60

/** The distinct sequences of three characters of a text, quotation marks left out; none for a shorter text. */
export function splitTrigrams(text: string): string[] {
  const letters = [...text.replaceAll('"', '')]
  const trigrams = letters.slice(2).map((_, index) => letters.slice(index, index + 3).join(''))
  return [...new Set(trigrams)].slice(0, MAX_TRIGRAMS)
}
