import { isUtf8 } from 'node:buffer'

/** How many bytes to take so that no character is cut at the end, if they are UTF-8. */
export function wholeCharacters(bytes: Buffer): number {
  const last = bytes.length - 1
  for (let at = last; at >= 0 && at > last - 3; at -= 1) {
    const byte = bytes[at] as number
    if ((byte & 0b1100_0000) === 0b1000_0000) continue
    const length = byte < 0b1100_0000 ? 1 : byte < 0b1110_0000 ? 2 : byte < 0b1111_0000 ? 3 : 4
    return at + length > bytes.length ? at : bytes.length
  }
  return bytes.length
}

/** Where the first bytes stand that are not UTF-8. */
export function firstBroken(bytes: Buffer): number {
  // The bytes up to `sound` are UTF-8, those up to `broken` are not.
  let sound = 0
  let broken = bytes.length
  while (broken - sound > 1) {
    const middle = (sound + broken) >> 1
    const part = bytes.subarray(0, middle)
    if (isUtf8(part.subarray(0, wholeCharacters(part)))) sound = middle
    else broken = middle
  }
  return wholeCharacters(bytes.subarray(0, sound))
}
