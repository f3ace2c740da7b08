import { distance } from 'fastest-levenshtein'

/** Edits of a likely typing error: a third of the length rounded up, at most four. */
export function maxEdits(wanted: string): number {
  return Math.min(4, Math.ceil(wanted.length / 3))
}

/** Edits between two texts; null where they are no likely typing error. */
export function countEdits(wanted: string, candidate: string): number | null {
  // Each character of difference in length is an edit.
  if (Math.abs(wanted.length - candidate.length) > maxEdits(wanted)) return null
  const edits = distance(wanted, candidate)
  return edits <= maxEdits(wanted) && edits < candidate.length ? edits : null
}

/** The candidates nearest to a word by edit distance, in any case, nearest first; only likely typing errors. */
export function suggest(word: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = word.toLowerCase()
  return [...candidates]
    .flatMap((candidate) => {
      const edits = countEdits(wanted, candidate.toLowerCase())
      return edits === null ? [] : [{ candidate, edits }]
    })
    .sort((a, b) => a.edits - b.edits || a.candidate.localeCompare(b.candidate, 'en'))
    .slice(0, limit)
    .map(({ candidate }) => candidate)
}
