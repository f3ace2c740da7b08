import type { Connection } from '../database/connection.ts'
import { suspendChangeLog } from './change-log.ts'
import type { StatementBatch } from './statements.ts'

/** Tables whose rows come in another order than they are kept in, about as many as the import has or more. */
const STAGED = ['incidents', 'documents', 'incident_actors', 'incident_sources', 'incident_weapons']
/** A table that is rarely read and entered last: SQLite maps only the first 2 GB of a file. */
const STAGED_LAST = 'originals'
/** Added incidents below which rows are entered one by one. */
const MIN_BULK_ROWS = 500

/**
 * Enters the rows of a large import by sorting: they are staged as they come, entered at its end in the order of
 * their keys, and the indexes are built after that. Each takes a fraction of the time of entering row after row, and
 * is done only when the import adds much to what is there.
 */
export class BulkLoad {
  readonly #columns: ReadonlyMap<string, string>
  readonly #indexes: { name: string; sql: string }[]
  readonly #changeLog: { begin: string[]; end: string[] }
  readonly #enough: number
  #isBegun = false

  constructor(connection: Connection) {
    this.#columns = new Map(
      [...STAGED, STAGED_LAST].map((table) => {
        const columns = connection.all<{ name: string }>('SELECT name FROM pragma_table_info(?)', table)
        return [table, columns.map(({ name }) => name).join(', ')]
      }),
    )
    this.#indexes = connection.all(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL
       AND (tbl_name IN (${STAGED.map(() => '?').join(', ')}) OR tbl_name = 'sources' AND name <> 'sources_by_id')`,
      ...STAGED,
    )
    this.#changeLog = suspendChangeLog(connection)
    const stored = connection.get<{ n: number }>('SELECT count(*) AS n FROM incidents')?.n ?? 0
    this.#enough = Math.max(MIN_BULK_ROWS, stored / 4)
  }

  /** The statements that begin it, once enough rows were added. */
  beginStatements(added: number): StatementBatch[] {
    if (this.#isBegun || added < this.#enough) return []
    this.#isBegun = true
    return [
      ...this.#changeLog.begin,
      ...this.#indexes.map(({ name }) => `DROP INDEX ${name}`),
      ...[...this.#columns].map(
        ([table, columns]) => `CREATE TEMP TABLE staged_${table} AS SELECT ${columns} FROM ${table} LIMIT 0`,
      ),
    ].map(statement)
  }

  /** The table that rows of a table are written to. */
  tableFor(table: string): string {
    return this.#isBegun && this.#columns.has(table) ? `staged_${table}` : table
  }

  /** The statements that end it, if it was begun. */
  endStatements(): StatementBatch[] {
    if (!this.#isBegun) return []
    return [
      ...STAGED.flatMap((table) => this.#entered(table, 'ORDER BY 1, 2')),
      ...this.#indexes.map(({ sql }) => sql),
      // One segment of full text is read faster than the many that were written.
      `INSERT INTO incidents_words (incidents_words) VALUES ('optimize')`,
      // They come in the order of their keys, which is that of the file.
      ...this.#entered(STAGED_LAST),
      ...this.#changeLog.end,
    ].map(statement)
  }

  #entered(table: string, order = ''): string[] {
    const columns = this.#columns.get(table)
    return [
      `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM staged_${table} ${order}`,
      `DROP TABLE staged_${table}`,
    ]
  }
}

function statement(sql: string): StatementBatch {
  return { sql, width: 0, values: [] }
}
