import { isDeepStrictEqual } from 'node:util'

/** The name of a property as JSON has it, `"name":`, in words of four bytes; the last may begin in the one before. */
interface Name {
  length: number
  words: Int32Array
}

/** An object on the way to wanted values. */
interface Branch {
  names: Name[]
  /** For each name a branch, or the number of the wanted value. */
  properties: (Branch | number)[]
}

/**
 * Finds values in the JSON of records without parsing it, which takes most of the time of an export. Records are as
 * `render()` makes them: objects, without spaces, in UTF-8.
 */
export class JsonSpans {
  /** Where each wanted value begins in the record that was read last; 0, and so its end, where it has none. */
  readonly starts: Int32Array
  /** The position behind each wanted value. */
  readonly ends: Int32Array
  readonly #root: Branch = { names: [], properties: [] }
  #json: Buffer = Buffer.alloc(0)
  #words: DataView = new DataView(new ArrayBuffer(0))

  /** Takes the dot paths of the wanted values, of which none lies in another. */
  constructor(paths: readonly string[]) {
    this.starts = new Int32Array(paths.length)
    this.ends = new Int32Array(paths.length)
    for (const [index, path] of paths.entries()) {
      const names = path.split('.')
      const last = names.pop() ?? ''
      let branch = this.#root
      for (const name of names) branch = propertyOf(branch, name, { names: [], properties: [] }) as Branch
      propertyOf(branch, last, index)
    }
  }

  /**
   * Reads the record that begins at a byte; the position behind it.
   * @throws RangeError where it is not whole
   */
  read(json: Buffer, position: number): number {
    if (this.#json !== json) {
      this.#json = json
      this.#words = new DataView(json.buffer, json.byteOffset, json.byteLength)
    }
    this.starts.fill(0)
    this.ends.fill(0)
    return this.#readObject(this.#root, position)
  }

  #readObject({ names, properties }: Branch, position: number): number {
    const json = this.#json
    let at = position + 1
    // Records have their properties in the same order: the next one is where the last one was left.
    let expected = 0
    while (json[at] !== CLOSING_BRACE) {
      if (json[at] === COMMA) at += 1
      const found = matching(names, expected, this.#words, at)
      if (found < 0) {
        at = skipValue(json, skipText(json, at) + 1)
        continue
      }
      expected = found + 1
      at += (names[found] as Name).length
      const property = properties[found] as Branch | number
      if (typeof property === 'number') {
        this.starts[property] = at
        at = skipValue(json, at)
        this.ends[property] = at
      } else at = json[at] === OPENING_BRACE ? this.#readObject(property, at) : skipValue(json, at)
    }
    return at + 1
  }
}

/** Which of the names stands at a position, the expected one asked first; -1 for none of them. */
function matching(names: readonly Name[], expected: number, json: DataView, position: number): number {
  for (let index = expected; index < names.length; index += 1)
    if (standsAt(names[index] as Name, json, position)) return index
  for (let index = 0; index < expected; index += 1)
    if (standsAt(names[index] as Name, json, position)) return index
  return -1
}

function standsAt({ words, length }: Name, json: DataView, position: number): boolean {
  const last = words.length - 1
  for (let index = 0; index < last; index += 1)
    if (json.getInt32(position + 4 * index) !== words[index]) return false
  return json.getInt32(position + length - 4) === words[last]
}

function skipValue(json: Buffer, position: number): number {
  let at = position
  for (let depth = 0; at < json.length; ) {
    const byte = json[at]
    if (byte === QUOTE) {
      at = skipText(json, at)
      if (depth === 0) return at
      continue
    }
    if (byte === OPENING_BRACE || byte === OPENING_BRACKET) depth += 1
    else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
      // A number, true, false or null ends where what it is in does.
      if (depth === 0) return at
      depth -= 1
      if (depth === 0) return at + 1
    } else if (byte === COMMA && depth === 0) return at
    at += 1
  }
  return at
}

function skipText(json: Buffer, position: number): number {
  for (let at = position + 1; ; ) {
    const byte = json[at] as number
    if (byte > QUOTE && byte !== BACKSLASH) at += 1
    else if (byte === QUOTE) return at + 1
    else if (byte === BACKSLASH) at += 2
    else if (byte >= SPACE) at += 1
    else throw new RangeError('A text in JSON does not end')
  }
}

/** The byte of a space; what is less is white space or a control. */
export const SPACE = 0x20
/** The byte that begins and ends a text. */
export const QUOTE = 0x22
/** The byte between members. */
export const COMMA = 0x2c
/** The byte that begins an escape. */
export const BACKSLASH = 0x5c
const OPENING_BRACKET = 0x5b
const CLOSING_BRACKET = 0x5d
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d

/** The property of a branch, which it gets where it has none of that name. */
function propertyOf({ names, properties }: Branch, name: string, fresh: Branch | number): Branch | number {
  const encoded = nameOf(name)
  const index = names.findIndex((known) => isDeepStrictEqual(known, encoded))
  if (index >= 0) return properties[index] as Branch | number
  names.push(encoded)
  properties.push(fresh)
  return fresh
}

function nameOf(name: string): Name {
  const bytes = Buffer.from(`${JSON.stringify(name)}:`)
  const { length } = bytes
  const words = Array.from({ length: Math.ceil(length / 4) }, (_, index) =>
    bytes.readInt32BE(Math.min(4 * index, length - 4)),
  )
  return { length, words: Int32Array.from(words) }
}
