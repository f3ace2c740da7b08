import { Option } from 'commander'
import type { Rejection } from '../importers/import-file.ts'
import { RejectionReport } from './rejection-report.ts'

/** Rejected rows that are told on the terminal; --report has them all. */
const SHOWN = 20

/** `--on-error`, of every command that reads rows. */
export const onErrorOption = new Option(
  '--on-error <what>',
  'what a wrong row does: stop leaves the database as it was, skip goes on without it',
)
  .choices(['stop', 'skip'])
  .default('stop')

/** `--report`, of every command that reads rows. */
export const reportOption = new Option(
  '--report <file>',
  'write every rejected row to a file, new or an earlier report, as NDJSON: file, line, faults',
)

/** Tells of rejected rows: the first of them on the terminal, all of them in a report. */
export class Rejections {
  readonly #report: RejectionReport | null
  #told = 0

  /** @throws OperatorError when the report cannot be written */
  constructor(report: string | undefined) {
    this.#report = report === undefined ? null : new RejectionReport(report)
  }

  /** Tells of one, by a way to say a line beside the progress. */
  tell(rejection: Rejection, say: (line: string) => void): void {
    this.#report?.write(rejection)
    this.#told += 1
    if (this.#told <= SHOWN) say(describe(rejection))
    if (this.#told === SHOWN + 1) say('More rows are rejected: --report FILE writes them all')
  }

  close(): void {
    this.#report?.close()
  }
}

function describe({ file, line, faults }: Rejection): string {
  const causes = faults.map(({ column, value, reason }) =>
    // Of a row as a whole there is no column.
    [column, JSON.stringify(value.slice(0, 60)), reason].filter(Boolean).join(' '),
  )
  return `${file}, line ${line}: ${causes.join('; ')}`
}
