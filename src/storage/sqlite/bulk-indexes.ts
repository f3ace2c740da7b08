import type { Connection } from './connection.ts'
import type { Writes } from './writes.ts'

/** Tables to which an import adds about as many rows as it has, or more. */
const TABLES = ['incidents', 'incident_actors', 'incident_sources', 'sources']
/** Fewer rows than this are entered into the indexes one by one. */
const FEW = 50_000

/**
 * The indexes of a large import: built anew at its end, by sorting, they take a fraction of the time of entering
 * row after row. They go only when the import adds much to what is there.
 */
export class BulkIndexes {
  readonly #indexes: { name: string; sql: string }[]
  readonly #enough: number
  #areRemoved = false

  constructor(connection: Connection) {
    this.#indexes = connection.all(
      `SELECT name, sql FROM sqlite_schema
       WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (${TABLES.map(() => '?').join(', ')})`,
      ...TABLES,
    )
    const stored = connection.get<{ n: number }>('SELECT count(*) AS n FROM incidents')?.n ?? 0
    this.#enough = Math.max(FEW, stored / 4)
  }

  /** What takes the indexes away, the first time that enough rows were added. */
  removed(added: number): Writes[] {
    if (this.#areRemoved || added < this.#enough) return []
    this.#areRemoved = true
    return this.#indexes.map(({ name }) => statement(`DROP INDEX ${name}`))
  }

  /** What builds them again, if they were taken away. */
  restored(): Writes[] {
    if (!this.#areRemoved) return []
    return [
      ...this.#indexes.map(({ sql }) => statement(sql)),
      // One segment of full text is read faster than the many that were written.
      statement(`INSERT INTO incidents_words (incidents_words) VALUES ('optimize')`),
    ]
  }
}

function statement(sql: string): Writes {
  return { sql, width: 0, values: [] }
}
