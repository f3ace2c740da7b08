import { isDeepStrictEqual } from 'node:util'

/**
 * The encoded name of a property, `"name":`, in chunks of four bytes so that it is compared quickly; the last chunk
 * may overlap the one before.
 */
interface Name {
  length: number
  chunks: Int32Array
}

/** An object on the path to wanted values. */
interface Branch {
  names: Name[]
  /** For each name a branch, or the index of the wanted value. */
  properties: (Branch | number)[]
}

/**
 * Finds values in the JSON of records without parsing it, which would take most of the time of an export. Records are
 * as `serialize()` renders them: objects, without spaces, in UTF-8.
 */
export class JsonScanner {
  /** The start of each wanted value in the record scanned last; start and end are 0 where the record has none. */
  readonly starts: Int32Array
  /** The position after each wanted value. */
  readonly ends: Int32Array
  readonly #root: Branch = { names: [], properties: [] }
  #json: Buffer = Buffer.alloc(0)
  #view: DataView = new DataView(new ArrayBuffer(0))

  /** @param paths dot paths of the wanted values, none of which is below another */
  constructor(paths: readonly string[]) {
    this.starts = new Int32Array(paths.length)
    this.ends = new Int32Array(paths.length)
    for (const [index, path] of paths.entries()) {
      const names = path.split('.')
      const last = names.pop() ?? ''
      let branch = this.#root
      for (const name of names) branch = getOrAdd(branch, name, { names: [], properties: [] }) as Branch
      getOrAdd(branch, last, index)
    }
  }

  /**
   * Scans the record that begins at a position and returns the position after it.
   * @throws RangeError when it is incomplete
   */
  scan(json: Buffer, position: number): number {
    if (this.#json !== json) {
      this.#json = json
      this.#view = new DataView(json.buffer, json.byteOffset, json.byteLength)
    }
    this.starts.fill(0)
    this.ends.fill(0)
    return this.#scanObject(this.#root, position)
  }

  #scanObject({ names, properties }: Branch, position: number): number {
    const json = this.#json
    let at = position + 1
    // Records have their properties in the same order: the one after the last match is compared first.
    let expected = 0
    while (json[at] !== CLOSING_BRACE) {
      if (json[at] === COMMA) at += 1
      const found = matchName(names, expected, this.#view, at)
      if (found < 0) {
        at = skipValue(json, skipString(json, at) + 1)
        continue
      }
      expected = found + 1
      at += (names[found] as Name).length
      const property = properties[found] as Branch | number
      if (typeof property === 'number') {
        this.starts[property] = at
        at = skipValue(json, at)
        this.ends[property] = at
      } else at = json[at] === OPENING_BRACE ? this.#scanObject(property, at) : skipValue(json, at)
    }
    return at + 1
  }
}

/** Returns the index of the name at a position, comparing the expected one first; -1 when it is none of them. */
function matchName(names: readonly Name[], expected: number, json: DataView, position: number): number {
  for (let index = expected; index < names.length; index += 1)
    if (isNameAt(names[index] as Name, json, position)) return index
  for (let index = 0; index < expected; index += 1)
    if (isNameAt(names[index] as Name, json, position)) return index
  return -1
}

function isNameAt({ chunks, length }: Name, json: DataView, position: number): boolean {
  const last = chunks.length - 1
  for (let index = 0; index < last; index += 1)
    if (json.getInt32(position + 4 * index) !== chunks[index]) return false
  return json.getInt32(position + length - 4) === chunks[last]
}

function skipValue(json: Buffer, position: number): number {
  let at = position
  for (let depth = 0; at < json.length; ) {
    const byte = json[at]
    if (byte === QUOTE) {
      at = skipString(json, at)
      if (depth === 0) return at
      continue
    }
    if (byte === OPENING_BRACE || byte === OPENING_BRACKET) depth += 1
    else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
      // A number, true, false or null ends with the object or list around it.
      if (depth === 0) return at
      depth -= 1
      if (depth === 0) return at + 1
    } else if (byte === COMMA && depth === 0) return at
    at += 1
  }
  return at
}

function skipString(json: Buffer, position: number): number {
  for (let at = position + 1; ; ) {
    const byte = json[at] as number
    if (byte > QUOTE && byte !== BACKSLASH) at += 1
    else if (byte === QUOTE) return at + 1
    else if (byte === BACKSLASH) at += 2
    else if (byte >= SPACE) at += 1
    else throw new RangeError('A string in JSON does not end')
  }
}

/** The byte of a space; smaller ones are white space or control characters. */
export const SPACE = 0x20
/** The byte that begins and ends a string. */
export const QUOTE = 0x22
/** The byte between members. */
export const COMMA = 0x2c
/** The byte that begins an escape. */
export const BACKSLASH = 0x5c
const OPENING_BRACKET = 0x5b
const CLOSING_BRACKET = 0x5d
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d

/** Returns the property of a branch, added as `initial` where it has none of that name. */
function getOrAdd({ names, properties }: Branch, name: string, initial: Branch | number): Branch | number {
  const encoded = encodeName(name)
  const index = names.findIndex((other) => isDeepStrictEqual(other, encoded))
  if (index >= 0) return properties[index] as Branch | number
  names.push(encoded)
  properties.push(initial)
  return initial
}

function encodeName(name: string): Name {
  const bytes = Buffer.from(`${JSON.stringify(name)}:`)
  const { length } = bytes
  const chunks = Array.from({ length: Math.ceil(length / 4) }, (_, index) =>
    bytes.readInt32BE(Math.min(4 * index, length - 4)),
  )
  return { length, chunks: Int32Array.from(chunks) }
}
