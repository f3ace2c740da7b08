import type { StoredRecord } from '../../records/record-change.ts'
import type { Table } from '../../records/tables.ts'
import type { Connection } from '../database/connection.ts'

/** A stored record and its keys. */
export interface StoredRow<T extends Table = Table> extends StoredRecord<T> {
  id: string
  key: number
  original_key: number | null
}

/** SQL of the rows of a table whose ids are in a JSON array: the cross join looks up one after the other. */
const byIds = (table: Table) => `json_each(?) AS wanted CROSS JOIN ${table} ON ${table}.id = wanted.value`
const withoutOriginal = (table: Table, claims: string) =>
  `SELECT ${table}.id, ${table}.key, document, ${claims} AS claims,
     NULL AS original_key, NULL AS header_key, NULL AS cells FROM ${byIds(table)}`

const SELECT_STORED: Readonly<Record<Table, string>> = {
  sources: withoutOriginal('sources', 'NULL'),
  actors: withoutOriginal('actors', 'NULL'),
  places: withoutOriginal('places', 'NULL'),
  tolls: withoutOriginal('tolls', 'claims'),
  incidents: `SELECT incidents.id, incidents.key, document, claims, original_key, header_key, cells
    FROM ${byIds('incidents')} JOIN documents ON documents.key = incidents.key
    LEFT JOIN originals ON originals.key = original_key`,
}

/** Looks up records as they are stored, a batch at a time. */
export class StoredRecords {
  /** True for a table and a data set of which it has no record. */
  readonly #empty = new Map<string, boolean>()

  constructor(private readonly connection: Connection) {}

  /** The records with these ids that are stored, by id. */
  find<T extends Table>(table: T, ids: readonly string[]): Map<string, StoredRow<T>> {
    if (ids.length === 0) return new Map()
    const rows = this.connection.all<StoredRow<T>>(SELECT_STORED[table], JSON.stringify(ids))
    return new Map(rows.map((row) => [row.id, row]))
  }

  /** The stored records with the ids of these, by id. */
  findSame<T extends Table>(
    table: T,
    records: readonly { id: string; dataset: string }[],
  ): Map<string, StoredRow<T>> {
    return this.find(
      table,
      records.filter((record) => this.#mayBeStored(table, record)).map(({ id }) => id),
    )
  }

  /**
   * Where ids begin with the data set, none is stored if the data set has none; but places may have been left to
   * another data set.
   */
  #mayBeStored(table: Table, { id, dataset }: { id: string; dataset: string }): boolean {
    if (table === 'places' || !id.startsWith(`${dataset}:`)) return true
    const position = `${table} ${dataset}`
    const known = this.#empty.get(position)
    if (known !== undefined) return !known
    const isEmpty =
      this.connection.get(`SELECT 1 FROM ${table} WHERE dataset = ? LIMIT 1`, dataset) === undefined
    this.#empty.set(position, isEmpty)
    return !isEmpty
  }
}
