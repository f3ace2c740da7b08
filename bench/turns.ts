/** Lets two builds measure the same thing in turn: each waits while the other measures. */
export class Turns {
  readonly figures: readonly [number[], number[]] = [[], []]
  #next: 0 | 1 = 0
  /** The first failure of either side. */
  error: Error | null = null
  #wake = () => {}

  /** Measures one side in its turns. The first round of each side is a warm-up and is not counted. */
  async measure(side: 0 | 1, work: () => Promise<number>, rounds: number): Promise<number[]> {
    await this.#take(side, work)
    for (let round = 1; round <= rounds; round += 1) this.figures[side].push(await this.#take(side, work))
    // Neither side stops its servers while the other is still measuring.
    await this.#take(side, () => Promise.resolve())
    return this.figures[side]
  }

  /** Ends the turns of both sides, because one of them failed. */
  fail(error: Error): void {
    this.error ??= error
    this.#wake()
  }

  async #take<T>(side: 0 | 1, work: () => Promise<T>): Promise<T> {
    if (this.#next !== side && !this.error)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    if (this.error) throw this.error
    const result = await work()
    this.#next = side === 0 ? 1 : 0
    this.#wake()
    return result
  }
}
