import { Option } from 'commander'
import type { Rejection } from '../importers/contract/row-result.ts'
import { RejectionReport } from './rejection-report.ts'

/** Rejected rows that are printed on the terminal; --report has them all. */
const MAX_PRINTED = 20

/** `--on-error`, of every command that reads rows. */
export const onErrorOption = new Option(
  '--on-error <what>',
  'how to handle a rejected row: stop leaves the database as it was, skip continues without it and exits with 0 unless nothing was imported',
)
  .choices(['stop', 'skip'])
  .default('stop')

/** `--report`, of every command that reads rows. */
export const reportOption = new Option(
  '--report <file>',
  'write every rejected row to a file, new or an earlier report, as NDJSON: file, line, faults',
)

/** Reports rejected rows: the first of them on the terminal, all of them in a file. */
export class Rejections {
  readonly #report: RejectionReport | null
  #count = 0

  /** @throws OperatorError when the report cannot be written */
  constructor(report: string | undefined) {
    this.#report = report === undefined ? null : new RejectionReport(report)
  }

  /** @param print prints a line without disturbing the progress bar */
  report(rejection: Rejection, print: (line: string) => void): void {
    this.#report?.write(rejection)
    this.#count += 1
    if (this.#count <= MAX_PRINTED) print(describe(rejection))
    if (this.#count === MAX_PRINTED + 1) print('More rows are rejected: --report FILE writes them all')
  }

  close(): void {
    this.#report?.close()
  }
}

function describe({ file, line, errors }: Rejection): string {
  const causes = errors.map(({ column, value, reason }) =>
    // An error of the whole row has no column.
    [column, JSON.stringify(value.slice(0, 60)), reason].filter(Boolean).join(' '),
  )
  return `${file}, line ${line}: ${causes.join('; ')}`
}
