import { appendFileSync, closeSync, openSync, readSync, statSync } from 'node:fs'
import { OperatorError } from '../errors.ts'
import type { Rejection } from '../importers/import-file.ts'

/** How every report begins. */
const BEGINNING = '{"file":'

/** The file of `--report`: every rejected row, a line each. */
export class RejectionReport {
  readonly #file: number

  /** @throws OperatorError when there is anything but an earlier report, or it cannot be written */
  constructor(private readonly path: string) {
    this.#file = this.#explained(() => {
      if (!mayReplace(path)) {
        throw new OperatorError(
          `${path} is there already and is no report: give another name after --report, for a report is written anew`,
        )
      }
      return openSync(path, 'w')
    })
  }

  /**
   * Writes a row at once: none is lost however the command ends.
   * @throws OperatorError when it cannot be written
   */
  write(rejection: Rejection): void {
    this.#explained(() => appendFileSync(this.#file, `${JSON.stringify(rejection)}\n`))
  }

  close(): void {
    closeSync(this.#file)
  }

  #explained<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (error instanceof OperatorError) throw error
      const { code, message } = error as NodeJS.ErrnoException
      const causes: Record<string, string> = {
        ENOENT: 'there is no such folder',
        EISDIR: 'it is a folder',
      }
      throw new OperatorError(`The report ${this.path} cannot be written: ${causes[code ?? ''] ?? message}`, {
        cause: error,
      })
    }
  }
}

/** Whether nothing is lost by writing here: a slip must not cost the data file, or the database. */
function mayReplace(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats?.isFile() || stats.size === 0) return true
  const file = openSync(path, 'r')
  try {
    const start = Buffer.alloc(BEGINNING.length)
    readSync(file, start, 0, start.length, 0)
    return start.toString('latin1') === BEGINNING
  } finally {
    closeSync(file)
  }
}
