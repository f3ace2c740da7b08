import { pipeline, Readable, type Transform } from 'node:stream'
import { OperatorError } from '../../../errors.ts'
import type { Bytes } from '../encoding/bytes.ts'
import { BOMB_GRACE, BOMB_RATIO, MOST_UNPACKED } from '../rows/limits.ts'

/** Bytes, of which some file is the source. */
export interface Origin {
  /** The file, as messages name it. */
  name: string
  /** How many bytes of it were used for what has come out so far. */
  spent: () => number
}

/**
 * Unpacks bytes as they come.
 * @throws OperatorError when they are damaged or cut short, or when more comes out of them than can be meant
 */
export async function* inflate(
  bytes: Bytes,
  inflater: Transform,
  { name, spent }: Origin,
): AsyncGenerator<Buffer> {
  // Errors of either come out of the inflater.
  pipeline(Readable.from(bytes), inflater, () => {})
  let size = 0
  try {
    for await (const chunk of inflater as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MOST_UNPACKED || (size > BOMB_GRACE && size > BOMB_RATIO * spent())) {
        throw new OperatorError(
          `${name} unpacks to far more than any data set (${amount(size)} from ${amount(spent())}): unpack and look at it before giving it`,
        )
      }
      yield chunk
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (!code?.startsWith('Z_')) throw error
    throw new OperatorError(
      code === 'Z_BUF_ERROR'
        ? `${name} is cut short: its compressed data ends too early; get it again`
        : `${name} is damaged: its compressed data cannot be unpacked (${message}); get it again`,
      { cause: error },
    )
  }
}

function amount(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`
}
