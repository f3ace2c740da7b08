import { isUtf8 } from 'node:buffer'
import { OperatorError } from '../../../errors.ts'

/** An encoding that an operator can choose. */
export type Encoding = 'utf-8' | 'windows-1252' | 'iso-8859-1'

/** How a file is to be decoded. */
export interface DecodingOptions {
  encoding: 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be'
  /** Whether bytes that are invalid in the encoding reject the whole file, not only their rows. */
  isStrict: boolean
  /** Bytes of the byte-order mark. */
  skip: number
}

/** Byte-order marks, in hexadecimal digits. */
const MARKS = { 'utf-8': 'efbbbf', 'utf-16le': 'fffe', 'utf-16be': 'feff' } as const

/** Share of UTF-8 among non-ASCII text above which the other bytes are damage and not Windows-1252. */
const MIN_UTF8_SHARE = 0.1

const ADVICE = 'give --encoding utf-8 to reject only the rows that are not, or --encoding windows-1252'

/** The encoding that a byte-order mark names, and the length of the mark; null without one. */
export function findMark(head: Buffer): { encoding: keyof typeof MARKS; skip: number } | null {
  for (const [encoding, mark] of Object.entries(MARKS) as [keyof typeof MARKS, string][]) {
    const skip = mark.length / 2
    if (head.toString('hex', 0, skip) === mark) return { encoding, skip }
  }
  return null
}

/**
 * Detects the encoding from the first bytes. UTF-16 needs a byte-order mark. Text that is not UTF-8 is taken for Windows-1252, the encoding of
 * many data sets of the field, of which ISO-8859-1 is a part.
 * @throws OperatorError when they fit neither
 */
export function detectEncoding(
  head: Buffer,
  isAll: boolean,
  { name, encoding }: { name: string; encoding: Encoding | undefined },
): DecodingOptions {
  const mark = findMark(head)
  if (mark && mark.encoding !== 'utf-8') {
    if (encoding === undefined) return { ...mark, isStrict: true }
    throw new OperatorError(`${name} begins with the mark of UTF-16: leave out --encoding ${encoding}`)
  }
  const isMarked = mark !== null
  if (encoding === 'windows-1252' || encoding === 'iso-8859-1') {
    if (!isMarked) return { encoding: 'windows-1252', isStrict: false, skip: 0 }
    throw new OperatorError(`${name} begins with the mark of UTF-8: leave out --encoding ${encoding}`)
  }
  const skip = mark?.skip ?? 0
  const sample = isAll ? head : head.subarray(0, completeLength(head, 'utf-8'))
  if (encoding === 'utf-8' || isUtf8(sample))
    return { encoding: 'utf-8', isStrict: encoding === undefined, skip }

  const invalidLine = lineAt(sample, firstInvalid(sample))
  if (isMarked)
    throw new OperatorError(
      `${name} begins with the mark of UTF-8, but line ${invalidLine} is not UTF-8: ${ADVICE}`,
    )
  const text = sample.toString('utf8')
  const invalid = text.match(/\ufffd/g)?.length ?? 0
  const valid = text.match(/[^\0-\x7f\ufffd]/g)?.length ?? 0
  if (valid > MIN_UTF8_SHARE * invalid)
    throw new OperatorError(`${name} is UTF-8 in some lines, but line ${invalidLine} is not: ${ADVICE}`)
  const unknown = decodeWindows1252(sample).indexOf('\ufffd')
  if (unknown >= 0) {
    throw new OperatorError(
      `${name} is neither UTF-8 nor Windows-1252, as line ${lineAt(sample, unknown)} shows: save it as UTF-8`,
    )
  }
  return { encoding: 'windows-1252', isStrict: true, skip }
}

function lineAt(bytes: Buffer, index: number): number {
  const before = bytes.toString('latin1', 0, index)
  return 1 + (before.match(/\r\n|\n|\r/g)?.length ?? 0)
}

/** The number of bytes up to the last complete character, if they are of the encoding. */
export function completeLength(bytes: Buffer, encoding: DecodingOptions['encoding']): number {
  switch (encoding) {
    case 'windows-1252':
      return bytes.length
    case 'utf-8':
      return completeUtf8Length(bytes)
    default: {
      const even = bytes.length - (bytes.length % 2)
      // The first half of a surrogate pair is 0xd800 to 0xdbff.
      const high = bytes[encoding === 'utf-16le' ? even - 1 : even - 2] ?? 0
      return (high & 0b1111_1100) === 0xd8 ? even - 2 : even
    }
  }
}

function completeUtf8Length(bytes: Buffer): number {
  const last = bytes.length - 1
  for (let at = last; at >= 0 && at > last - 3; at -= 1) {
    const byte = bytes[at] as number
    if ((byte & 0b1100_0000) === 0b1000_0000) continue
    const length = byte < 0b1100_0000 ? 1 : byte < 0b1110_0000 ? 2 : byte < 0b1111_0000 ? 3 : 4
    return at + length > bytes.length ? at : bytes.length
  }
  return bytes.length
}

/** The index of the first byte that is not UTF-8. */
function firstInvalid(bytes: Buffer): number {
  // The bytes up to `valid` are UTF-8, those up to `invalid` are not.
  let valid = 0
  let invalid = bytes.length
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1
    const part = bytes.subarray(0, middle)
    if (isUtf8(part.subarray(0, completeUtf8Length(part)))) valid = middle
    else invalid = middle
  }
  return completeUtf8Length(bytes.subarray(0, valid))
}

/** The characters of Windows-1252 at 0x80 to 0x9f; U+FFFD where it has none. */
const WINDOWS_1252 = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ'

/** Decodes Windows-1252. TextDecoder reads ISO-8859-1 instead in Node 20.18.3 and others (nodejs/node#56542). */
export function decodeWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80] as string)
}

/** Decodes complete characters; what is invalid in UTF-8 and undefined in Windows-1252 becomes U+FFFD. */
export function decodeText(bytes: Buffer, encoding: DecodingOptions['encoding']): string {
  switch (encoding) {
    case 'utf-8':
      return bytes.toString('utf8')
    case 'windows-1252':
      return decodeWindows1252(bytes)
    case 'utf-16le':
      return bytes.toString('utf16le')
    case 'utf-16be':
      return Buffer.from(bytes.subarray(0, bytes.length & ~1))
        .swap16()
        .toString('utf16le')
  }
}

/** The text before the first bytes that are invalid in the encoding; null where all are valid. */
export function validPart(bytes: Buffer, text: string, encoding: DecodingOptions['encoding']): string | null {
  if (encoding === 'utf-8') return isUtf8(bytes) ? null : bytes.toString('utf8', 0, firstInvalid(bytes))
  // In UTF-16, half of a surrogate pair or of a unit.
  const invalid = encoding === 'windows-1252' ? text.indexOf('\ufffd') : text.search(/\p{Surrogate}/u)
  if (invalid >= 0) return text.slice(0, invalid)
  return encoding !== 'windows-1252' && bytes.length % 2 === 1 ? text : null
}
