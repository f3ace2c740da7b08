/** What Windows-1252 has at 0x80 to 0x9f; U+FFFD where it has nothing. */
const UPPER = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ'

/** Decodes Windows-1252. TextDecoder reads ISO-8859-1 instead in Node 20.18.3 and others (nodejs/node#56542). */
export function decodeWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (character) => UPPER[character.charCodeAt(0) - 0x80] as string)
}
