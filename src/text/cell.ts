/** How texts and lists stand in a cell of a table, so that every one of them can be read back. */

/** What a spreadsheet takes for the beginning of a formula, behind any number of guards. */
const FORMULA = /^'*[=+\-@\t\r]/

/**
 * Guards a text from being run as a formula by a spreadsheet: an apostrophe goes before it, and before a text
 * that looks guarded already. An apostrophe that begins any other text is left alone.
 */
export function escapeFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

/** The text that {@link escapeFormula} made a cell of. */
export function unescapeFormula(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell
}

const SEPARATOR = '; '

/** Behind a quoted item comes another one or the end. */
const QUOTED_ITEM = /"([^"]*(?:""[^"]*)*)"(?=; |$)/y

/**
 * A list as one text, its items separated by a semicolon and a space. An item that holds just that, begins with
 * a quotation mark or is an empty text stands in quotation marks, those inside it doubled. Null is nothing
 * between two separators; a list without items is null.
 */
export function joinItems(items: readonly (string | null)[]): string | null {
  return items.length > 0 ? items.map(itemText).join(SEPARATOR) : null
}

function itemText(item: string | null): string {
  if (item === null) return ''
  const isPlain = item !== '' && !item.startsWith('"') && !item.includes(SEPARATOR)
  return isPlain ? item : `"${item.replaceAll('"', '""')}"`
}

/** The items that {@link joinItems} made a text of; null where a quoted item does not end as it should. */
export function splitItems(text: string): (string | null)[] | null {
  const items: (string | null)[] = []
  for (let at = 0; ; at += SEPARATOR.length) {
    if (text[at] === '"') {
      QUOTED_ITEM.lastIndex = at
      const [, quoted] = QUOTED_ITEM.exec(text) ?? []
      if (quoted === undefined) return null
      items.push(quoted.replaceAll('""', '"'))
      at = QUOTED_ITEM.lastIndex
    } else {
      const end = text.indexOf(SEPARATOR, at)
      items.push(text.slice(at, end < 0 ? undefined : end) || null)
      at = end < 0 ? text.length : end
    }
    if (at >= text.length) return items
  }
}
