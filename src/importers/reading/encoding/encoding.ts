import { isUtf8 } from 'node:buffer'
import { OperatorError } from '../../../errors.ts'
import { firstBroken, wholeCharacters } from './utf8.ts'
import { decodeWindows1252 } from './windows-1252.ts'

/** An encoding that can be asked for. */
export type Encoding = 'utf-8' | 'windows-1252' | 'iso-8859-1'

/** How a file is to be decoded. */
export interface Decision {
  encoding: 'utf-8' | 'windows-1252'
  /** Whether bytes that are not of the encoding refuse the whole file, not only their rows. */
  isStrict: boolean
  /** Bytes of the byte-order mark. */
  skip: number
}

const MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** Share of UTF-8 among what is not ASCII from which on other bytes are damage and not Windows-1252. */
const MIXED = 0.1

const ADVICE = 'give --encoding utf-8 to have only the rows refused that are not, or --encoding windows-1252'

/**
 * Decides on the encoding by the first bytes. Text that is not UTF-8 is taken for Windows-1252, in which many
 * data sets of the field come, and of which ISO-8859-1 is a part.
 * @throws OperatorError when they fit neither
 */
export function decideEncoding(
  head: Buffer,
  isAll: boolean,
  { name, encoding }: { name: string; encoding: Encoding | undefined },
): Decision {
  const isMarked = head.subarray(0, MARK.length).equals(MARK)
  if (encoding === 'windows-1252' || encoding === 'iso-8859-1') {
    if (!isMarked) return { encoding: 'windows-1252', isStrict: false, skip: 0 }
    throw new OperatorError(`${name} begins with the mark of UTF-8: leave out --encoding ${encoding}`)
  }
  const skip = isMarked ? MARK.length : 0
  const sample = isAll ? head : head.subarray(0, wholeCharacters(head))
  if (encoding === 'utf-8' || isUtf8(sample))
    return { encoding: 'utf-8', isStrict: encoding === undefined, skip }

  const broken = lineAt(sample, firstBroken(sample))
  if (isMarked)
    throw new OperatorError(
      `${name} begins with the mark of UTF-8, but line ${broken} is not UTF-8: ${ADVICE}`,
    )
  const text = sample.toString('utf8')
  const invalid = text.match(/\ufffd/g)?.length ?? 0
  const valid = text.match(/[^\0-\x7f\ufffd]/g)?.length ?? 0
  if (valid > MIXED * invalid)
    throw new OperatorError(`${name} is UTF-8 in some lines, but line ${broken} is not: ${ADVICE}`)
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
