/** Union-find over strings: sets of names that are joined directly or through others. */
export class DisjointSets {
  readonly #parents = new Map<string, string>()

  /** The representative of the set that a name is in; a name that was never joined represents itself. */
  find(name: string): string {
    let root = name
    for (let parent = this.#parents.get(root); parent !== undefined; parent = this.#parents.get(root))
      root = parent
    return root
  }

  /** Joins the sets of two names. */
  union(one: string, other: string): void {
    const [a, b] = [this.find(one), this.find(other)]
    if (a !== b) this.#parents.set(b, a)
  }
}
