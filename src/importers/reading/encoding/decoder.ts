import type { Bytes } from './bytes.ts'
import { completeLength, type DecodingOptions, decodeText, validPart } from './encoding.ts'

/** Bytes that are invalid in the encoding of the file; the text before them has been yielded. */
export class DecodingError extends Error {
  override readonly name = 'DecodingError'

  constructor(readonly encoding: DecodingOptions['encoding']) {
    super(`Bytes are not of the encoding ${encoding}`)
  }
}

/** Decodes bytes, however they are cut into chunks. */
export class Decoder {
  /** Whether U+FFFD has been substituted for bytes that are invalid in the encoding. */
  isReplaced = false

  constructor(private readonly options: DecodingOptions) {}

  /** @throws DecodingError in strict decoding */
  async *decode(bytes: Bytes): AsyncGenerator<string> {
    let rest: Buffer = Buffer.alloc(0)
    let { skip } = this.options
    for await (const chunk of bytes) {
      const block = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk.subarray(skip)
      skip = 0
      const end = completeLength(block, this.options.encoding)
      rest = block.subarray(end)
      yield* this.#decodeBlock(block.subarray(0, end))
    }
    yield* this.#decodeBlock(rest)
  }

  *#decodeBlock(bytes: Buffer): Generator<string> {
    const { encoding, isStrict } = this.options
    const text = decodeText(bytes, encoding)
    const valid = validPart(bytes, text, encoding)
    if (valid !== null && isStrict) {
      yield valid
      throw new DecodingError(encoding)
    }
    this.isReplaced ||= valid !== null
    if (text !== '') yield text
  }
}
