import type Database from 'better-sqlite3'
import { LRUCache } from 'lru-cache'
import { databaseUnavailable, OperatorError } from '../../../errors.ts'
import type { SqlValue } from '../../sql/fragment.ts'
import { Sqlite } from './better-sqlite3.ts'
import { APPLICATION_ID, findReplaced } from './file.ts'

/** How long a statement waits for another process's write. */
const BUSY_TIMEOUT_MS = 5000
/** How much of the file is read through memory mapping; better-sqlite3 caps it at 2 GB. */
const MMAP_BYTES = 2 ** 31 - 1

/**
 * The purpose of a connection: queries; reading many rows once; writing; or writing many rows, where the writer is
 * responsible for foreign keys (`incidents check` verifies them).
 */
export type ConnectionMode = 'read' | 'stream' | 'write' | 'bulk'

/** Memory for the pages that queries read again and again beyond what is mapped, in kibibytes. */
const READ_CACHE_KIB = 64_000
/** Memory for the pages that bulk writing touches again and again, in kibibytes. */
const BULK_CACHE_KIB = 100_000
/** Of a new file: records are larger than SQLite's default of 4096 is good for. */
const PAGE_BYTES = 8192

/**
 * SQL that is true, of a row of `incidents`, unless the query was interrupted: SQLite cannot be stopped from outside.
 * It is checked for few of the records, for a call of JavaScript takes longer than most conditions on a row.
 */
export const CONTINUES = '(incidents.key & 63 OR continues(incidents.key))'

/** Prepared statements that are kept: filters and numbers of values make many, and most are used once. */
const MAX_STATEMENTS = 1000

/** A connection that prepares each statement once and keeps it. */
export class Connection {
  readonly #database: Database.Database
  #lastVersion = -1
  readonly #statements = new LRUCache<string, Database.Statement<unknown[], never>>({ max: MAX_STATEMENTS })

  /**
   * @param options `identity` of the file that it must be, as of `identifyFile`; any file if left out. `isInterrupted` is
   * called by {@link CONTINUES} while a query runs; never interrupted when left out
   * @throws OperatorError when the file cannot be used, ServiceError unavailable when it is another one
   */
  constructor(
    path: string,
    mode: ConnectionMode,
    {
      identity,
      isInterrupted = () => false,
    }: { identity?: string | null | undefined; isInterrupted?: () => boolean } = {},
  ) {
    const isReading = mode === 'read' || mode === 'stream'
    this.#database = withFileErrors(path, () => {
      const requireSameFile = () => {
        const problem = identity === undefined ? null : findReplaced(path, identity)
        if (problem !== null) throw databaseUnavailable(problem)
      }
      const database = open(path, isReading, requireSameFile)
      try {
        // Checked when it is open: one that is put there later is not read.
        requireSameFile()
        configure(database, mode)
        database.function('continues', (_key) => {
          if (isInterrupted()) throw new Error('The query was interrupted')
          return 1
        })
        return database
      } catch (error) {
        database.close()
        throw error
      }
    })
  }

  /** Every row of a query. */
  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#prepared<Row>(sql).all(...values)
  }

  /** The first row of a query. */
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#prepared<Row>(sql).get(...values)
  }

  /** The rows of a query, one at a time; the connection is taken until the last. */
  iterate<Row>(sql: string, ...values: SqlValue[]): IterableIterator<Row> {
    return this.#prepared<Row>(sql).iterate(...values)
  }

  /** The first column of the rows of a query, in the same way. */
  iterateValues<Value>(sql: string, ...values: SqlValue[]): IterableIterator<Value> {
    return this.#prepared<Value>(sql)
      .pluck()
      .iterate(...values)
  }

  /** Every row of a query as an array of its columns; its statement must always be read in this way. */
  allArrays<Values extends readonly (SqlValue | Buffer)[]>(sql: string, ...values: SqlValue[]): Values[] {
    return this.#prepared<Values>(sql)
      .raw()
      .all(...values)
  }

  /** The first column of the first row of a query; its statement must always be read in this way. */
  getValue<Value>(sql: string, ...values: SqlValue[]): Value | undefined {
    return this.#prepared<Value>(sql)
      .pluck()
      .get(...values)
  }

  /** Reads a number that changes with every commit of another connection. */
  dataVersion(): number {
    this.#lastVersion = this.getValue<number>('PRAGMA data_version') ?? 0
    return this.#lastVersion
  }

  /** The version that `dataVersion()` last read: while that returns the same, nothing was committed since. */
  get lastDataVersion(): number {
    return this.#lastVersion
  }

  /** The statements that are kept, as SQL. */
  get statements(): string[] {
    return [...this.#statements.keys()]
  }

  /** Executes one statement; the row id of an insert. */
  run(sql: string, ...values: SqlValue[]): number {
    return Number(this.#prepared(sql).run(...values).lastInsertRowid)
  }

  /** Executes a statement once for each row of values. */
  runEach(sql: string, rows: readonly SqlValue[][]): void {
    const statement = this.#prepared(sql)
    for (const row of rows) statement.run(row)
  }

  /** Executes a script of statements. */
  execute(script: string): void {
    this.#database.exec(script)
  }

  /** Does work in a transaction that takes the write lock at its start. */
  transaction<T>(work: () => T): T {
    return this.#database.transaction(work).immediate()
  }

  /** Does work that fails at once where another process writes, instead of waiting for it. */
  withoutWaiting<T>(work: () => T): T {
    this.#database.pragma('busy_timeout = 0')
    try {
      return work()
    } finally {
      this.#database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`)
    }
  }

  /** Copies the database to a file while it is in use (SQLite's online backup). */
  async backup(path: string, onProgress?: (done: number, total: number) => void): Promise<void> {
    await this.#database.backup(path, {
      progress({ totalPages, remainingPages }) {
        onProgress?.(totalPages - remainingPages, totalPages)
        return 1000
      },
    })
    // Without a log, it can be read where nothing can be written, and has no file next to it.
    const copy = new Sqlite(path)
    try {
      copy.pragma('journal_mode = DELETE')
    } finally {
      copy.close()
    }
  }

  close(): void {
    this.#database.close()
  }

  #prepared<Row>(sql: string): Database.Statement<unknown[], Row> {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#database.prepare<unknown[], never>(sql)
      this.#statements.set(sql, statement)
    }
    return statement as unknown as Database.Statement<unknown[], Row>
  }
}

