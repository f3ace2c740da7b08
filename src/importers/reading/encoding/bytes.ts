/** The bytes of a file, in chunks. */
export type Bytes = AsyncIterable<Buffer>

/** The first bytes of a file, and all of its bytes. */
interface Peeked {
  /** At least as many bytes as wanted, unless the file has fewer. */
  head: Buffer
  /** Whether nothing follows the head. */
  isAll: boolean
  /** All bytes, the head among them; to be read instead of those given. */
  bytes: Bytes
}

/** Reads the first bytes without consuming them. */
export async function peek(bytes: Bytes, wanted: number): Promise<Peeked> {
  const iterator = bytes[Symbol.asyncIterator]()
  const chunks: Buffer[] = []
  let length = 0
  let isAll = false
  while (length < wanted && !isAll) {
    const { value, done } = await iterator.next()
    if (done) isAll = true
    else {
      chunks.push(value)
      length += value.length
    }
  }
  const head = Buffer.concat(chunks)
  return { head, isAll, bytes: chain(head, iterator) }
}

async function* chain(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head
  yield* { [Symbol.asyncIterator]: () => rest }
}
