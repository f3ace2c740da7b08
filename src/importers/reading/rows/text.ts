const MAX_SHOWN = 200

/** Cuts a value for an error message to 200 characters. */
export function shorten(value: string): string {
  if (value.length <= MAX_SHOWN) return value
  // Without half of a surrogate pair at the cut.
  return detach(`${value.slice(0, MAX_SHOWN - 1).replace(/[\ud800-\udbff]$/, '')}…`)
}

/** Copies a part of a larger text: a plain slice would keep the larger text in memory. */
export function detach(text: string): string {
  return ` ${text}`.slice(1)
}
