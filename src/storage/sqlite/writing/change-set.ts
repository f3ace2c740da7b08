import type { Claim } from '../../../figures/claim.schema.ts'
import type { Incident } from '../../../incidents/incident.schema.ts'
import { parse, type SerializedJson, serialize } from '../../../records.ts'
import type { RecordInput } from '../../contract/storage.ts'
import type { Connection, SqlValue } from '../database/connection.ts'
import {
  COLUMNS,
  DERIVED,
  deriveRows,
  firstKeyOf,
  isKeyOf,
  KEYS_PER_DAY,
  nameRows,
  ownerOf,
  placeColumns,
  type Row,
} from '../records/derived-rows.ts'
import { INCIDENTS_WITH_DOCUMENTS } from '../records/document-sql.ts'
import { ReferenceLookup } from '../records/reference-lookup.ts'
import { type RecordOf, stampRecord, type Table } from '../records/tables.ts'
import { SameAs } from './same-as.ts'
import type { StatementBatch } from './statements.ts'

/** A record to write, and what of it lies outside its document. */
export interface RecordChange<T extends Table = Table> {
  /** `updated_at` only where the record brings its own. */
  record: RecordInput<RecordOf<T>> & { updated_at?: string }
  /** Of incidents and tolls; null: each figure is what the data set itself states. Left out: those that are stored. */
  claims?: readonly Claim[] | null
  /** Of imported incidents: the row that it was made of. Left out: the one that is stored. */
  original?: Original
  /** What becomes of a stored record that holds more than is known here. */
  mergeWith?: (stored: RecordOf<T>) => RecordChange<T>['record']
}

/** The cells of a row, and the columns that they stand under. */
export interface Original {
  columns: readonly string[]
  cells: readonly string[]
}

/** What becomes of a record. */
export type ChangeOutcome = 'added' | 'updated' | 'unchanged'

/** What is stored of a record. */
interface Stored {
  key: number
  document: SerializedJson<RecordOf<Table>>
  claims: string | null
  original_key: number | null
  header_key: number | null
  cells: string | null
}

const PLAIN = `key, document, NULL AS claims, NULL AS original_key, NULL AS header_key, NULL AS cells`
const SELECT_STORED: { [T in Table]: string } = {
  sources: `SELECT ${PLAIN} FROM sources WHERE id = ?`,
  actors: `SELECT ${PLAIN} FROM actors WHERE id = ?`,
  places: `SELECT ${PLAIN} FROM places WHERE id = ?`,
  tolls: `SELECT ${PLAIN.replace('NULL AS claims', 'claims')} FROM tolls WHERE id = ?`,
  incidents: `SELECT incidents.key, document, claims, original_key, header_key, cells
    FROM ${INCIDENTS_WITH_DOCUMENTS} LEFT JOIN originals ON originals.key = original_key WHERE id = ?`,
}

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
type RowTable = keyof typeof ROW_COLUMNS

/**
 * The rows that records make and unmake: compares records with what a connection sees and gathers what must
 * be written for them. It writes nothing itself, so that another thread can.
 */
export class ChangeSet {
  readonly references: ReferenceLookup
  readonly sameAs: SameAs
  /** Records put or removed whose writes have not been taken yet. */
  pending = 0
  /** Whether a place came to lie elsewhere, so that what lies in it must go along. */
  movesPlaces = false
  /** Whether incidents come, change or go. */
  changesIncidents = false
  readonly #inserts = new Map<RowTable, SqlValue[]>()
  readonly #deletes = new Map<string, SqlValue[]>()
  readonly #nextKeys = new Map<string, number>()
  /** Whether a table has nothing of a data set. */
  readonly #empty = new Map<string, boolean>()
  readonly #headers = new Map<readonly string[], number>()

  constructor(
    private readonly connection: Connection,
    private readonly now: string,
  ) {
    this.references = new ReferenceLookup(connection)
    this.sameAs = new SameAs(connection)
  }

