import { parse, serialize } from '../../../records.ts'
import { DERIVED, deriveRows, nameRows, placeColumns, type Row } from '../../records/derived-rows.ts'
import {
  type ChangeOutcome,
  type ComparedRecord,
  compareRecord,
  type RecordChange,
} from '../../records/record-change.ts'
import type { RecordOf, Table } from '../../records/tables.ts'
import type { Connection } from '../database/connection.ts'
import { ownerCondition } from '../records/derived-sql.ts'
import { ReferenceLookup } from '../records/reference-lookup.ts'
import { KeyAllocator } from './key-allocator.ts'
import { RowBuffer } from './row-buffer.ts'
import { SameAs } from './same-as.ts'
import type { StatementBatch } from './statements.ts'
import { StoredRecords, type StoredRow } from './stored-records.ts'

/**
 * Changes of records, as rows: compares records with what a connection sees and collects what must be written for
 * them. It writes nothing itself, so that another thread can.
 */
export class ChangeSet {
  readonly references: ReferenceLookup
  readonly sameAs: SameAs
  /** The number of records changed or removed since the last flush. */
  pending = 0
  /** A place lies in another one now, so that what lies in it must go along. */
  movesPlaces = false
  /** Incidents are added, changed or removed. */
  changesIncidents = false
  /** Ids of sources that get another title. */
  readonly retitledSources: string[] = []
  /** Actors are added, changed or removed. */
  changesActors = false
  readonly #stored: StoredRecords
  readonly #keys: KeyAllocator
  readonly #rows = new RowBuffer()
  readonly #headers = new Map<readonly string[], number>()

  constructor(
    private readonly connection: Connection,
    private readonly now: string,
  ) {
    this.references = new ReferenceLookup(connection)
    this.sameAs = new SameAs(connection)
    this.#stored = new StoredRecords(connection)
    this.#keys = new KeyAllocator(connection)
  }

