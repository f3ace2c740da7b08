import { SingleBar } from 'cli-progress'
import type { FilePart } from '../incidents/incident.files.ts'

/** The progress of an export: counts its records and shows a bar on standard error if that is a terminal. */
export class ExportProgress {
  records = 0
  readonly #bar: SingleBar | null
  readonly #startedAt = Date.now()

  constructor(total: number, { isShown }: { isShown: boolean }) {
    this.#bar =
      process.stderr.isTTY && isShown
        ? new SingleBar({
            stream: process.stderr,
            format:
              '{bar} {percentage}% | {value} of {total} records | {rate} records/s | {eta_formatted} left',
            clearOnComplete: true,
            hideCursor: true,
          })
        : null
    this.#bar?.start(total, 0, { rate: 0 })
  }

  /** Passes the bytes of a file on and counts its records. */
  async *watch(parts: AsyncIterable<FilePart>): AsyncGenerator<Uint8Array> {
    for await (const { bytes, records } of parts) {
      yield bytes
      this.records += records
      const seconds = Math.max((Date.now() - this.#startedAt) / 1000, 0.001)
      this.#bar?.update(this.records, { rate: Math.round(this.records / seconds) })
    }
  }

  /** Removes the bar. */
  end(): void {
    this.#bar?.stop()
  }
}
