/** Compares two ids in the binary order of UTF-8, as databases do; for `sort`. */
export function compareIds(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Ranks a UTF-16 code unit in the order of UTF-8: surrogates encode characters above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

/** Puts two records in the order in which a link names them. */
export function orderPair<T extends { id: string }>(one: T, other: T): [T, T] {
  return compareIds(one.id, other.id) < 0 ? [one, other] : [other, one]
}
