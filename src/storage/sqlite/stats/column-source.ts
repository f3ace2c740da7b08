import { type Column, type ColumnTable, FILLED } from '../../columns/column-schema.ts'
import type { ColumnSource, KeySet } from '../../columns/column-source.ts'
import { COUNTED as COUNTED_COLUMNS } from '../../records/derived-rows.ts'
import type { Connection } from '../database/connection.ts'

const COUNTED = COUNTED_COLUMNS.join(', ')
const COUNTED_REST = COUNTED_COLUMNS.map((column) => `rests.${column}`).join(', ')
const COLUMNS = FILLED.incidents
  .map(({ name }) => name)
  .filter((name) => name !== 'has_parts' && !COUNTED_COLUMNS.includes(name))
  .map((name) => `incidents.${name}`)
  .join(', ')

/** Where the rows of each table are, and the column with the key of their incident. */
const TABLES: { [T in ColumnTable]: { from: string; key: string } } = {
  incidents: {
    from: `(SELECT ${COLUMNS}, ${COUNTED}, 0 AS has_parts FROM incidents
        WHERE key NOT IN (SELECT incident_key FROM group_rests)
      UNION ALL SELECT ${COLUMNS}, ${COUNTED_REST}, 1 FROM group_rests AS rests JOIN incidents ON key = incident_key)`,
    key: 'key',
  },
  incident_actors: {
    from: `(SELECT incident_key, own.actor_key, role, coalesce(identity_key, own.actor_key) AS identity_key
      FROM incident_actors AS own LEFT JOIN actor_identities USING (actor_key))`,
    key: 'incident_key',
  },
  own_figures: {
    from: `(SELECT key AS incident_key, ${COUNTED} FROM incidents WHERE key IN (SELECT incident_key FROM group_rests))`,
    key: 'incident_key',
  },
}

/** The state of the records that a connection reads, in one transaction. */
export class SqliteColumnSource implements ColumnSource {
  readonly state: string

  constructor(private readonly connection: Connection) {
    this.state = connection.get<{ state: string }>('SELECT state FROM store')?.state ?? ''
  }

  countIncidents(): number {
    return this.connection.get<{ n: number }>('SELECT count(*) AS n FROM incidents')?.n ?? 0
  }

  changesSince(state: string): number[] | null {
    const { connection } = this
    const known = connection.get<{ revision: number }>('SELECT revision FROM states WHERE state = ?', state)
    if (!known) return null
    return [
      ...connection.iterateValues<number>(
        `SELECT key FROM changed_incidents WHERE revision > ? UNION SELECT incident_key FROM group_rests ORDER BY 1`,
        known.revision,
      ),
    ]
  }

  *partition(size: number): Generator<{ from: number; to: number }> {
    for (let from = Number.MIN_SAFE_INTEGER; ; ) {
      const last = this.connection.get<{ key: number }>(
        'SELECT key FROM incidents WHERE key >= ? ORDER BY key LIMIT 1 OFFSET ?',
        from,
        size - 1,
      )
      yield { from, to: last?.key ?? Number.MAX_SAFE_INTEGER }
      if (!last) return
      from = last.key + 1
    }
  }

  readLines(table: ColumnTable, columns: readonly Column[], keys: KeySet): Iterable<string> {
    const { from, key } = TABLES[table]
    const line = columns.map(toCell).join(` || ',' || `)
    const select = `SELECT ${line} FROM ${from}`
    if ('from' in keys)
      return this.connection.iterateValues<string>(
        `${select} WHERE ${key} BETWEEN ? AND ? ORDER BY ${key}`,
        keys.from,
        keys.to,
      )
    return this.connection.iterateValues<string>(
      `${select} WHERE ${key} IN (SELECT value FROM json_each(?)) ORDER BY ${key}`,
      JSON.stringify(keys),
    )
  }
}

/** SQL of a value as a cell of CSV. */
function toCell({ name, type }: Column): string {
  switch (type) {
    case 'VARCHAR':
      return `coalesce('"' || replace(${name}, '"', '""') || '"', '')`
    case 'DOUBLE':
      // As text, SQLite gives 15 digits, which are not always the same number again.
      return `iif(${name} IS NULL, '', format('%!.17g', ${name}))`
    default:
      return `coalesce(${name}, '')`
  }
}
