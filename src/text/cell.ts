/** The beginning of a formula for a spreadsheet, after any number of escaping apostrophes. */
const FORMULA = /^'*[=+\-@\t\r]/

/**
 * Escapes a text that a spreadsheet would run as a formula with an apostrophe, and a text that looks escaped
 * already with another one. An apostrophe at the beginning of any other text is kept.
 */
export function escapeFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

/** Reverses {@link escapeFormula}. */
export function unescapeFormula(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell
}

const SEPARATOR = '; '

/** A quoted item, followed by a separator or the end. */
const QUOTED_ITEM = /"([^"]*(?:""[^"]*)*)"(?=; |$)/y

/**
 * Joins a list into one text that {@link splitItems} reverses. Items are separated by a semicolon and a space; an
 * item that contains the separator, begins with a quotation mark or is empty is quoted, with quotation marks inside
 * it doubled. A null item is written as nothing; a list without items is null.
 */
export function joinItems(items: readonly (string | null)[]): string | null {
  return items.length > 0 ? items.map(formatItem).join(SEPARATOR) : null
}

function formatItem(item: string | null): string {
  if (item === null) return ''
  const isPlain = item !== '' && !item.startsWith('"') && !item.includes(SEPARATOR)
  return isPlain ? item : `"${item.replaceAll('"', '""')}"`
}

/** Reverses {@link joinItems}; null where a quoted item is not terminated. */
export function splitItems(text: string): (string | null)[] | null {
  const items: (string | null)[] = []
  for (let position = 0; ; position += SEPARATOR.length) {
    if (text[position] === '"') {
      QUOTED_ITEM.lastIndex = position
      const [, quoted] = QUOTED_ITEM.exec(text) ?? []
      if (quoted === undefined) return null
      items.push(quoted.replaceAll('""', '"'))
      position = QUOTED_ITEM.lastIndex
    } else {
      const end = text.indexOf(SEPARATOR, position)
      items.push(text.slice(position, end < 0 ? undefined : end) || null)
      position = end < 0 ? text.length : end
    }
    if (position >= text.length) return items
  }
}
