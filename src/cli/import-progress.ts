import { SingleBar } from 'cli-progress'

/** Shows the progress of one file on standard error: a bar on a terminal, elsewhere a line every five seconds. */
export class ImportProgress {
  readonly #bar: SingleBar | null
  #lastPrinted = Date.now()
  #isStarted = false

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

  #startedAt = Date.now()

  show({ rows, bytes, totalBytes }: { rows: number; bytes: number; totalBytes: number | null }): void {
    const rate = Math.round(rows / Math.max((Date.now() - this.#startedAt) / 1000, 0.001))
    if (this.#bar && totalBytes !== null) {
      if (!this.#isStarted) this.#bar.start(totalBytes, 0, { rows, rate })
      this.#isStarted = true
      this.#bar.update(bytes, { rows, rate })
    } else if (Date.now() - this.#lastPrinted >= 5000) {
      this.#lastPrinted = Date.now()
      const part = totalBytes === null ? '' : `, ${Math.floor((100 * bytes) / totalBytes)} %`
      console.error(`${this.file}: ${rows} rows${part}, ${rate} rows/s`)
    }
  }

  /** Prints a line without disturbing the bar. */
  print(line: string): void {
    if (this.#isStarted) process.stderr.write('\r\u001b[K')
    console.error(line)
  }

  /** Shows work without measurable progress; on a terminal only, in place of the bar. */
  showStatus(status: string): void {
    this.end()
    if (this.#bar) process.stderr.write(`${this.file}: ${status} …`)
  }

  /** Removes the bar. */
  end(): void {
    if (this.#isStarted) this.#bar?.stop()
    this.#isStarted = false
    if (this.#bar) process.stderr.write('\r\u001b[K')
  }
}
