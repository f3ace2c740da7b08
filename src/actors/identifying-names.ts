import { fold } from '../text/fold.ts'
import type { ACTOR_KINDS } from './actor.schema.ts'

const words = (text: string) => new Set(text.split(/\s+/))

/** Articles and prepositions, which names have or lack. */
const STOP_WORDS = words('al el the of for and in')

/** The words below are English: in other scripts nothing tells names from descriptions. */
const ENGLISH_LETTERS = /^[a-z0-9 ]+$/

/** Names that begin so identify no one. */
const NAMELESS =
  /^(unidentified|unknown|unnamed|unaffiliated|unspecified|various|other|suspected|alleged|civilians?|private)\b/

/** Words of descriptions: who bears such a name differs from place to place. */
const CROWDS = words(
  `civilians people population residents villagers citizens students workers employees farmers teachers journalists
   prisoners refugees migrants protesters protestors demonstrators rioters mob crowd supporters sympathizers members
   opponents opposition activists extremists militants rebels insurgents separatists gunmen bandits criminals gang gangs
   pirates terrorists assailants attackers perpetrators tribesmen herders pastoralists nomads fighters vigilantes
   loyalists dissidents mutineers soldiers policemen officers youth youths men women clan clans tribe tribes ethnic
   communal tribal`,
)

/** Words that the names of many forces and groups have, so that they tell none apart. */
const GENERIC = words(
  `government governments state states forces force military police security army armed national group groups movement
   front party militia militias peoples liberation united republic democratic islamic islamist muslim christian hindu
   sunni shia shiite revolutionary popular communist socialist maoist resistance defence defense defenders self local
   community organization organisation council coalition alliance union league brigade brigades battalion command
   faction committee federation congress north south east west northern southern eastern western central new free`,
)

/** Forces of a state, which the name of the country identifies. */
const STATE = /^(government|(military|police|armed|security) forces|military|police|army) of /
/** Names of countries that two have. */
const AMBIGUOUS_COUNTRIES = words('congo korea')

/** True for names that describe someone instead of naming anyone. */
function isDescription(folded: string): boolean {
  return folded === '' || NAMELESS.test(folded) || folded.split(' ').some((word) => CROWDS.has(word))
}

/** True when equal names in two data sets, folded, are certainly of one actor. */
export function isIdentifying(folded: string): boolean {
  if (!ENGLISH_LETTERS.test(folded) || isDescription(folded)) return false
  const distinctive = listDistinctive(folded)
  return STATE.test(folded) ? distinctive.length > 0 : distinctive.length > 1
}

/** True when a name of the curated table, folded, certainly means the same in a data set that it is not listed for. */
export function isUnambiguous(folded: string, { isShown }: { isShown: boolean }): boolean {
  if (!ENGLISH_LETTERS.test(folded) || isDescription(folded)) return false
  if (isIdentifying(folded) || listDistinctive(folded).some((word) => word.length > 4)) return true
  return isShown && listSignificant(folded).length > 1
}

function listSignificant(folded: string): string[] {
  return [...new Set(folded.split(' '))].filter((word) => !STOP_WORDS.has(word))
}

function listDistinctive(folded: string): string[] {
  return listSignificant(folded).filter(
    (word) => word.length > 2 && !GENERIC.has(word) && !AMBIGUOUS_COUNTRIES.has(word),
  )
}

/** A name without articles, order of words and bracketed parts: equal for names that are clearly alike, else different. */
export function foldAlike(name: string): string {
  const significant = fold(name.replace(/\([^)]*\)/g, ' '))
    .split(' ')
    .filter((word) => !STOP_WORDS.has(word))
  return significant.sort().join(' ')
}

type Kind = (typeof ACTOR_KINDS)[number]

/** Kinds that one actor has in different data sets. */
const COMPATIBLE_KINDS: readonly (readonly Kind[])[] = [
  ['state_forces', 'external_other_forces'],
  ['rebel_group', 'political_militia', 'identity_militia', 'external_other_forces'],
]
const CROWD_KINDS: readonly Kind[] = ['civilians', 'protesters', 'rioters']

/** False for kinds that no one actor has, or whose names identify no one. */
export function areCompatible(one: Kind, other: Kind): boolean {
  if (CROWD_KINDS.includes(one) || CROWD_KINDS.includes(other)) return false
  if (one === other || one === 'unknown' || other === 'unknown') return true
  return COMPATIBLE_KINDS.some((kinds) => kinds.includes(one) && kinds.includes(other))
}
