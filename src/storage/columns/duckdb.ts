import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api'
import { ServiceError } from '../../errors.ts'
import type { SumLimits } from '../contract/storage.ts'
import type { SqlFragment, SqlValue } from '../sql/fragment.ts'

/** How often a query that is running looks whether it is still wanted, in milliseconds. */
const INTERRUPT_CHECK_MS = 10

/** A connection to a DuckDB of its own, whose tables are in memory unless others are attached. */
export class DuckDb {
  /** What the keys in tables were read for, where this is known. */
  readonly #keptKeys = new Map<string, string>()
  /** Whether what is running is no longer wanted; it then fails soon. */
  isInterrupted: () => boolean = () => false
  isClosed = false

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  static async open({ threads, memory }: SumLimits): Promise<DuckDb> {
    // Loading it takes as long as a start, and a service that is asked for no sums needs none of it.
    const { DuckDBInstance } = await import('./duckdb-library.ts')
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(threads),
      memory_limit: `${memory}MB`,
      // A query that needs more fails, instead of filling a disk.
      temp_directory: '',
      // The hash table of a join is made of its second side, such as keys that are handed over: DuckDB makes it of the
      // records where it takes a filter for narrower than it is.
      disabled_optimizers: 'build_side_probe_side',
      // Nothing is fetched from the network.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    })
    return new DuckDb(instance, await instance.connect())
  }

  /** Executes statements. */
  async execute(sql: string, values: readonly SqlValue[] = []): Promise<void> {
    await this.#interruptibly(() => this.connection.run(sql, [...values]))
  }

  /** Every row of a query: whole numbers of any type as numbers. */
  async all<Row = Record<string, SqlValue>>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    const reader = await this.#interruptibly(() => this.connection.runAndReadAll(sql, [...values]))
    const names = reader.columnNames()
    return reader
      .getRows()
      .map((row) => Object.fromEntries(row.map((value, index) => [names[index], toValue(value)])) as Row)
  }

  /** Creates a temporary table of the rows of a query, in place of an earlier one of this name. */
  createTable(table: string, { sql, values }: SqlFragment): Promise<void> {
    return this.execute(`CREATE OR REPLACE TEMP TABLE ${table} AS ${sql}`, values)
  }

  /**
   * Creates a temporary table of one column `key`.
   * @param keys separated by commas: text is handed over several times as fast as values
   */
  createKeys(table: string, keys: string): Promise<void> {
    this.#keptKeys.delete(table)
    return this.createTable(table, {
      sql: `SELECT CAST(text AS BIGINT) AS key FROM (SELECT unnest(string_split(?, ',')) AS text) WHERE text <> ''`,
      values: [keys],
    })
  }

  /** The same, unless the table was last created for the same. */
  async keepKeys(table: string, of: string, read: () => string): Promise<void> {
    if (this.#keptKeys.get(table) === of) return
    await this.createKeys(table, read())
    this.#keptKeys.set(table, of)
  }

  /** Makes {@link keepKeys} create its tables again. */
  forgetKeys(): void {
    this.#keptKeys.clear()
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.connection.closeSync()
    this.instance.closeSync()
  }

  async #interruptibly<T>(run: () => Promise<T>): Promise<T> {
    const check = () => {
      if (this.isInterrupted()) throw new Error('The query was interrupted')
    }
    check()
    const timer = setInterval(() => this.isInterrupted() && this.connection.interrupt(), INTERRUPT_CHECK_MS)
    try {
      return await run()
    } catch (error) {
      check()
      throw OUT_OF_MEMORY.test((error as Error).message) ? tooLarge(error) : error
    } finally {
      clearInterval(timer)
    }
  }
}

const OUT_OF_MEMORY = /^Out of Memory Error/

function tooLarge(cause: unknown): ServiceError {
  return new ServiceError(
    'overloaded',
    'The query needs more memory than it may use (SUMS_MEMORY). Ask for fewer groups, or for a part of the records.',
    { cause, headers: { 'retry-after': '5' } },
  )
}

function toValue(value: DuckDBValue): SqlValue {
  if (typeof value === 'bigint') return Number(value)
  if (value === null || typeof value === 'number' || typeof value === 'string') return value
  throw new TypeError(`A value of type ${typeof value} is not expected in a result`)
}

/** A text in SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
