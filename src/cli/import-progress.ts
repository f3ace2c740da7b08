import { SingleBar } from 'cli-progress'

/** The progress of one file: a bar on a terminal, now and then a plain line elsewhere. On standard error. */
export class ImportProgress {
  readonly #bar: SingleBar | null
  #told = Date.now()
  #started = false

  constructor(private readonly file: string) {
    this.#bar = process.stderr.isTTY
      ? new SingleBar({
          stream: process.stderr,
          format: `${file} {bar} {percentage}% | {rows} rows | {rate} rows/s | {eta_formatted} left`,
          clearOnComplete: true,
          hideCursor: true,
        })
      : null
  }

  #begun = Date.now()

  /** Shows how far it is. */
  show({ rows, bytes, totalBytes }: { rows: number; bytes: number; totalBytes: number | null }): void {
    const rate = Math.round(rows / Math.max((Date.now() - this.#begun) / 1000, 0.001))
    if (this.#bar && totalBytes !== null) {
      if (!this.#started) this.#bar.start(totalBytes, 0, { rows, rate })
      this.#started = true
      this.#bar.update(bytes, { rows, rate })
    } else if (Date.now() - this.#told >= 5000) {
      this.#told = Date.now()
      const part = totalBytes === null ? '' : `, ${Math.floor((100 * bytes) / totalBytes)} %`
      console.error(`${this.file}: ${rows} rows${part}, ${rate} rows/s`)
    }
  }

  /** Says something beside the progress. */
  tell(line: string): void {
    if (this.#started) process.stderr.write('\r\u001b[K')
    console.error(line)
  }

  /** Says what is under way that has no progress of its own; on a terminal, in place of the bar. */
  await(what: string): void {
    this.end()
    if (this.#bar) process.stderr.write(`${this.file}: ${what} …`)
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#started) this.#bar?.stop()
    this.#started = false
    if (this.#bar) process.stderr.write('\r\u001b[K')
  }
}
