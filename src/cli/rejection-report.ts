import { appendFileSync, closeSync, openSync, readSync, statSync } from 'node:fs'
import { OperatorError } from '../errors.ts'
import type { Rejection } from '../importers/contract/row-result.ts'

/** The first characters of every report. */
const REPORT_START = '{"file":'

/** The file of `--report`: every rejected row, a line each. */
export class RejectionReport {
  readonly #file: number

  /** @throws OperatorError when the path is of anything but an earlier report, or it cannot be written */
  constructor(private readonly path: string) {
    this.#file = this.#withMessage(() => {
      if (!mayReplace(path)) {
        throw new OperatorError(
          `${path} exists already and is not a report: give another name after --report, which replaces the file`,
        )
      }
      return openSync(path, 'w')
    })
  }

  /**
   * Writes a row immediately: none is lost however the command ends. The keys are those of earlier reports.
   * @throws OperatorError when it cannot be written
   */
  write({ file, line, errors }: Rejection): void {
    const text = JSON.stringify({ file, line, faults: errors })
    this.#withMessage(() => appendFileSync(this.#file, `${text}\n`))
  }

  close(): void {
    closeSync(this.#file)
  }

  #withMessage<T>(work: () => T): T {
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

/** Whether the file may be replaced: a typing error must not cost the data file, or the database. */
function mayReplace(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats?.isFile() || stats.size === 0) return true
  const file = openSync(path, 'r')
  try {
    const start = Buffer.alloc(REPORT_START.length)
    readSync(file, start, 0, start.length, 0)
    return start.toString('latin1') === REPORT_START
  } finally {
    closeSync(file)
  }
}
