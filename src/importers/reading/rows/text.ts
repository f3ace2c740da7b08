const MAX_SHOWN = 200

/** Characters that show nothing: spaces of any width, or without one. */
export const BLANKS =
  '\t\n\v\f\r \u0085\u00a0\u00ad\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a' +
  '\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u205f\u2060\u2800\u3000\u3164\ufeff'
const BLANK = new RegExp(`^[${BLANKS}]*$`)

/** Whether a text shows nothing: it is empty, or of blanks of any kind. */
export function isBlank(text: string): boolean {
  return text === '' || BLANK.test(text)
}

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
