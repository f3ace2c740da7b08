/** A query as it is given: what is undefined is left out. */
export type Query = Readonly<Record<string, unknown>>

/**
 * Builds the URL of a request.
 * @param base the URL of the service, without a slash at its end
 * @param values the values of the path's `{…}`
 */
export function buildUrl(base: string, path: string, values: Query = {}, query: Query = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name]
    if (value === undefined || value === '') throw new TypeError(`${path} needs a value for ${name}`)
    return encodeURIComponent(String(value))
  })
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const parameters = new URLSearchParams(
    given.map(([name, value]): [string, string] => [name, formatValue(value)]),
  )
  // In one order, so that equal requests have one URL.
  parameters.sort()
  return given.length === 0 ? `${base}${filled}` : `${base}${filled}?${parameters}`
}

function formatValue(value: unknown): string {
  return Array.isArray(value) ? value.map((item) => quoteItem(String(item))).join(',') : String(value)
}

/** Quotes an item of a list, as in CSV, where the service would split or change it. */
function quoteItem(item: string): string {
  const isPlain = !item.includes(',') && !item.startsWith('"') && item.trim() === item
  return isPlain ? item : `"${item.replaceAll('"', '""')}"`
}
