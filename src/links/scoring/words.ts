import { splitWords } from '../../text/fold.ts'
import { RULES } from './rules.ts'

/** Words that are ignored. */
const STOP_WORDS =
  splitStems(`a an the and or of in on at to by from for with without into over under after before near
  as is are was were be been has have had its his her their it he she they that this those these who which
  one two three four five six seven eight nine ten several some many more most least other others than about
  not no new says say said report reports reported source sources according jan feb mar apr may jun jul aug sep
  oct nov dec january february march april june july august september october november december
  monday tuesday wednesday thursday friday saturday sunday day`)

/** Words that occur in reports of any attack and count little. */
const COMMON =
  splitStems(`attack attacks attacked attackers attacker kill kills killed killing killings dead death deaths die
  died dies wound wounded wounds wounding injured injures injuring people person civilian civilians police
  policeman policemen soldier soldiers army military security force forces fighter fighters militant militants
  rebel rebels gunman gunmen armed group groups blast blasts bomb bombs bomber bombing bombings explosion
  explosions exploded explodes clash clashes government state city town village district province governorate
  region area officials official casualties victims including suspected unidentified unknown`)

/** Gives each word of the texts a weight; common words, and words of the `known` names of place and actors, count little. */
export function weightWords(
  texts: readonly (string | null)[],
  known: readonly (string | null)[],
): ReadonlyMap<string, number> {
  const knownWords = splitStems(known.filter((text) => text !== null).join(' '))
  const weights = new Map<string, number>()
  for (const word of splitStems(texts.filter((text) => text !== null).join(' '))) {
    if (STOP_WORDS.has(word) || /^\d$/.test(word)) continue
    weights.set(word, knownWords.has(word) || COMMON.has(word) ? RULES.common_word.value : 1)
  }
  return weights
}

/** Splits a text into folded words without a plural s. */
function splitStems(text: string): Set<string> {
  return new Set(
    splitWords(text).map((word) => (word.length > 3 && word.endsWith('s') ? word.slice(0, -1) : word)),
  )
}
