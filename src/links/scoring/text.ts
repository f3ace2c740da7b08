import type { LinkCandidate } from './candidate.ts'
import type { ScoreComponent } from './component.ts'
import { RULES } from './rules.ts'

/** Shared words that an explanation names, at most. */
const MAX_NAMED = 8

/** Compares texts: the weight of the words that both have, relative to the text with less. */
export const text: ScoreComponent = {
  weight: RULES.text_weight.value,
  compare(a, b) {
    if (a.words.size === 0 || b.words.size === 0) return null
    const [fewer, others] = a.words.size <= b.words.size ? [a.words, b.words] : [b.words, a.words]
    let shared = 0
    for (const [word, weight] of fewer) shared += Math.min(weight, others.get(word) ?? 0)
    const total = Math.max(RULES.min_words.value, Math.min(sumWeights(a.words), sumWeights(b.words)))
    return Math.min(1, shared / total)
  },
  explain(a, b) {
    const without = [a, b].filter(({ words }) => words.size === 0)
    if (without.length > 0) return `no text in ${without.map(({ dataset }) => dataset).join(' and ')}`
    const shared = listSharedWords(a, b)
    if (shared.length === 0) return 'the texts share no word'
    const named = shared.slice(0, MAX_NAMED).join(', ')
    const more = shared.length > MAX_NAMED ? ` and ${shared.length - MAX_NAMED} more words` : ''
    return `the texts share ${named}${more}`
  },
}

/** The words that both have, the heaviest first. */
function listSharedWords(a: LinkCandidate, b: LinkCandidate): string[] {
  const weight = (word: string) => Math.min(a.words.get(word) ?? 0, b.words.get(word) ?? 0)
  return [...a.words.keys()]
    .filter((word) => b.words.has(word))
    .sort((one, other) => weight(other) - weight(one) || (one < other ? -1 : 1))
}

function sumWeights(words: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const weight of words.values()) sum += weight
  return sum
}
