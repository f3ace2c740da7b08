import { COLUMNS, type Row } from '../../records/derived-rows.ts'
import type { SqlValue } from '../../sql/fragment.ts'
import type { StatementBatch } from './statements.ts'

/** The tables that rows are written to, in the order in which that may be done, with their columns. */
const ROW_COLUMNS = {
  ...COLUMNS,
  sources: [...COLUMNS.sources, 'document'],
  actors: [...COLUMNS.actors, 'document'],
  places: [...COLUMNS.places, 'document'],
  tolls: [...COLUMNS.tolls, 'document', 'claims'],
  incidents: [...COLUMNS.incidents, 'original_key'],
  documents: ['key', 'dataset', 'document', 'claims'],
  originals: ['key', 'header_key', 'cells'],
  headers: ['key', 'columns'],
  publishers: ['key', 'name'],
} as const satisfies Record<string, readonly string[]>

/** A table that rows are written to. */
type RowTable = keyof typeof ROW_COLUMNS

/** Rows to insert and to delete, by table. */
export class RowBuffer {
  readonly #inserts = new Map<RowTable, SqlValue[]>()
  readonly #deletes = new Map<string, SqlValue[]>()

  insert(table: RowTable, row: Row): void {
    const values = this.#inserts.get(table)
    if (values) values.push(...row)
    else this.#inserts.set(table, row)
  }

  /** @param condition SQL of what comes before `= key`, such as `key` */
  delete(table: string, condition: string, key: number): void {
    const sql = `DELETE FROM ${table} WHERE ${condition} = ?`
    const values = this.#deletes.get(sql)
    if (values) values.push(key)
    else this.#deletes.set(sql, [key])
  }

  /** Empties the buffer: the statements that write what was in it, deletions first. */
  flush(tableFor: (table: string) => string): StatementBatch[] {
    const statements: StatementBatch[] = [...this.#deletes].map(([sql, values]) => ({
      sql,
      width: 1,
      values,
    }))
    // In the order of the tables: rows that refer to a source by its id need it to be there.
    for (const table of Object.keys(ROW_COLUMNS) as RowTable[]) {
      const values = this.#inserts.get(table)
      if (!values) continue
      const sql = insertion(table, tableFor(table))
      const isFullText = table === 'incidents_words'
      statements.push({ sql, width: ROW_COLUMNS[table].length, values, isFullText })
    }
    this.#deletes.clear()
    this.#inserts.clear()
    return statements
  }
}

/** SQL that inserts a row of a table, in the columns of `deriveRows`, into it or another one like it. */
function insertion(table: RowTable, target: string = table): string {
  // A source is named by its id, and without a key where it is not there, which the table rejects.
  if (table === 'incident_sources')
    return `INSERT INTO ${target} (incident_key, source_key, publisher_key)
      SELECT ?, key, publisher_key FROM (SELECT ? AS id) LEFT JOIN sources USING (id)`
  const columns = ROW_COLUMNS[table]
  // Incidents of one import share sources, and each brings its own.
  const verb = table === 'sources' ? 'INSERT OR IGNORE' : 'INSERT'
  return `${verb} INTO ${target} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
}
