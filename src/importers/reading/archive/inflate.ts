import { pipeline, Readable, type Transform } from 'node:stream'
import { OperatorError } from '../../../errors.ts'
import type { Bytes } from '../encoding/bytes.ts'
import { BOMB_GRACE, BOMB_RATIO, MAX_UNPACKED_BYTES } from '../rows/limits.ts'

/** The file from which bytes are unpacked. */
export interface Origin {
  /** The file, as messages name it. */
  name: string
  /** The number of its bytes that were used for the output so far. */
  spent: () => number
}

/**
 * Unpacks bytes in a stream.
 * @throws OperatorError when they are damaged or truncated, or unpack to more than any data set (a bomb)
 */
export async function* inflate(
  bytes: Bytes,
  inflater: Transform,
  { name, spent }: Origin,
): AsyncGenerator<Buffer> {
  // Errors of either stream are thrown by the inflater.
  pipeline(Readable.from(bytes), inflater, () => {})
  let size = 0
  try {
    for await (const chunk of inflater as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MAX_UNPACKED_BYTES || (size > BOMB_GRACE && size > BOMB_RATIO * spent())) {
        throw new OperatorError(
          `${name} unpacks to far more than any data set (${formatAmount(size)} from ${formatAmount(spent())}): unpack and look at it before giving it`,
        )
      }
      yield chunk
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (!code?.startsWith('Z_')) throw error
    throw new OperatorError(
      code === 'Z_BUF_ERROR'
        ? `${name} is cut short: its compressed data ends too early; download it again`
        : `${name} is damaged: its compressed data cannot be unpacked (${message}); download it again`,
      { cause: error },
    )
  }
}

function formatAmount(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`
}
