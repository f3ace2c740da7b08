import { isUtf8 } from 'node:buffer'
import { BrokenText } from '../../../errors.ts'
import type { Bytes } from './bytes.ts'
import type { Decision } from './encoding.ts'
import { firstBroken, wholeCharacters } from './utf8.ts'
import { decodeWindows1252 } from './windows-1252.ts'

/** Turns bytes into text, however they are cut into chunks. */
export class Decoder {
  /** Whether U+FFFD has been put for bytes that are not of the encoding. */
  isReplaced = false

  constructor(private readonly decision: Decision) {}

  /** @throws BrokenText in strict decoding */
  async *decode(bytes: Bytes): AsyncGenerator<string> {
    let rest: Buffer = Buffer.alloc(0)
    let { skip } = this.decision
    for await (const chunk of bytes) {
      const block = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk.subarray(skip)
      skip = 0
      const end = this.decision.encoding === 'utf-8' ? wholeCharacters(block) : block.length
      rest = block.subarray(end)
      yield* this.#piece(block.subarray(0, end))
    }
    yield* this.#piece(rest)
  }

  *#piece(bytes: Buffer): Generator<string> {
    const { encoding, isStrict } = this.decision
    const text = encoding === 'utf-8' ? bytes.toString('utf8') : decodeWindows1252(bytes)
    const isBroken = encoding === 'utf-8' ? !isUtf8(bytes) : text.includes('\ufffd')
    if (isBroken && isStrict) {
      yield encoding === 'utf-8'
        ? bytes.toString('utf8', 0, firstBroken(bytes))
        : text.slice(0, text.indexOf('\ufffd'))
      throw new BrokenText(encoding)
    }
    this.isReplaced ||= isBroken
    if (text !== '') yield text
  }
}
