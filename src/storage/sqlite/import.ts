import type { ActorRecord } from '../../actors/actor.schema.ts'
import type { Dataset } from '../../datasets/dataset.schema.ts'
import { type Json, parse, render } from '../../records.ts'
import type { ImportedIncident, ImportFinish, ImportReport, ImportSession, Written } from '../storage.ts'
import type { Connection } from './connection.ts'
import type { Table } from './tables.ts'
import { type Entry, insert, isSame, remove, type Stored, write } from './write.ts'

/** One import: a transaction that is open from begin to finish; readers go on with the state before it. */
export class SqliteImportSession implements ImportSession {
  readonly #report: ImportReport = { added: 0, updated: 0, unchanged: 0, removed: 0, missing: [] }
  /** Records of the data set that the import has not brought yet, and the country of each. */
  readonly #unseen: Map<string, string>
  readonly #countries = new Set<string>()
  readonly #known: Record<'sources' | 'places', Set<string>> = { sources: new Set(), places: new Set() }
  readonly #now: string
  #changed = false

  constructor(
    private readonly connection: Connection,
    dataset: string,
    at: Date,
  ) {
    this.#now = at.toISOString()
    connection.execute('BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON')
    const rows = connection.all<{ id: string; country: string }>(
      `SELECT id, document ->> '$.place.country_code' AS country FROM incidents WHERE dataset = ?`,
      dataset,
    )
    this.#unseen = new Map(rows.map(({ id, country }) => [id, country]))
  }

  async put(incidents: readonly ImportedIncident[], columns: readonly string[]): Promise<void> {
    const header = this.#header(columns)
    for (const { record, claims, original, places, sources } of incidents) {
      for (const place of places) this.#refer('places', place)
      for (const source of sources) this.#refer('sources', source)
      this.#incident({ record, claims }, header, render(original))
    }
  }

  async finish({ dataset, file, sources, actors, replace, dryRun }: ImportFinish): Promise<ImportReport> {
    for (const source of sources) this.#refer('sources', source)
    for (const actor of actors) this.#upsert('actors', { record: actor as Written<ActorRecord> })
    // What another country's file does not hold is not missing from it.
    this.#report.missing = [...this.#unseen]
      .filter(([, country]) => this.#countries.has(country))
      .map(([id]) => id)
    if (replace) {
      for (const id of this.#report.missing) this.#remove(id)
      this.#report.removed = this.#report.missing.length
    }
    this.#register(dataset, file)
    if (this.#changed) {
      this.connection.run('UPDATE store SET revision = revision + 1, revised_at = ?', this.#now)
    }
    this.connection.execute(dryRun ? 'ROLLBACK' : 'COMMIT')
    return this.#report
  }

  async abort(): Promise<void> {
    this.connection.execute('ROLLBACK')
  }

  #incident(entry: Entry<'incidents'>, header: number, cells: string): void {
    const { id } = entry.record
    this.#unseen.delete(id)
    this.#countries.add(entry.record.place.country_code)
    const stored = this.connection.get<Stored & { header_key: number; cells: string }>(
      `SELECT key, id, document, claims, header_key, cells
       FROM incidents LEFT JOIN originals ON incident_key = key WHERE id = ?`,
      id,
    )
    const same =
      stored && isSame('incidents', stored, entry) && stored.cells === cells && stored.header_key === header
    if (same) {
      this.#report.unchanged += 1
      return
    }
    const key = write(this.connection, { table: 'incidents', entry, key: stored?.key }, this.#now)
    insert(this.connection, 'originals', { incident_key: key, header_key: header, cells })
    this.#report[stored ? 'updated' : 'added'] += 1
    this.#changed = true
  }

  /** Writes a record that incidents refer to, the first time that it comes. */
  #refer(table: 'sources' | 'places', record: Entry<'sources' | 'places'>['record']): void {
    if (this.#known[table].has(record.id)) return
    this.#known[table].add(record.id)
    this.#upsert(table, { record })
  }

  #upsert(table: Exclude<Table, 'incidents' | 'tolls'>, entry: Entry): void {
    const stored = this.connection.get<Stored>(
      `SELECT key, id, document, NULL AS claims FROM ${table} WHERE id = ?`,
      entry.record.id,
    )
    if (stored && isSame(table, stored, entry)) return
    write(this.connection, { table, entry, key: stored?.key }, this.#now)
    this.#changed = true
  }

  #remove(id: string): void {
    const row = this.connection.get<{ key: number }>('SELECT key FROM incidents WHERE id = ?', id)
    if (!row) return
    remove(this.connection, 'incidents', row.key)
    this.#changed = true
  }

  #header(columns: readonly string[]): number {
    const text = render(columns)
    this.connection.run('INSERT INTO headers (columns) VALUES (?) ON CONFLICT DO NOTHING', text)
    return this.connection.get<{ key: number }>('SELECT key FROM headers WHERE columns = ?', text)?.key ?? 0
  }

  /** The registry: the data set, and the file in place of an earlier one of its name. */
  #register(dataset: ImportFinish['dataset'], file: ImportFinish['file']): void {
    const row = this.connection.get<{ document: Json<Dataset> }>(
      'SELECT document FROM datasets WHERE id = ?',
      dataset.id,
    )
    const before = row && parse(row.document)
    const others = (before?.files ?? []).filter(({ name }) => name !== file.name)
    const known = before?.files.find(({ name, sha256 }) => name === file.name && sha256 === file.sha256)
    const files = [...others, known ?? { ...file, imported_at: this.#now }].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )
    const imported_at = this.#changed || !before ? this.#now : before.imported_at
    const { id, name, version, licence, citation, description, url } = dataset
    const document = render({ id, name, version, licence, citation, description, url, files, imported_at })
    if (row?.document === document) return
    this.#changed = true
    this.connection.run(
      'INSERT INTO datasets (id, document) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document',
      dataset.id,
      document,
    )
  }
}
