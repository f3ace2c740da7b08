import { fold } from '../../text/fold.ts'

/** Words for the kind of a place, which names in the gazetteer lack. */
const KIND_WORDS =
  /\b(town|city|village|district|province|governorate|division|municipality|county|state|region|locality|settlement|camp)\b/gi

/**
 * The names to look up for a place, in order: without the words for its kind, then as it is; of
 * "City - District" also the parts, the last first.
 */
export function candidateNames(text: string): string[] {
  const parts = text.split(/ - /)
  const names = [text, ...(parts.length > 1 ? parts.toReversed() : [])].flatMap((name) => [
    name.replace(KIND_WORDS, ' '),
    name,
  ])
  return [...new Set(names.map((name) => name.replace(/\s+/g, ' ').trim()))].filter(
    (name) => fold(name) !== '',
  )
}
