import { fold } from '../../text/fold.ts'

/** Governorates that no town shares its name with, in the spellings of the file. */
const GOVERNORATES = new Set(
  'anbar,al anbar,babil,babylon,dhi qar,thi qar,diyala,maysan,missan,muthanna,ninawa,ninewa,nineveh,qadisiya,qadissiya,salah al din,salahuddin,salah ad din,wasit'.split(
    ',',
  ),
)

/** Words before the name of a town for a position in it or near it. */
const BEFORE =
  /^(?:(?:just|about|in|at|near|around|outside|the|city|town|village|centre|center|outskirts|suburbs?|area|of|central|downtown|greater|(?:north|south)?[- ]?(?:north|south|east|west)(?:ern)?)\s+)+/i
/** `30 km south of` */
const DIRECTED = /^.*\b(?:north|south|east|west)(?:ern)?\s+of\s+/i
/** More than one place, or the area between them. */
const SEVERAL = /\b(?:and|or|between|various|several|across|throughout)\b|[/&]|\bfrom\b.*\bto\b/i
const DISTANCE = /\d\s*(?:km|kms|kilomet|miles?)\b|\d\s*kilomet/i

/** The place of an incident, as far as the free text names it. */
interface IbcPlace {
  admin1: string | null
  place: string | null
  geo_precision: 'near' | 'admin1' | 'unknown'
}

/**
 * Parses the town from a free text such as `Al-Bayaa, southwest Baghdad`: its last part without the words for a
 * position in the town or near it. A guess, and so never `exact`.
 */
export function parseIbcPlace(location: string | null): IbcPlace {
  const nowhere: IbcPlace = { admin1: null, place: null, geo_precision: 'unknown' }
  if (location === null) return nowhere
  const parts = location
    .replace(/\([^)]*\)/g, ' ')
    .split(',')
    .map((part) =>
      part
        .replace(/\s+/g, ' ')
        .replace(/[.?]+$/, '')
        .trim(),
    )
    .filter((part) => part !== '' && !/^iraq$/i.test(part))
  const last = parts.at(-1)
  if (last === undefined) return nowhere
  const admin1 = parseGovernorate(last)
  const rest = admin1 === null ? last : parts.at(-2)
  const place = rest === undefined || SEVERAL.test(rest) ? null : parseTown(rest)
  if (place === null) return { admin1, place, geo_precision: admin1 === null ? 'unknown' : 'admin1' }
  // A distance is from an unknown point in the town: it may not be near.
  return { admin1, place, geo_precision: DISTANCE.test(rest ?? '') ? 'unknown' : 'near' }
}

function parseGovernorate(part: string): string | null {
  const name = part.replace(DIRECTED, '').replace(BEFORE, '')
  const bare = name.replace(/\s+(?:province|governorate)$/i, '')
  return bare !== name || GOVERNORATES.has(fold(name)) ? bare : null
}

function parseTown(part: string): string | null {
  // With a trailing space, a text of such words only becomes empty.
  const name = `${part.replace(DIRECTED, '')} `.replace(BEFORE, '').trim()
  return /\p{L}/u.test(name) ? name : null
}
