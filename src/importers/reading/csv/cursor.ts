const CR = 13
const LF = 10

/** A position that depends on the text that follows. */
export const NOT_YET = -1

/**
 * A position in a text, with the next line end, quotation mark and separator from there. Each is searched again only
 * when the position is past it, so that reading a text takes time linear in its length.
 */
export class Cursor {
  text = ''
  at = 0
  /** Whether nothing follows the text. */
  isLast = false

  // The position of each; the end of the text where there is none. (Infinity would turn them into slow doubles.)
  #lf = -1
  #cr = -1
  #quote = -1
  #separator = -1

  /** @param separator the character between the cells of a row */
  constructor(readonly separator: string) {}

  /** Appends a piece to the unread text, and drops the text that was read. */
  push(piece: string): void {
    this.text = this.at < this.text.length ? this.text.slice(this.at) + piece : piece
    this.at = 0
    this.#lf = this.#cr = this.#quote = this.#separator = -1
  }

  /** Unread characters. */
  get left(): number {
    return this.text.length - this.at
  }

  /** The end of the line at `from`: the position of its CRLF, LF or CR, or the end of the file. */
  lineEnd(from: number): number {
    if (this.#lf < from) this.#lf = this.#find('\n', from)
    if (this.#cr < from) this.#cr = this.#find('\r', from)
    const end = this.#cr < this.#lf ? this.#cr : this.#lf
    if (this.isLast || end < this.text.length - 1) return end
    // A CR at the very end may be half of CRLF.
    return end === this.#lf && end < this.text.length ? end : NOT_YET
  }

  /** The next quotation mark; the end of the text where there is none. */
  quote(from: number): number {
    if (this.#quote < from) this.#quote = this.#find('"', from)
    return this.#quote
  }

  /** The next separator; the end of the text where there is none. */
  nextSeparator(from: number): number {
    if (this.#separator < from) this.#separator = this.#find(this.separator, from)
    return this.#separator
  }

  /** Moves after the line end at `end`. */
  skipLineEnd(end: number): void {
    const isPair = this.text.charCodeAt(end) === CR && this.text.charCodeAt(end + 1) === LF
    this.at = end + (isPair ? 2 : 1)
  }

  /** The number of line ends between two positions. */
  countLineEnds(from: number, to: number): number {
    let count = 0
    for (let at = from; at < to; at += 1) {
      const code = this.text.charCodeAt(at)
      if (code === LF || (code === CR && this.text.charCodeAt(at + 1) !== LF)) count += 1
    }
    return count
  }

  #find(mark: string, from: number): number {
    const found = this.text.indexOf(mark, from)
    return found < 0 ? this.text.length : found
  }
}