  /**
   * Adds or updates records; returns the outcome of each.
   * @throws Error when one refers to what is not there
   */
  put<T extends Table>(table: T, changes: readonly RecordChange<T>[]): ChangeOutcome[] {
    const stored = this.#stored.findSame<T>(
      table,
      changes.map(({ record }) => record),
    )
    const compared = changes.map((change) => {
      const { id } = change.record
      return compareRecord(table, change, stored.get(id), {
        now: this.now,
        sameAs: this.sameAs.linkedTo(id),
        headerKey: (columns) => this.#header(columns),
      })
    })
    const changed = compared.filter(({ outcome }) => outcome !== 'unchanged')
    this.#prefetch(
      table,
      changed.map(({ record }) => record),
    )
    for (const record of changed) this.#write(table, record, stored.get(record.record.id))
    return compared.map(({ outcome }) => outcome)
  }

  /** Lets records refer to actors whose own records are put later. */
  expectActors(ids: readonly string[]): void {
    const { actors } = this.references
    actors.prefetch(ids)
    for (const id of ids) if (!actors.find(id)) actors.set(id, { key: this.#keys.next('actors') })
  }

  /** Removes the records with these ids that are stored. */
  remove(table: Table, ids: readonly string[]): void {
    for (const row of this.#stored.find(table, ids).values()) {
      this.#delete(table, row)
      if (table === 'incidents') this.sameAs.remove(row.id)
    }
  }

  /** The statements that write all changes since the last flush; rows of a table go to `tableFor(table)`. */
  flush(tableFor: (table: string) => string = (table) => table): StatementBatch[] {
    this.pending = 0
    return this.#rows.flush(tableFor)
  }

  #prefetch<T extends Table>(table: T, records: readonly RecordOf<T>[]): void {
    const { references } = this
    references.prefetch(table, records)
    const ids = records.map(({ id }) => id)
    if (table === 'actors') references.actors.prefetch(ids)
    if (table === 'places') references.places.prefetch(ids)
    if (table === 'incidents')
      this.#keys.prefetchDays(
        (records as readonly RecordOf<'incidents'>[]).map(({ date_start }) => date_start),
      )
  }

  #write<T extends Table>(
    table: T,
    { record, document, claims, header_key, cells }: ComparedRecord<T>,
    stored: StoredRow<T> | undefined,
  ): void {
    if (stored) {
      this.#delete(table, stored)
      if (table === 'sources') this.#noteTitle(record as RecordOf<'sources'>, stored as StoredRow<'sources'>)
    }
    this.#countChange(table)
    this.#makeKnown(table, record, stored?.key)
    const key = this.#keyOf(table, record, stored?.key)
    const original_key = cells === null ? null : (stored?.original_key ?? this.#keys.next('originals'))
    const outsideDerived: Row =
      table === 'incidents' ? [original_key] : table === 'tolls' ? [document, claims ?? '[]'] : [document]
    // The words are folded when they are written, which another thread may do.
    const rows = deriveRows(table, record, key, this.references, (text) => text)
    DERIVED[table].forEach((derived, index) => {
      for (const row of rows[index] ?? [])
        this.#rows.insert(derived, derived === table ? [...row, ...outsideDerived] : row)
    })
    if (table === 'incidents') this.#rows.insert('documents', [key, record.dataset, document, claims])
    if (cells !== null) this.#rows.insert('originals', [original_key, header_key, cells])
  }

  #countChange(table: Table): void {
    this.pending += 1
    this.changesIncidents ||= table === 'incidents'
    this.changesActors ||= table === 'actors'
  }

  #noteTitle({ id, title }: RecordOf<'sources'>, stored: StoredRow<'sources'>): void {
    if (parse(stored.document).title !== title) this.retitledSources.push(id)
  }

  /** A record keeps its key; an incident's follows its date, so that it keeps it only with the date. */
  #keyOf<T extends Table>(table: T, record: RecordOf<T>, old: number | undefined): number {
    if (table === 'actors') return this.references.actors.get(record.id).key
    if (table === 'incidents') return this.#keys.nextOfDay((record as RecordOf<'incidents'>).date_start, old)
    return old ?? this.#keys.next(table)
  }

  /** Lets the record itself and those that follow refer to it. */
  #makeKnown(table: Table, record: RecordOf<Table>, old: number | undefined): void {
    const { references } = this
    if (table === 'actors') {
      const key = old ?? references.actors.find(record.id)?.key ?? this.#keys.next(table)
      references.actors.set(record.id, { key })
    }
    if (table === 'places') {
      const columns = placeColumns(record as RecordOf<'places'>, references)
      const before = references.places.find(record.id)
      this.movesPlaces ||= before !== undefined && serialize(before) !== serialize(columns)
      references.places.set(record.id, columns)
    }
    if (table === 'sources') {
      const { id, title, publisher } = record as RecordOf<'sources'>
      references.sources.set(id, { title })
      this.#publisher(publisher)
    }
  }

  #publisher(name: string): void {
    if (this.references.publishers.find(name)) return
    const key = this.#keys.next('publishers')
    this.references.publishers.set(name, { key })
    this.#rows.insert('publishers', [key, name])
    for (const row of nameRows(key, 'publishers', [name], name)) this.#rows.insert('names', row)
  }

  #header(columns: readonly string[]): number {
    const known = this.#headers.get(columns)
    if (known !== undefined) return known
    const text = serialize(columns)
    const stored = this.connection.get<{ key: number }>('SELECT key FROM headers WHERE columns = ?', text)
    const key = stored?.key ?? this.#keys.next('headers')
    if (!stored) this.#rows.insert('headers', [key, text])
    this.#headers.set(columns, key)
    return key
  }

  #delete(table: Table, { key, original_key }: StoredRow): void {
    this.#countChange(table)
    for (const derived of DERIVED[table]) this.#rows.delete(derived, ownerCondition(derived, table), key)
    if (table === 'incidents') this.#rows.delete('documents', 'key', key)
    if (original_key !== null) this.#rows.delete('originals', 'key', original_key)
  }
}
