import { EARTH_RADIUS_KM, SAME_PLACE_KM } from '../../places/distance.ts'
import { type Gazetteer, kmBetween, type Place } from './gazetteer.ts'
import { isDirection, type Phrase, splitPhrases } from './phrases.ts'

/** The place of an incident, as far as the free text names one of the gazetteer. */
interface IbcPlace {
  admin1: string | null
  place: string | null
  geo_precision: 'near' | 'admin1' | 'country' | 'unknown'
}

/** The distance within which `geo_precision` is `near`, in kilometres. */
const NEAR_KM = 25
/** A town farther away than this is no longer said to be by another, in kilometres. */
const BY_KM = 150
/** A governorate whose nearest town is farther away is not beside a town, in kilometres. */
const DIVISION_KM = 100

const DIVISION_WORDS = ['province', 'provinces', 'governorate', 'governorates']
/** Words that may stand around a name and do not say which place it is. */
const AROUND_NAMES = new Set([
  ...`a the all new old greater central centre center downtown outskirts surrounding town city village
  municipality area areas region suburb suburbs quarter camp district subdistrict neighbourhood
  neighborhood road highway market airport international hospital hospitals general teaching morgue
  mortuary university`.split(/\s+/),
  ...DIVISION_WORDS,
])
/** Deaths that are recorded where the bodies were brought. */
const BROUGHT = /\b(?:morgue|mortuary|forensic|medico-?legal|brought|received|transferred)\b/i

/** What a phrase names: one place, or the innermost one that contains all that it names. */
interface Found {
  phrase: Phrase
  place: Place
  /** Only a part of the place: `east Mosul`. */
  isPart: boolean
  /** Where several are named, which one of them is meant is not known. */
  isSeveral: boolean
}

/**
 * Finds the place of a free text such as `Al-Bayaa, southwest Baghdad`: the narrowest phrase that names a place of the
 * gazetteer and agrees with the wider ones. Never `exact`, and never a place that the gazetteer does not have.
 */
export function parseIbcPlace(location: string, gazetteer: Gazetteer): IbcPlace {
  if (!/\p{L}/u.test(location)) return { admin1: null, place: null, geo_precision: 'unknown' }
  let found: Found | null = null
  for (const phrase of splitPhrases(location).toReversed()) found = refine(found, phrase, gazetteer)
  if (!found) return { admin1: null, place: null, geo_precision: 'country' }
  const { place, phrase } = found
  const division = gazetteer.divisionOf(place)
  if (!division) return { admin1: null, place: null, geo_precision: 'country' }
  const isTown = place.kind !== 'admin1'
  if (isTown && phrase.km !== null && phrase.km > NEAR_KM && !isSurelyIn(division, found, gazetteer))
    return { admin1: null, place: null, geo_precision: 'unknown' }
  const isNear = isTown && (phrase.km ?? 0) <= NEAR_KM && !BROUGHT.test(location) && !isAround(found)
  return isNear
    ? { admin1: division.name, place: place.name, geo_precision: 'near' }
    : { admin1: division.name, place: null, geo_precision: 'admin1' }
}

/** An area around one town, or between it and a place that is not known. */
function isAround({ phrase, isSeveral }: Found): boolean {
  return phrase.relation === 'area' && !isSeveral
}

/** Whether the town next to the point at the distance and in the direction of the phrase is in the division. */
function isSurelyIn(
  division: Place,
  { place, phrase: { km, bearing } }: Found,
  gazetteer: Gazetteer,
): boolean {
  if (km === null || bearing === null || place.latitude === null || place.longitude === null) return false
  const rad = Math.PI / 180
  const degrees = km / EARTH_RADIUS_KM / rad
  const latitude = place.latitude + degrees * Math.cos(bearing * rad)
  const longitude = place.longitude + (degrees * Math.sin(bearing * rad)) / Math.cos(place.latitude * rad)
  const nearest = gazetteer.findNearestCity({ latitude, longitude })
  return nearest !== null && gazetteer.divisionOf(nearest) === division
}

