import { OperatorError } from '../../../errors.ts'
import { findMark } from '../encoding/encoding.ts'
import { shorten } from '../rows/text.ts'

const WANTED = 'give a CSV, NDJSON or XLSX file'

/** The first bytes of other formats, and advice for each. */
const FORMATS: readonly (readonly [magic: string, kind: string, advice: string])[] = [
  [
    'd0cf11e0a1b11ae1',
    'an old (.xls) or password-protected workbook',
    'save it as .xlsx without a password, or as CSV',
  ],
  ['fffe0000', 'text in UTF-32', 'save it as UTF-8'],
  ['0000feff', 'text in UTF-32', 'save it as UTF-8'],
  ['425a68', 'compressed by bzip2', 'unpack it first'],
  ['fd377a585a00', 'compressed by xz', 'unpack it first'],
  ['28b52ffd', 'compressed by Zstandard', 'unpack it first'],
  ['377abcaf271c', 'a 7-Zip archive', 'unpack it first'],
  ['526172211a07', 'a RAR archive', 'unpack it first'],
  ['25504446', 'a PDF document', WANTED],
  ['89504e470d0a1a0a', 'a PNG image', WANTED],
  ['ffd8ff', 'a JPEG image', WANTED],
  ['50415231', 'a Parquet file', WANTED],
  ['53514c69746520666f726d6174203300', 'a SQLite database', WANTED],
  ['7f454c46', 'a program', WANTED],
]

/** Bytes in which control characters are counted. */
const SAMPLE = 65_536

/** @throws OperatorError when a file that begins with these bytes is not text: it names the format, if known */
export function rejectUnsupportedFormat(head: Buffer, name: string): void {
  for (const [magic, kind, advice] of FORMATS) {
    if (head.toString('hex', 0, magic.length / 2) === magic)
      throw new OperatorError(`${name} is ${kind}: ${advice}`)
  }
  if (head.toString('latin1', 257, 262) === 'ustar')
    throw new OperatorError(`${name} is a tar archive: unpack it first`)
  if (findMark(head)?.encoding.startsWith('utf-16')) return
  const sample = head.subarray(0, SAMPLE)
  let nuls = 0
  let controls = 0
  for (const byte of sample) {
    if (byte === 0) nuls += 1
    // Tab, LF, VT, FF, CR and the old end-of-file mark occur in text.
    else if (byte < 9 || (byte > 13 && byte < 32 && byte !== 26)) controls += 1
  }
  if (nuls > 8 && nuls > 0.3 * sample.length)
    throw new OperatorError(
      `${name} is not text in UTF-8, but perhaps in UTF-16 without a byte-order mark: save it as UTF-8`,
    )
  if (nuls + controls > 8 && nuls + controls > 0.02 * sample.length)
    throw new OperatorError(`${name} is not text, nor compressed in a supported format: ${WANTED}`)
}

/** @throws OperatorError when a text is HTML, XML or JSON other than NDJSON */
export function rejectUnsupportedText(start: string, name: string): void {
  if (/^\s*<(!doctype|html|head|body)/i.test(start)) {
    throw new OperatorError(
      `${name} is a web page: perhaps the download asked for a login; get the file itself`,
    )
  }
  if (/^\s*<\?xml|^\s*<[a-z]+[ >]/i.test(start)) throw new OperatorError(`${name} is XML: ${WANTED}`)
  if (/^\s*\[/.test(start))
    throw new OperatorError(
      `${name} is a JSON array: give NDJSON, one object on each line, without brackets and commas between`,
    )
  const message = findErrorMessage(start)
  if (message !== null) {
    throw new OperatorError(
      `${name} is an error message in JSON (${shorten(message)}): perhaps the download asked for a login; get the file itself`,
    )
  }
  if (/^\s*\{\s*[\r\n]/.test(start))
    throw new OperatorError(`${name} is JSON over several lines: give NDJSON, one object on each line`)
}

/** The object with an error that a service returned instead of the file, in one line; else null. */
function findErrorMessage(start: string): string | null {
  try {
    const value: unknown = JSON.parse(start)
    const isError = ['error', 'errors', 'message'].some((key) => Object.hasOwn(Object(value), key))
    return isError ? JSON.stringify(value) : null
  } catch {
    return null
  }
}