/** @param requireSameFile throws when the file is another one, or gone, which SQLite does not know */
function open(path: string, isReading: boolean, requireSameFile: () => void): Database.Database {
  try {
    return new Sqlite(path, { readonly: isReading, fileMustExist: isReading, timeout: BUSY_TIMEOUT_MS })
  } catch (error) {
    requireSameFile()
    throw error
  }
}

function configure(database: Database.Database, mode: ConnectionMode): void {
  database.pragma('trusted_schema = OFF')
  // Reading or writing many rows would map, and so hold in memory, all of the file.
  if (mode === 'read' || mode === 'write') database.pragma(`mmap_size = ${MMAP_BYTES}`)
  if (mode === 'read') database.pragma(`cache_size = -${READ_CACHE_KIB}`)
  if (mode === 'read' || mode === 'stream') {
    database.pragma('query_only = ON')
    return
  }
  database.pragma(`page_size = ${PAGE_BYTES}`)
  // Only an empty file may be claimed: preparePath() has rejected those of other applications.
  if (database.pragma('application_id', { simple: true }) === 0)
    database.pragma(`application_id = ${APPLICATION_ID}`)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.pragma(`foreign_keys = ${mode === 'bulk' ? 'OFF' : 'ON'}`)
  if (mode === 'bulk') database.pragma(`cache_size = -${BULK_CACHE_KIB}`)
  // Each name is journalled with its entry in the trigram index: in files that would be most of what a load writes.
  else database.pragma('temp_store = MEMORY')
}

const CAUSES: Readonly<Record<string, string>> = {
  SQLITE_BUSY: 'is locked by another process: stop it or wait for it',
  SQLITE_CANTOPEN: 'cannot be opened: check that its folder exists and may be written',
  SQLITE_CORRUPT: 'is damaged: restore it from a backup',
  SQLITE_FULL: 'cannot grow: the disk is full',
  SQLITE_IOERR: 'cannot be read or written: check the disk, and that it has space',
  SQLITE_NOTADB: 'is not a SQLite database: give another path, or restore the file from a backup',
  SQLITE_PERM: 'may not be accessed: check its permissions',
  SQLITE_READONLY: "is read-only: check its permissions and its folder's",
}

/** Does work on a database file; an error of SQLite about the file becomes a one-line cause for the operator. */
export function withFileErrors<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw toFileError(path, error)
  }
}

/** Turns an error of SQLite about the file into a one-line cause for the operator; other errors stay as they are. */
export function toFileError(path: string, error: unknown): unknown {
  const code = error instanceof Sqlite.SqliteError ? error.code : ''
  const cause = Object.entries(CAUSES).find(([prefix]) => code.startsWith(prefix))?.[1]
  return cause ? new OperatorError(`${path} ${cause}`, { cause: error }) : error
}

/** True for the failure of a statement because another process was writing. */
export function isBusy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')
}
