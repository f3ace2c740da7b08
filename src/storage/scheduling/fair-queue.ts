/** A queue that takes turns between clients: one that has queued many items waits for its own only. */
export class FairQueue<Item> {
  /** The items of each client, in the order of their turns. */
  readonly #queues = new Map<string, Item[]>()
  #length = 0

  get length(): number {
    return this.#length
  }

  /** The number of items of one client. */
  lengthOf(client: string): number {
    return this.#queues.get(client)?.length ?? 0
  }

  push(client: string, item: Item): void {
    const queue = this.#queues.get(client)
    if (queue) queue.push(item)
    else this.#queues.set(client, [item])
    this.#length += 1
  }

  /** Takes the first item of the client whose turn it is; undefined when the queue is empty. */
  take(): Item | undefined {
    const [turn] = this.#queues
    if (!turn) return undefined
    const [client, queue] = turn
    const item = queue.shift()
    this.#queues.delete(client)
    if (queue.length > 0) this.#queues.set(client, queue)
    this.#length -= 1
    return item
  }

  /** Removes an item of a client; false when it is not queued. */
  remove(client: string, item: Item): boolean {
    const queue = this.#queues.get(client)
    const index = queue?.indexOf(item) ?? -1
    if (!queue || index < 0) return false
    queue.splice(index, 1)
    if (queue.length === 0) this.#queues.delete(client)
    this.#length -= 1
    return true
  }
}
