import { fold } from '../../text/fold.ts'

/** How an incident lies to what a phrase names: in it, by it, or in an area of which no more is said. */
type Relation = 'in' | 'by' | 'area'

/** A part of a location: what follows a comma or a preposition. */
export interface Phrase {
  relation: Relation
  /** Folded; several for `Hilla and Karbala`. */
  names: readonly string[]
  /** The distance from the place, in kilometres. */
  km: number | null
  /** The direction from the place, in degrees clockwise from north. */
  bearing: number | null
}

const BRACKETS = /\([^)]*\)|\[[^\]]*\]/g
const EXCLUSION = /\b(?:exclud\w+|except\w*|excl\.|not including|other than|apart from)\b.*$/i
const DISTANCE =
  /(\d+(?:\.\d+)?)(?:\s*(?:-|–|to|or)\s*(\d+(?:\.\d+)?))?\s*-?\s*(km|kms|kilomet\w*|miles?|mi|m|met(?:er|re)s?)\b/i
const KM_PER_MILE = 1.609

/** Folded prepositions, with the relation of the names that follow; `of` and `from` also follow a direction. */
const PREPOSITIONS: ReadonlyMap<string, Relation> = new Map([
  ...['in', 'inside', 'at', 'on', 'of', 'within'].map((word) => [word, 'in'] as const),
  ...['near', 'nr', 'by', 'outside', 'off', 'from'].map((word) => [word, 'by'] as const),
  ...['between', 'around', 'to', 'towards', 'along'].map((word) => [word, 'area'] as const),
])
/** Words that make of a place the area around it. */
const AREA = /\b(?:road|highway|surrounding)\b/
const DIRECTION = /^(north|south|n|s)?(east|west|e|w)?(?:ern)?$/

/**
 * Splits a location into phrases, the narrowest first: at commas and before prepositions. What it excludes and what is
 * in brackets is left out.
 */
export function splitPhrases(location: string): Phrase[] {
  return location
    .replace(BRACKETS, ' ')
    .replace(EXCLUSION, '')
    .replace(/\bfrom\s+(.+?)\s+to\s+/i, 'between $1 and ')
    .replace(/\b(?:in|at)\s+or\s+near\b/i, 'near')
    .replace(/['’]s\b/g, '')
    .replaceAll('/', ' or ')
    .replaceAll('&', ' and ')
    .split(/[,;:]|\s[-–—]\s/)
    .flatMap(splitPart)
}

function splitPart(part: string): Phrase[] {
  const [distance = '', one, other, unit = ''] = DISTANCE.exec(part) ?? []
  const phrases = splitWords(fold(part.replace(distance, ' ')).split(' '))
  const last = phrases.at(-1)
  if (one === undefined || !last) return phrases
  const kmPerUnit = /^k/i.test(unit) ? 1 : /^mi/i.test(unit) ? KM_PER_MILE : 0.001
  const relation = last.relation === 'in' ? 'by' : last.relation
  return [
    ...phrases.slice(0, -1),
    { ...last, relation, km: Math.max(Number(one), Number(other ?? 0)) * kmPerUnit },
  ]
}

function splitWords(words: readonly string[]): Phrase[] {
  const phrases: Phrase[] = []
  let [start, relation, bearing] = [0, 'in' as Relation, null as number | null]
  const push = (end: number) => {
    const text = words.slice(start, end).join(' ')
    const names = text.split(/ ?\b(?:and|or)\b ?/).filter(Boolean)
    if (names.length > 0)
      phrases.push({ relation: AREA.test(text) ? 'area' : relation, names, km: null, bearing })
  }
  for (const [index, word] of words.entries()) {
    const next = PREPOSITIONS.get(word)
    if (!next) continue
    let end = index
    if (word === 'of' || word === 'from') while (end > start && isDirection(words[end - 1])) end -= 1
    push(end)
    bearing = parseBearing(words.slice(end, index))
    relation = bearing === null ? next : 'by'
    start = index + 1
  }
  push(words.length)
  return phrases
}

/** Whether a folded word is a point of the compass: `north`, `southwestern`, `nw`. */
export function isDirection(word = ''): boolean {
  return word !== '' && DIRECTION.test(word)
}

/** Adds up points of the compass, so that `north east` is a northeast; null where there is none. */
function parseBearing(words: readonly string[]): number | null {
  let [north, east] = [0, 0]
  for (const word of words) {
    const [, vertical, horizontal] = DIRECTION.exec(word) ?? []
    if (vertical) north += vertical.startsWith('n') ? 1 : -1
    if (horizontal) east += horizontal.startsWith('e') ? 1 : -1
  }
  return north === 0 && east === 0 ? null : (Math.atan2(east, north) * 180) / Math.PI
}