  /**
   * Sees to it that a record is stored as given.
   * @throws Error when it refers to what is not there
   */
  put<T extends Table>(table: T, entry: RecordChange<T>): ChangeOutcome {
    const stored = this.#stored(table, entry.record)
    const before = stored && entry.mergeWith?.(parse(stored.document) as RecordOf<T>)
    const record = stampRecord(table, before ?? entry.record, this.now, this.sameAs.of(entry.record.id))
    const document = serialize(record)
    const claims =
      entry.claims === undefined ? (stored?.claims ?? null) : entry.claims && serialize(entry.claims)
    const header_key = entry.original ? this.#header(entry.original.columns) : (stored?.header_key ?? null)
    const cells = entry.original ? serialize(entry.original.cells) : (stored?.cells ?? null)
    if (stored) {
      // A record that brings the moment of its change is stored with it.
      const compared = entry.record.updated_at === undefined ? unstamped : (text: string) => text
      const isSame =
        compared(stored.document) === compared(document) &&
        stored.claims === claims &&
        stored.header_key === header_key &&
        stored.cells === cells
      if (isSame) return 'unchanged'
      this.#delete(table, stored)
    }
    const original_key = cells === null ? null : (stored?.original_key ?? this.#nextKey('originals'))
    this.#insert(table, this.#keyFor(table, record, stored?.key), record, { document, claims, original_key })
    if (cells !== null) this.#add('originals', [original_key, header_key, cells])
    return stored ? 'updated' : 'added'
  }

  /** Lets records refer to an actor whose own record is put later. */
  expectActor(id: string): void {
    const { actors } = this.references
    if (!actors.find(id)) actors.set(id, { key: this.#nextKey('actors') })
  }

  /** Sees to it that a record is not stored. */
  remove(table: Table, id: string): void {
    const stored = this.connection.get<Stored>(SELECT_STORED[table], id)
    if (stored) this.#delete(table, stored)
    if (stored && table === 'incidents') this.sameAs.remove(id)
  }

  /** The writes of everything since the last time; rows of a table go to the table itself unless told otherwise. */
  flush(placeOf: (table: string) => string = (table) => table): StatementBatch[] {
    const writes: StatementBatch[] = [...this.#deletes].map(([sql, values]) => ({ sql, width: 1, values }))
    // In the order of the tables: rows that refer to a source by its id need it to be there.
    for (const table of Object.keys(ROW_COLUMNS) as RowTable[]) {
      const values = this.#inserts.get(table)
      if (!values) continue
      const sql = insertion(table, placeOf(table))
      const isGathered = table === 'incidents_words'
      writes.push({ sql, width: ROW_COLUMNS[table].length, values, isBuffered: isGathered })
    }
    this.#deletes.clear()
    this.#inserts.clear()
    this.pending = 0
    return writes
  }

  /**
   * What is stored of a record. Where ids begin with the data set, nothing is looked for if it has nothing; but
   * places may have been left to another.
   */
  #stored(table: Table, { id, dataset }: { id: string; dataset: string }): Stored | undefined {
    if (table === 'places' || !id.startsWith(`${dataset}:`))
      return this.connection.get<Stored>(SELECT_STORED[table], id)
    const place = `${table} ${dataset}`
    let isEmpty = this.#empty.get(place)
    if (isEmpty === undefined) {
      isEmpty = this.connection.get(`SELECT 1 FROM ${table} WHERE dataset = ? LIMIT 1`, dataset) === undefined
      this.#empty.set(place, isEmpty)
    }
    return isEmpty ? undefined : this.connection.get<Stored>(SELECT_STORED[table], id)
  }

  #insert<T extends Table>(
    table: T,
    key: number,
    record: RecordOf<T>,
    {
      document,
      claims,
      original_key,
    }: { document: string; claims: string | null; original_key: number | null },
  ): void {
    this.pending += 1
    this.changesIncidents ||= table === 'incidents'
    this.#note(table, key, record)
    const own: Row =
      table === 'incidents' ? [original_key] : table === 'tolls' ? [document, claims ?? '[]'] : [document]
    const rows = deriveRows(table, record, key, this.references)
    DERIVED[table].forEach((derived, index) => {
      for (const row of rows[index] ?? []) this.#add(derived, derived === table ? [...row, ...own] : row)
    })
    if (table === 'incidents') this.#add('documents', [key, record.dataset, document, claims])
  }

  /** Lets records that follow refer to this one. */
  #note(table: Table, key: number, record: RecordOf<Table>): void {
    const { references } = this
    if (table === 'actors') references.actors.set(record.id, { key })
    if (table === 'places') {
      const columns = placeColumns(record as RecordOf<'places'>, references)
      const before = references.places.find(record.id)
      this.movesPlaces ||= before !== undefined && serialize(before) !== serialize(columns)
      references.places.set(record.id, columns)
    }
    if (table === 'sources') this.#publisher((record as RecordOf<'sources'>).publisher)
  }

  #publisher(name: string): void {
    if (this.references.publishers.find(name)) return
    const key = this.#nextKey('publishers')
    this.references.publishers.set(name, { key })
    this.#add('publishers', [key, name])
    for (const row of nameRows(key, 'publishers', [name], name)) this.#add('names', row)
  }

