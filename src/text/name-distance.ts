import { countEdits, maxEdits } from './suggest.ts'

/** Words that tell kinds of state and territory, not one from another: alike in any of them says nothing. */
const GENERIC = new Set(
  'the of and republic state states islamic democratic peoples people kingdom federal federation union republique royaume etat'.split(
    ' ',
  ),
)

/** A folded name without its generic words; the whole name where nothing else is left. */
export function removeGenericWords(folded: string): string {
  const words = folded.split(' ').filter((word) => !GENERIC.has(word))
  return words.length > 0 ? words.join(' ') : folded
}

/**
 * Edits between two folded names, compared word by word; null where one is no likely misspelling of the other. Each
 * word must be near to one of the other name, so that names that share most of their letters only through words such
 * as `republic` are apart. Words that are written apart in one name and together in the other are compared together.
 */
export function nameDistance(wanted: string, candidate: string): number | null {
  const whole = compareWords(wanted, candidate)
  if (whole !== null) return whole
  const [bareWanted, bareCandidate] = [removeGenericWords(wanted), removeGenericWords(candidate)]
  if (bareWanted === wanted && bareCandidate === candidate) return null
  const bare = compareWords(bareWanted, bareCandidate)
  // After names that are near as a whole.
  return bare === null ? null : bare + 1
}

function compareWords(wanted: string, candidate: string): number | null {
  const [words, others] = [wanted.split(' '), candidate.split(' ')]
  if (words.length !== others.length) return countEdits(words.join(''), others.join(''))
  let edits = 0
  for (const word of words) {
    const [nearest] = others
      .map((other, index) => ({ index, edits: countEdits(word, other) ?? Infinity }))
      .sort((a, b) => a.edits - b.edits)
    if (!nearest || nearest.edits === Infinity) return null
    others.splice(nearest.index, 1)
    edits += nearest.edits
  }
  return edits <= maxEdits(wanted) ? edits : null
}
