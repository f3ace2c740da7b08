import { fold } from '../../text/fold.ts'
import type { KindStyle } from '../contract/kind-style.ts'

/**
 * Words for kinds of first-level division, folded: the subdivision categories of ISO 3166-2 in English and in the
 * languages of the countries concerned, as data sets and GeoNames append them to names or put them before.
 */
const DIVISION_WORDS: readonly string[] = [
  'province governorate region department district division state county prefecture emirate republic territory',
  'parish canton municipality commune',
  // Slavic, Turkic and Persian: oblasts and raions of the former Soviet Union, voivodeships, provinces of Iran.
  'oblast krai kray okrug raion rayon respublika voivodeship zupanija judet viloyat viloyati oblysy velayat ostan',
  'vilayet',
  // Arabic, in its transliterations.
  'wilaya wilayat muhafazat muhafazah mohafazat mintaqat mintaqah imarat liwa shabiyah',
  // Romance and Germanic.
  'provincia provinsi departamento departement estado etat regiao distrito fylke provincie',
  // Asia and Africa.
  'changwat sheng pradesh kilil woreda zone anchal bibhag',
].flatMap((words) => words.split(' '))

/** Words for kinds of settlement and smaller division, as UCDP appends them to names. */
const SETTLEMENT_WORDS: readonly string[] = [
  // `disctrict` is written so in UCDP's file of Bangladesh.
  'town;city;village;locality;settlement;area;neighbourhood;neighborhood;suburb;township;borough;ward;camp',
  'refugee camp;district;disctrict;sub district;subdistrict;sub division;sub county;sub prefecture;upazila;thana',
  'tehsil;taluk;mandal;commune;municipality',
].flatMap((words) => words.split(';'))

/**
 * Names of which such a word is a part, folded: without it they would name another place, or none. The towns of
 * GeoNames (CC BY 4.0) that news and data sets name most.
 */
const WHOLE_NAMES = new Set(
  `cape town, george town, mexico city, new york city, salt lake city, kansas city, oklahoma city, jersey city,
  atlantic city, carson city, jefferson city, iowa city, sioux city, dodge city, quebec city, ho chi minh city,
  kuwait city, guatemala city, panama city, belize city, vatican city, benin city, quezon city, cebu city, davao city,
  zamboanga city, cotabato city, iligan city, marawi city, general santos city, iloilo city, baguio city, butuan city,
  cagayan de oro city, pagadian city, dipolog city, ozamis city, tacloban city, tarlac city, sadr city, gaza city,
  hamas city, sharm city, madinat city, sun city, foster city, daly city, victoria city, medical city, new cairo city,
  free state, orange free state, central african republic, dominican republic, long island, green village`
    .split(',')
    .map((name) => name.trim()),
)

/** Words that distinguish and name nothing: a kind after one of them is part of the name (`Old city`). */
const ADJECTIVES = new Set(
  `north south east west central northern southern eastern western north east north west south east south west
  northeast northwest southeast southwest northeastern northwestern southeastern southwestern upper lower middle inner
  outer greater new old capital federal national autonomous metropolitan urban rural special administrative free
  coastal river lake the of`.split(/\s+/),
)

const KIND_WORDS = [...new Set([...DIVISION_WORDS, ...SETTLEMENT_WORDS])]
/** A kind at the end of a name: after a blank or hyphen, or in brackets. */
function trailing(words: readonly string[], flags: string): RegExp {
  return new RegExp(`[\\s,-]+\\(?(?:${toPattern(words)})\\)?\\s*$`, flags)
}

const DIVISION_AT_END = new RegExp(`\\s(?:${toPattern(DIVISION_WORDS)})$`)
const DIVISION_AT_START = new RegExp(
  `^(?:${toPattern(DIVISION_WORDS)})\\s(?:(?:of|de|du|des|d|da|do|la|le|the)\\s)*`,
)
const SETTLEMENT_AT_END = new RegExp(`\\s(?:${toPattern(SETTLEMENT_WORDS)})$`)
/** The Arabic article, as transliterations write it, and assimilated to the letter after it. */
const ARTICLE = /^(?:al|el|ad|an|ar|as|ash|at|az|adh)\s/

function toPattern(words: readonly string[]): string {
  const longestFirst = words.toSorted((a, b) => b.length - a.length)
  return longestFirst.map((word) => word.replace(/ /g, '[\\s-]')).join('|')
}

const TRAILING = {
  // The city of a province of the same name is a division of its own: `Kyiv city` and `Kyiv oblast`.
  division: { appended: trailing(DIVISION_WORDS, 'i'), named: trailing(DIVISION_WORDS, '') },
  town: { appended: trailing(KIND_WORDS, 'i'), named: trailing(KIND_WORDS, '') },
} as const satisfies Record<string, Record<KindStyle, RegExp>>

/**
 * Takes the words for its kind off the end of a name, as far as the data set appends them: `Patiya sub-district`
 * becomes `Patiya`. Whole where they are part of a proper name (`Mexico City`), or where nothing of its own is left
 * (`Northern province`, `Province 1`).
 */
export function removeKind(text: string, style: KindStyle, of: 'division' | 'town' = 'town'): string {
  const pattern = TRAILING[of][style]
  let name = text.replace(/\s+/g, ' ').trim()
  // `Rajshahi City town`, `Sadar upazila (sub-district)`
  while (!WHOLE_NAMES.has(fold(name))) {
    const shorter = name.replace(pattern, '').trim()
    const folded = fold(shorter)
    if (shorter === name || !isName(folded) || ADJECTIVES.has(folded.split(' ').at(-1) ?? '')) break
    name = shorter
  }
  return name
}

/** The folded forms in which a first-level division is looked up, the likeliest first; the first is the name itself. */
export function divisionForms(text: string): string[] {
  const whole = fold(text)
  const bare = [whole.replace(DIVISION_AT_END, ''), whole.replace(DIVISION_AT_START, '')].filter(isName)
  return withoutArticles([whole, ...(WHOLE_NAMES.has(whole) ? [] : bare)])
}

/**
 * The folded forms in which a town or district is looked up, the likeliest first: whole, without words for its kind,
 * and of `City - District` the parts, the last first.
 */
export function townForms(text: string): string[] {
  const parts = text.split(/ - /)
  const names = [text, ...(parts.length > 1 ? parts.toReversed() : [])]
  const forms = names.flatMap((name) => [fold(name), fold(removeKind(name, 'appended'))])
  const whole = fold(text)
  if (!WHOLE_NAMES.has(whole)) forms.push(whole.replace(SETTLEMENT_AT_END, ''))
  return withoutArticles(forms.filter(isName))
}

function withoutArticles(forms: readonly string[]): string[] {
  return [...new Set([...forms, ...forms.map((form) => form.replace(ARTICLE, ''))])].filter(Boolean)
}

/** Whether a folded text has a word that names something. */
function isName(folded: string): boolean {
  return folded.split(' ').some((word) => word !== '' && !ADJECTIVES.has(word) && !/^\d+$/.test(word))
}
