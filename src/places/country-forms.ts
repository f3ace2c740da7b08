/** `Congo, Democratic Republic of the`: a name, a comma, and what comes before the name otherwise. */
const INVERTED = /^([^,]+), (.+)$/
/** `Iran (Islamic Republic of)`: the same in brackets. */
const BRACKETED = /^(.+) \(([^()]+)\)$/

/**
 * The forms in which a country may be listed that is named by a text, the text itself first: inverted names in their
 * order, without an article, with words for signs and abbreviations.
 */
export function listCountryForms(text: string): string[] {
  const plain = text
    .replaceAll('&', ' and ')
    .replace(/\bSt\.? /gi, 'Saint ')
    .replace(/\s+/g, ' ')
    .trim()
  const ordered = [plain, plain.replace(INVERTED, '$2 $1'), plain.replace(BRACKETED, '$2 $1')]
  return [...new Set([text, ...ordered, ...ordered.map((form) => form.replace(/^the /i, ''))])]
}