  #header(columns: readonly string[]): number {
    const kept = this.#headers.get(columns)
    if (kept !== undefined) return kept
    const text = serialize(columns)
    const known = this.connection.get<{ key: number }>('SELECT key FROM headers WHERE columns = ?', text)?.key
    const key = known ?? this.#nextKey('headers')
    if (known === undefined) this.#add('headers', [key, text])
    this.#headers.set(columns, key)
    return key
  }

  #add(table: RowTable, row: Row): void {
    const values = this.#inserts.get(table)
    if (values) values.push(...row)
    else this.#inserts.set(table, row)
  }

  #delete(table: Table, { key, original_key }: Stored): void {
    this.pending += 1
    this.changesIncidents ||= table === 'incidents'
    const from = (place: string, value: number) => {
      const sql = `DELETE FROM ${place} = ?`
      const values = this.#deletes.get(sql)
      if (values) values.push(value)
      else this.#deletes.set(sql, [value])
    }
    for (const derived of DERIVED[table]) from(`${derived} WHERE ${ownerOf(derived, table)}`, key)
    if (table === 'incidents') from('documents WHERE key', key)
    if (original_key !== null) from('originals WHERE key', original_key)
  }

  /** A record keeps its key; an incident's follows its date, so that it keeps it only with the date. */
  #keyFor<T extends Table>(table: T, record: RecordOf<T>, old: number | undefined): number {
    if (table === 'actors') return old ?? this.references.actors.find(record.id)?.key ?? this.#nextKey(table)
    if (table !== 'incidents') return old ?? this.#nextKey(table)
    const { date_start } = record as unknown as Incident
    if (old !== undefined && isKeyOf(old, date_start)) return old
    const first = firstKeyOf(date_start)
    return this.#nextKey(
      date_start,
      () =>
        this.connection.get<{ key: number | null }>(
          'SELECT max(key) AS key FROM incidents WHERE key >= ? AND key < ?',
          ...[first, first + KEYS_PER_DAY],
        )?.key ?? first - 1,
    )
  }

  /** The key after the last one, of a table or a day. */
  #nextKey(series: string, last?: () => number): number {
    const stored =
      last ??
      (() => this.connection.get<{ key: number | null }>(`SELECT max(key) AS key FROM ${series}`)?.key ?? 0)
    const key = this.#nextKeys.get(series) ?? stored() + 1
    this.#nextKeys.set(series, key + 1)
    return key
  }
}

/** The statement that enters a row. */
function insertion(table: RowTable, place: string): string {
  // A source is named by its id, and without a key where it is not there, which the table refuses.
  if (table === 'incident_sources')
    return `INSERT INTO ${place} (incident_key, source_key, publisher_key)
      SELECT ?, key, publisher_key FROM (SELECT ? AS id) LEFT JOIN sources USING (id)`
  const columns = ROW_COLUMNS[table]
  // Incidents of one import share sources, and each brings its own.
  const verb = table === 'sources' ? 'INSERT OR IGNORE' : 'INSERT'
  return `${verb} INTO ${place} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
}

/** A document but for the moment of its last change, which stands at its end. */
function unstamped(document: string): string {
  return document.slice(0, document.lastIndexOf('"updated_at":'))
}
