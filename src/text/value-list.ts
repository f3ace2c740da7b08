/** A quoted value, with the spaces around it. */
const QUOTED = /\s*"([^"]*(?:""[^"]*)*)"\s*(?=,|$)/y

/**
 * Splits a list of values at its commas. As in CSV (RFC 4180), a value in quotation marks may contain commas, and
 * quotation marks that are doubled; a quotation mark inside another value stands for itself. Spaces around values
 * are removed. Null where a quotation mark that begins a value has no partner, or is not at its end.
 */
export function splitValues(text: string): string[] | null {
  const values: string[] = []
  for (let position = 0; ; position += 1) {
    QUOTED.lastIndex = position
    const quoted = QUOTED.exec(text)
    if (quoted) {
      values.push((quoted[1] as string).replaceAll('""', '"'))
      position = QUOTED.lastIndex
    } else {
      const comma = text.indexOf(',', position)
      const value = text.slice(position, comma < 0 ? undefined : comma).trim()
      if (value.startsWith('"')) return null
      values.push(value)
      position = comma < 0 ? text.length : comma
    }
    if (position >= text.length) return values
  }
}

/** Joins values into a text that {@link splitValues} reverses. */
export function joinValues(values: readonly unknown[]): string {
  return values.map((value) => quoteValue(String(value))).join(',')
}

/** Quotes a value where {@link splitValues} would split or change it. */
export function quoteValue(value: string): string {
  const isPlain = !value.includes(',') && !value.startsWith('"') && value.trim() === value
  return isPlain ? value : `"${value.replaceAll('"', '""')}"`
}
