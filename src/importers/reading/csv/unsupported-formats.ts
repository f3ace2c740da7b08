import { OperatorError } from '../../../errors.ts'
import { shorten } from '../rows/file-row.ts'

const WANTED = 'give a CSV, NDJSON or XLSX file'

/** What files of other kinds begin with, and what to do about them. */
const KINDS: readonly (readonly [magic: string, kind: string, advice: string])[] = [
  [
    'd0cf11e0a1b11ae1',
    'an old (.xls) or password-protected workbook',
    'save it as .xlsx without a password, or as CSV',
  ],
  ['fffe', 'text in UTF-16', 'save it as UTF-8'],
  ['feff', 'text in UTF-16', 'save it as UTF-8'],
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

/** Bytes that tell text from other data, at most. */
const SAMPLE = 65_536

/** @throws OperatorError when a file that begins so is no text: it says what it is instead, as far as it can be told */
export function refuseForeign(head: Buffer, name: string): void {
  for (const [magic, kind, advice] of KINDS) {
    if (head.toString('hex', 0, magic.length / 2) === magic)
      throw new OperatorError(`${name} is ${kind}: ${advice}`)
  }
  if (head.toString('latin1', 257, 262) === 'ustar')
    throw new OperatorError(`${name} is a tar archive: unpack it first`)
  const sample = head.subarray(0, SAMPLE)
  let nuls = 0
  let controls = 0
  for (const byte of sample) {
    if (byte === 0) nuls += 1
    // Of the others, tab, LF, VT, FF, CR and the old end-of-file mark occur in text.
    else if (byte < 9 || (byte > 13 && byte < 32 && byte !== 26)) controls += 1
  }
  if (nuls > 8 && nuls > 0.3 * sample.length)
    throw new OperatorError(`${name} is not text in UTF-8, but perhaps in UTF-16: save it as UTF-8`)
  if (nuls + controls > 8 && nuls + controls > 0.02 * sample.length)
    throw new OperatorError(`${name} is not text, nor a packed file that is known here: ${WANTED}`)
}

/** @throws OperatorError when a text is plainly no table */
export function refuseForeignText(start: string, name: string): void {
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
  const answer = errorMessage(start)
  if (answer !== null) {
    throw new OperatorError(
      `${name} is an error message in JSON (${shorten(answer)}): perhaps the download asked for a login; get the file itself`,
    )
  }
  if (/^\s*\{\s*[\r\n]/.test(start))
    throw new OperatorError(`${name} is JSON over several lines: give NDJSON, one object on each line`)
}

/** The one object of a text that speaks of an error, as services answer instead of a file, in one line; else null. */
function errorMessage(start: string): string | null {
  try {
    const answer: unknown = JSON.parse(start)
    const speaks = ['error', 'errors', 'message'].some((key) => Object.hasOwn(Object(answer), key))
    return speaks ? JSON.stringify(answer) : null
  } catch {
    return null
  }
}
