import { OperatorError } from '../../../errors.ts'
import { PLACE_KINDS } from '../../../places/place.schema.ts'
import { COLUMNS, DERIVED, deriveRows, nameRows, type Row } from '../../records/derived-rows.ts'
import { readDocument } from '../../records/read-document.ts'
import { RECORD_SCHEMAS, type RecordOf, TABLES, type Table } from '../../records/tables.ts'
import type { SqlValue } from '../../sql/fragment.ts'
import { Connection } from '../database/connection.ts'
import { ReferenceLookup } from '../records/reference-lookup.ts'
import { suspendChangeLog } from '../writing/change-log.ts'
import { finalizeChange } from '../writing/finalize.ts'
import { RowBuffer } from '../writing/row-buffer.ts'
import { stampChange } from '../writing/stamp.ts'
import { StatementExecutor } from '../writing/statements.ts'

/** Records that are derived at a time. */
const BATCH = 500

/** Derives everything again that follows from documents; see `Storage.rebuild`. */
export function rebuild(path: string, at: Date, onProgress: (done: number, total: number) => void): number {
  const connection = new Connection(path, 'bulk')
  try {
    connection.execute('BEGIN IMMEDIATE')
    const records = rebuildRecords(connection, at, onProgress)
    connection.execute('COMMIT')
    return records
  } finally {
    // Undoes what was not committed.
    connection.close()
  }
}

/** Does the same in the transaction of a connection. */
export function rebuildRecords(
  connection: Connection,
  at: Date,
  onProgress: (done: number, total: number) => void = () => {},
): number {
  const changeLog = suspendChangeLog(connection)
  for (const sql of changeLog.begin) connection.execute(sql)
  const records = new Rebuild(connection, onProgress).run()
  for (const sql of changeLog.end) connection.execute(sql)
  finalizeChange(connection, {
    now: stampChange(connection, at),
    changesIncidents: true,
    changesActors: true,
  })
  return records
}

/** SQL that empties what holds only derived rows; the index of names must match them before they are deleted. */
const CLEAR = `
  INSERT INTO names_trigrams (names_trigrams) VALUES ('rebuild');
  DELETE FROM names;
  DELETE FROM incident_actors;
  DELETE FROM incident_sources;
  DELETE FROM parts;
  DELETE FROM incident_weapons;
  INSERT INTO incidents_words (incidents_words) VALUES ('delete-all');
  UPDATE documents SET dataset = document ->> '$.dataset' WHERE dataset <> document ->> '$.dataset';`

const FINISH = `
  INSERT INTO names_trigrams (names_trigrams) VALUES ('rebuild');
  INSERT INTO incidents_words (incidents_words) VALUES ('optimize');`

interface StoredColumns {
  document: string
  [column: string]: SqlValue
}

class Rebuild {
  readonly #references: ReferenceLookup
  readonly #rows = new RowBuffer()
  readonly #executor: StatementExecutor
  readonly #total: number
  #done = 0

  constructor(
    private readonly connection: Connection,
    private readonly onProgress: (done: number, total: number) => void,
  ) {
    this.#references = new ReferenceLookup(connection)
    this.#executor = new StatementExecutor(connection)
    const counts = TABLES.map((table) => `(SELECT count(*) FROM ${table})`).join(' + ')
    this.#total = connection.get<{ n: number }>(`SELECT ${counts} AS n`)?.n ?? 0
  }

  /** The number of records. */
  run(): number {
    this.connection.execute(CLEAR)
    this.#rebuildPublishers()
    for (const table of TABLES) {
      // A place repeats the columns of the place that it lies in: the outermost first.
      if (table === 'places')
        for (const kind of PLACE_KINDS.toReversed())
          this.#rebuildTable(table, `document ->> '$.kind' = '${kind}'`)
      else this.#rebuildTable(table)
    }
    this.#executor.finish()
    this.connection.execute(FINISH)
    return this.#done
  }

  /** Publishers keep their keys; one that sources name and that is missing is added. */
  #rebuildPublishers(): void {
    const { connection } = this
    connection.execute(`INSERT INTO publishers (name)
      SELECT DISTINCT document ->> '$.publisher' FROM sources WHERE TRUE ORDER BY 1 ON CONFLICT DO NOTHING`)
    for (const { key, name } of connection.all<{ key: number; name: string }>(
      'SELECT key, name FROM publishers ORDER BY key',
    ))
      for (const row of nameRows(key, 'publishers', [name], name)) this.#rows.insert('names', row)
    this.#flush()
  }

  #rebuildTable<T extends Table>(table: T, condition = 'TRUE'): void {
    const columns = COLUMNS[table].map((column) => `${table}.${column}`).join(', ')
    const from = table === 'incidents' ? 'incidents JOIN documents USING (key)' : table
    const sql = `SELECT ${columns}, document FROM ${from} WHERE ${table}.key > ? AND ${condition}
      ORDER BY ${table}.key LIMIT ${BATCH}`
    for (let after = Number.MIN_SAFE_INTEGER; ; ) {
      const stored = this.connection.all<StoredColumns>(sql, after)
      if (stored.length === 0) return
      const records = stored.map((row) => read(table, row))
      this.#references.prefetch(table, records)
      records.forEach((record, index) => {
        this.#rebuildRecord(table, record, stored[index] as StoredColumns)
      })
      this.#flush()
      after = Number(stored.at(-1)?.key)
      this.#done += stored.length
      this.onProgress(this.#done, this.#total)
    }
  }

  #rebuildRecord<T extends Table>(table: T, record: RecordOf<T>, stored: StoredColumns): void {
    const key = Number(stored.key)
    const [own = [], ...others] = this.#derive(table, record, key)
    const [row = []] = own
    const columns = COLUMNS[table]
    const differs = columns.some((column, index) => stored[column] !== row[index])
    if (differs) {
      const assignments = columns.map((column) => `${column} = ?`).join(', ')
      this.connection.run(`UPDATE ${table} SET ${assignments} WHERE key = ?`, ...row, key)
    }
    DERIVED[table].slice(1).forEach((derived, index) => {
      for (const derivedRow of others[index] ?? []) this.#rows.insert(derived, derivedRow)
    })
  }

  #derive<T extends Table>(table: T, record: RecordOf<T>, key: number): Row[][] {
    try {
      return deriveRows(table, record, key, this.#references)
    } catch (error) {
      throw unusable(table, record.id, (error as Error).message)
    }
  }

  #flush(): void {
    this.#executor.execute(this.#rows.flush((table) => table))
  }
}

function read<T extends Table>(table: T, { id, document }: StoredColumns): RecordOf<T> {
  const { record, problems } = readDocument<RecordOf<T>>(RECORD_SCHEMAS[table], null, document)
  if (!record) throw unusable(table, String(id), problems.join('; '))
  return record
}

function unusable(table: Table, id: string, reason: string): OperatorError {
  return new OperatorError(`${table}: ${id}: ${reason}: nothing was rebuilt, restore a backup`)
}
