import type { LinkCandidate } from './candidate.ts'
import type { Component } from './component.ts'
import { RULES } from './rules.ts'

/** So many shared words are named. */
const NAMED = 8

/** The words that the texts share, of the text that has fewer; see link.words.ts for what each counts. */
export const text: Component = {
  weight: RULES.text_weight.value,
  compare(a, b) {
    if (a.words.size === 0 || b.words.size === 0) return null
    const [fewer, others] = a.words.size <= b.words.size ? [a.words, b.words] : [b.words, a.words]
    let shared = 0
    for (const [word, weight] of fewer) shared += Math.min(weight, others.get(word) ?? 0)
    const all = Math.max(RULES.fewest_words.value, Math.min(totalOf(a.words), totalOf(b.words)))
    return Math.min(1, shared / all)
  },
  reason(a, b) {
    const silent = [a, b].filter(({ words }) => words.size === 0)
    if (silent.length > 0) return `no text in ${silent.map(({ dataset }) => dataset).join(' and ')}`
    const shared = sharedWords(a, b)
    if (shared.length === 0) return 'the texts share no word'
    const named = shared.slice(0, NAMED).join(', ')
    return `the texts share ${named}${shared.length > NAMED ? ` and ${shared.length - NAMED} more words` : ''}`
  },
}

/** The words that both have, those that count most first. */
function sharedWords(a: LinkCandidate, b: LinkCandidate): string[] {
  const weightOf = (word: string) => Math.min(a.words.get(word) ?? 0, b.words.get(word) ?? 0)
  return [...a.words.keys()]
    .filter((word) => b.words.has(word))
    .sort((one, other) => weightOf(other) - weightOf(one) || (one < other ? -1 : 1))
}

function totalOf(words: ReadonlyMap<string, number>): number {
  let total = 0
  for (const weight of words.values()) total += weight
  return total
}
