import { foldWords } from '../../../text/fold.ts'
import type { SqlValue } from '../../sql/fragment.ts'
import type { Connection } from '../database/connection.ts'

/** One statement and what it is executed with: the values of its parameters, one execution after the other. */
export interface StatementBatch {
  sql: string
  /** The number of parameters of the statement; without any it is executed once. */
  width: number
  values: SqlValue[]
  /**
   * Of rows of full text, a key and a text that is to be folded: they wait until there are many, and are then written
   * in the order of their keys. SQLite collects full text in memory as long as its keys ascend.
   */
  isFullText?: boolean
}

/** Rows after which a buffer is written. */
const MAX_BUFFERED_ROWS = 20_000

/** Executes statements in their order, but for those of full text. */
export class StatementExecutor {
  readonly #buffered = new Map<string, SqlValue[][]>()

  constructor(private readonly connection: Connection) {}

  /** Executes statements. */
  execute(writes: readonly StatementBatch[]): void {
    for (const { sql, width, values, isFullText } of writes) {
      if (width === 0) this.connection.execute(sql)
      else if (isFullText) this.#buffer(sql, rowsOf(values, width))
      else this.connection.runEach(sql, rowsOf(values, width))
    }
  }

  /** Executes what is still buffered. */
  finish(): void {
    for (const [sql, rows] of this.#buffered) this.#execute(sql, rows)
    this.#buffered.clear()
  }

  #buffer(sql: string, added: SqlValue[][]): void {
    const rows = this.#buffered.get(sql) ?? []
    for (const [key = null, text] of added) rows.push([key, foldWords(String(text))])
    this.#buffered.set(sql, rows)
    if (rows.length < MAX_BUFFERED_ROWS) return
    this.#buffered.delete(sql)
    this.#execute(sql, rows)
  }

  #execute(sql: string, rows: SqlValue[][]): void {
    this.connection.runEach(
      sql,
      rows.sort(([a], [b]) => Number(a) - Number(b)),
    )
  }
}

function rowsOf(values: SqlValue[], width: number): SqlValue[][] {
  const rows: SqlValue[][] = []
  for (let at = 0; at < values.length; at += width) rows.push(values.slice(at, at + width))
  return rows
}
