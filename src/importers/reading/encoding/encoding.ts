import { isUtf8 } from 'node:buffer'
import { OperatorError } from '../../../errors.ts'

/** An encoding that an operator can choose. */
export type Encoding = 'utf-8' | 'windows-1252' | 'iso-8859-1'

/** How a file is to be decoded. */
export interface DecodingOptions {
  encoding: 'utf-8' | 'windows-1252'
  /** Whether bytes that are invalid in the encoding reject the whole file, not only their rows. */
  isStrict: boolean
  /** Bytes of the byte-order mark. */
  skip: number
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** Share of UTF-8 among non-ASCII text above which the other bytes are damage and not Windows-1252. */
const MIN_UTF8_SHARE = 0.1

const ADVICE = 'give --encoding utf-8 to reject only the rows that are not, or --encoding windows-1252'

/**
 * Detects the encoding from the first bytes. Text that is not UTF-8 is taken for Windows-1252, the encoding of
 * many data sets of the field, of which ISO-8859-1 is a part.
 * @throws OperatorError when they fit neither
 */
export function detectEncoding(
  head: Buffer,
  isAll: boolean,
  { name, encoding }: { name: string; encoding: Encoding | undefined },
): DecodingOptions {
  const isMarked = head.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
  if (encoding === 'windows-1252' || encoding === 'iso-8859-1') {
    if (!isMarked) return { encoding: 'windows-1252', isStrict: false, skip: 0 }
    throw new OperatorError(`${name} begins with the mark of UTF-8: leave out --encoding ${encoding}`)
  }
  const skip = isMarked ? BYTE_ORDER_MARK.length : 0
  const sample = isAll ? head : head.subarray(0, completeLength(head))
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

/** The number of bytes up to the last complete character, if they are UTF-8. */
export function completeLength(bytes: Buffer): number {
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
export function firstInvalid(bytes: Buffer): number {
  // The bytes up to `valid` are UTF-8, those up to `invalid` are not.
  let valid = 0
  let invalid = bytes.length
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1
    const part = bytes.subarray(0, middle)
    if (isUtf8(part.subarray(0, completeLength(part)))) valid = middle
    else invalid = middle
  }
  return completeLength(bytes.subarray(0, valid))
}

/** The characters of Windows-1252 at 0x80 to 0x9f; U+FFFD where it has none. */
const WINDOWS_1252 = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ'

/** Decodes Windows-1252. TextDecoder reads ISO-8859-1 instead in Node 20.18.3 and others (nodejs/node#56542). */
export function decodeWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80] as string)
}
