/** Names that are joined to one another, directly or by way of others. */
export class DisjointSets {
  readonly #parents = new Map<string, string>()

  /** The name that stands for all that a name is joined to. */
  rootOf(name: string): string {
    let root = name
    for (let parent = this.#parents.get(root); parent !== undefined; parent = this.#parents.get(root))
      root = parent
    return root
  }

  /** Joins two names and all that each is joined to. */
  join(one: string, other: string): void {
    const [a, b] = [this.rootOf(one), this.rootOf(other)]
    if (a !== b) this.#parents.set(b, a)
  }
}
