import type { SumLimits } from '../contract/storage.ts'
import type { SqlFragment, SqlValue } from '../sql/fragment.ts'
import type { ColumnFiles } from './column-files.ts'
import type { ColumnSource } from './column-source.ts'
import { DuckDb, quoteText } from './duckdb.ts'
import { writeColumns } from './write-columns.ts'

/** Errors of DuckDB that are about its file, not about a query. */
const FILE_ERROR = /^(?:IO|Fatal|Internal|INTERNAL|Serialization|Corruption) Error/

/** Answers queries from the columns of one state of the data after another. */
export class ColumnStore {
  #database: DuckDb | undefined
  /** The state whose file is attached. */
  #state: string | undefined

  constructor(
    private readonly files: ColumnFiles,
    private readonly limits: SumLimits,
    /** Whether what is asked is no longer wanted, and whether the process ends; both fail soon. */
    private readonly checks: { isInterrupted: () => boolean; isEnding: () => boolean },
  ) {}

  /**
   * Runs queries on the columns of a state. Its file is written first where there is none, and again where it turns out
   * to be damaged.
   */
  async read<T>(source: ColumnSource, query: (columns: Columns) => Promise<T>): Promise<T> {
    if (!this.files.has(source.state)) await this.#write(source)
    try {
      return await query(await this.#attach(source.state))
    } catch (error) {
      if (!FILE_ERROR.test((error as Error).message)) throw error
      this.close()
      this.files.remove(source.state)
      await this.#write(source)
      return await query(await this.#attach(source.state))
    }
  }

  close(): void {
    this.#database?.close()
    this.#database = undefined
    this.#state = undefined
  }

  async #write(source: ColumnSource): Promise<void> {
    const database = await this.#open(this.checks.isEnding)
    await this.#detach(database)
    await writeColumns(this.files, source, database)
  }

  async #attach(state: string): Promise<Columns> {
    const database = await this.#open(this.checks.isInterrupted)
    if (this.#state === state) return database
    await this.#detach(database)
    const path = quoteText(this.files.pathOf(state))
    await this.#change(database, `ATTACH ${path} AS columns (READ_ONLY); USE columns`)
    this.#state = state
    database.forgetKeys()
    return database
  }

  async #detach(database: DuckDb): Promise<void> {
    if (this.#state !== undefined) await this.#change(database, 'USE memory; DETACH columns')
    this.#state = undefined
  }

  /** Changes what is attached; a database that was interrupted halfway is closed. */
  async #change(database: DuckDb, sql: string): Promise<void> {
    try {
      await database.execute(sql)
    } catch (error) {
      this.close()
      throw error
    }
  }

  async #open(isInterrupted: () => boolean): Promise<DuckDb> {
    if (this.#database?.isClosed) this.close()
    this.#database ??= await DuckDb.open(this.limits)
    this.#database.isInterrupted = isInterrupted
    return this.#database
  }
}

/** The columns of one state, as queries see them. */
export interface Columns {
  all<Row = Record<string, SqlValue>>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>
  /** Creates a table of the rows of a query, in place of an earlier one of this name. */
  createTable(table: string, rows: SqlFragment): Promise<void>
  /** Creates a table of one column `key`, in place of an earlier one of this name, of keys separated by commas. */
  createKeys(table: string, keys: string): Promise<void>
  /**
   * The same, unless the table has these keys already: the requests of a page have one filter.
   * @param of what the keys are read for, such as a filter, as text
   */
  keepKeys(table: string, of: string, read: () => string): Promise<void>
}
