import { distance } from 'fastest-levenshtein'

/**
 * The candidates nearest to a word by edit distance, nearest first; only those near enough to be a likely
 * typing error (a third of the word's length rounded up, at most four edits).
 */
export function suggest(word: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = word.toLowerCase()
  const tolerance = Math.min(4, Math.ceil(wanted.length / 3))
  return [...candidates]
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= tolerance && edits < candidate.length)
    .sort((a, b) => a.edits - b.edits || a.candidate.localeCompare(b.candidate, 'en'))
    .slice(0, limit)
    .map(({ candidate }) => candidate)
}