/** Finds what a phrase names; the wider phrase, where it names nothing that agrees with that. */
function refine(wider: Found | null, phrase: Phrase, gazetteer: Gazetteer): Found | null {
  // Of an area around a town, what is narrower may be anywhere: `Kirkuk, on the Baghdad road`.
  const context = wider && isAround(wider) ? null : wider
  const named = phrase.names.flatMap((name) => findNamed(name.split(' '), context, gazetteer))
  const places = [...new Set(named)]
  const [first] = places
  if (!first) return wider
  const isListed = wider !== null && isList(wider) && phrase.relation === 'in'
  const isOtherDivision = first.kind === 'admin1' && wider?.place.kind === 'admin1' && first !== wider.place
  if (wider && (isListed || isOtherDivision)) {
    const common = gazetteer.findCommon([...places, wider.place])
    return common && { phrase: wider.phrase, place: common, isPart: false, isSeveral: true }
  }
  if (wider && (places.length > 1 || phrase.relation === 'area')) return wider
  const place = gazetteer.findCommon(places)
  const isPart = phrase.names.some((name) => name.split(' ').some(isPosition))
  return place && { phrase, place, isPart, isSeveral: places.length > 1 }
}

/** `Mosul, Tikrit and Kirkuk`: what is before the comma is one more of them. */
function isList({ isSeveral, phrase }: Found): boolean {
  return isSeveral && phrase.relation === 'in'
}

/** Finds the place of a name without the words around it, the longest name first; or two, for `Baquba-Khalis`. */
function findNamed(words: readonly string[], wider: Found | null, gazetteer: Gazetteer): Place[] {
  for (let start = 0; start < words.length; start += 1) {
    for (let end = words.length; end > start; end -= 1) {
      const found = findPlace(words.slice(start, end).join(' '), words, wider, gazetteer)
      if (found) return [found]
      if (!isAroundNames(words[end - 1])) break
    }
    if (!isAroundNames(words[start])) break
  }
  for (let middle = 1; middle < words.length; middle += 1) {
    const pair = [words.slice(0, middle), words.slice(middle)]
    const found = pair.map((name) =>
      findPlace(name.filter((word) => !isAroundNames(word)).join(' '), name, wider, gazetteer),
    )
    if (found[0] && found[1]) return [found[0], found[1]]
  }
  return []
}

function isPosition(word: string): boolean {
  return isDirection(word) || word === 'central' || word === 'downtown'
}

function isAroundNames(word = ''): boolean {
  return AROUND_NAMES.has(word) || isDirection(word) || /^\d+$/.test(word)
}

/** Finds the place of exactly this name that agrees with the wider phrase. */
function findPlace(
  name: string,
  words: readonly string[],
  wider: Found | null,
  gazetteer: Gazetteer,
): Place | null {
  const towns = gazetteer.findTowns(name)
  const division = gazetteer.findDivision(name)
  if (words.some((word) => DIVISION_WORDS.includes(word))) {
    const [town] = towns
    return division ?? (town ? gazetteer.divisionOf(town) : null)
  }
  const agreeing = towns.filter((town) => agrees(town, wider, gazetteer))
  const inDivision = agreeing.filter(
    (town) => wider && gazetteer.divisionOf(town) === gazetteer.divisionOf(wider.place),
  )
  const curated = agreeing.filter(({ dataset }) => dataset === 'geonames')
  const only = [agreeing, inDivision, curated].find(({ length }) => length === 1)?.[0]
  if (only) return only
  // Quarters and airports are named after governorates as well.
  const isBare = words.every((word) => isPosition(word) || name.split(' ').includes(word))
  return division && isBare && (!wider || isBeside(division, wider, gazetteer)) ? division : null
}

/** `Anbar, west of Baghdad` */
function isBeside(division: Place, { place, phrase }: Found, gazetteer: Gazetteer): boolean {
  return phrase.bearing !== null && gazetteer.kmToDivision(place, division) <= DIVISION_KM
}

/** Whether a town can be what is meant before a wider phrase. */
function agrees(town: Place, wider: Found | null, gazetteer: Gazetteer): boolean {
  if (!wider || town === wider.place || gazetteer.isInside(town, wider.place)) return true
  const { place, phrase, isPart } = wider
  if (town.kind === 'district') return place.kind === 'district' && town.parent_id === place.parent_id
  if (place.kind === 'admin1' || place.kind === 'country') return isList(wider)
  const km = kmBetween(town, place)
  if (phrase.relation === 'in' && isPart) return km <= SAME_PLACE_KM
  const isSameDivision = gazetteer.divisionOf(town) === gazetteer.divisionOf(place)
  return isSameDivision || (phrase.relation !== 'in' && km <= Math.max(BY_KM, 2 * (phrase.km ?? 0)))
}
