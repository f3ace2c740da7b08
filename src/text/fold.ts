import anyAscii from 'any-ascii'

/** Variants of Arabic letters that are used interchangeably, each with the form that replaces it. */
const ARABIC_FORMS = new Map(
  ['آأإٱ ا', 'ىیېئ ي', 'ؤ و', 'ةۀ ه', 'ک ك'].flatMap((row) => {
    const [variants = '', form = ''] = row.split(' ')
    return [...variants].map((variant) => [variant, form] as const)
  }),
)
const ARABIC_FORM = new RegExp(`[${[...ARABIC_FORMS.keys()].join('')}]`, 'gu')

/** Accents and vowel points. The vowel signs of Indic scripts distinguish words and are kept. */
const ACCENTS = /[\p{M}&&[\p{Script=Inherited}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}]]/gv
/** Apostrophes as typed, the modifier letters of transliteration (ʾ ʿ ʼ), hamza and the Arabic stretcher. */
const APOSTROPHES = /['’‘`´\u02b0-\u02ffءـ]/gu

/** ASCII letters and digits, with single spaces between words. */
const PLAIN = /^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$/
const ASCII = /^[\0-\x7f]*$/

/**
 * Folds a text to the form in which names and texts are compared: without case, accents, apostrophes
 * (including hamza and ʿayn) and variants of Arabic letters; anything that is neither letter nor digit
 * separates words. `Sāmarrāʾ`, `Samarra'` and `SAMARRA` fold to `samarra`; scripts stay apart.
 */
export function fold(text: string): string {
  // Fast paths: most texts are ASCII, in which all that follows comes to this.
  if (PLAIN.test(text)) return text.toLowerCase()
  if (ASCII.test(text))
    return text
      .toLowerCase()
      .replace(/['`]/g, '')
      .replace(/[^a-z0-9]+/g, ' ')
      .trim()
  const known = FOLDED.get(text)
  if (known !== undefined) return known
  const folded = foldLetters(text)
  if (FOLDED.size >= MAX_FOLDED) FOLDED.clear()
  if (text.length <= MAX_NAME) FOLDED.set(text, folded)
  return folded
}

/** A cache: the rows of a file repeat their names, and folding letters outside of ASCII takes 5 µs and more. */
const FOLDED = new Map<string, string>()
const MAX_FOLDED = 20_000
/** Longer texts are hardly names. */
const MAX_NAME = 100

function foldLetters(text: string): string {
  return text
    .normalize('NFKC')
    .replace(ARABIC_FORM, (letter) => ARABIC_FORMS.get(letter) ?? letter)
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .replace(APOSTROPHES, '')
    .replace(/\p{Script=Latin}/gu, (letter) => anyAscii(letter))
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim()
    .normalize('NFC')
}

/** Scripts that are written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu

/**
 * Folds a text and splits it into words for the full-text index. In unspaced scripts each character is a word, so
 * that a search also finds the middle of a text.
 */
export function splitWords(text: string): string[] {
  if (ASCII.test(text)) return fold(text).split(' ').filter(Boolean)
  const found: string[] = []
  for (const piece of text.split(/\s+/)) found.push(...splitPiece(piece))
  return found
}

/** Folds a text to the words that the full-text index keeps of it, separated by spaces. */
export function foldWords(text: string): string {
  return ASCII.test(text) ? fold(text) : splitWords(text).join(' ')
}

/** Folds a text and splits it into phrases for a search: a word, or adjacent characters of an unspaced script. */
export function splitPhrases(text: string): string[] {
  return fold(text)
    .split(' ')
    .map((phrase) => splitWords(phrase).join(' '))
    .filter(Boolean)
}

/** A cache: texts repeat their words, and folding dominates the time of an import. */
const PIECES = new Map<string, readonly string[]>()
const MAX_PIECES = 100_000

function splitPiece(piece: string): readonly string[] {
  const known = PIECES.get(piece)
  if (known) return known
  const found = fold(piece).replace(UNSPACED, ' $& ').split(' ').filter(Boolean)
  if (PIECES.size >= MAX_PIECES) PIECES.clear()
  PIECES.set(piece, found)
  return found
}
