/** Bytes as they come. */
export type Bytes = AsyncIterable<Buffer>

/** The first bytes, at least as many as wanted if there are as many, and all bytes to be read after all. */
export interface Peeked {
  head: Buffer
  /** Whether nothing follows the head. */
  isAll: boolean
  bytes: Bytes
}

/** Looks at the first bytes. */
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
