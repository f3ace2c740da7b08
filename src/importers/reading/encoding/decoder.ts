import { isUtf8 } from 'node:buffer'
import type { Bytes } from './bytes.ts'
import { completeLength, type DecodingOptions, decodeWindows1252, firstInvalid } from './encoding.ts'

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
      const end = this.options.encoding === 'utf-8' ? completeLength(block) : block.length
      rest = block.subarray(end)
      yield* this.#decodeBlock(block.subarray(0, end))
    }
    yield* this.#decodeBlock(rest)
  }

  *#decodeBlock(bytes: Buffer): Generator<string> {
    const { encoding, isStrict } = this.options
    const text = encoding === 'utf-8' ? bytes.toString('utf8') : decodeWindows1252(bytes)
    const isInvalid = encoding === 'utf-8' ? !isUtf8(bytes) : text.includes('\ufffd')
    if (isInvalid && isStrict) {
      yield encoding === 'utf-8'
        ? bytes.toString('utf8', 0, firstInvalid(bytes))
        : text.slice(0, text.indexOf('\ufffd'))
      throw new DecodingError(encoding)
    }
    this.isReplaced ||= isInvalid
    if (text !== '') yield text
  }
}
