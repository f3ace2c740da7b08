import type { Dataset } from '../../../datasets/dataset.schema.ts'
import { parse, type SerializedJson, serialize } from '../../../records.ts'
import type { ImportedIncident, ImportFinish, ImportReport, ImportSession } from '../../contract/storage.ts'
import type { Connection } from '../database/connection.ts'
import { BulkLoad } from './bulk-load.ts'
import { ChangeSet } from './change-set.ts'
import { ImportWriter } from './import-writer.ts'
import { findUndecided, importedLinks } from './imported-links.ts'
import { registerDataset, type StatementBatch } from './statements.ts'

/** So many changes are handed over at a time. */
const BATCH = 500

/**
 * One import: a transaction that is open from begin to finish; readers go on with the state before it. What
 * must be written is found out here, by the state before the import; another thread writes it.
 */
export class SqliteImportSession implements ImportSession {
  readonly #report: ImportReport = { added: 0, updated: 0, unchanged: 0, removed: 0, linked: 0, missing: [] }
  readonly #changes: ChangeSet
  readonly #bulk: BulkLoad
  /** Of each data set, the records that the import has not brought yet, and the country of each. */
  readonly #unseen = new Map<string, Map<string, string>>()
  readonly #countries = new Set<string>()
  readonly #now: string
  #hasWritten = false

  private constructor(
    private readonly reader: Connection,
    private readonly writer: ImportWriter,
    at: Date,
  ) {
    this.#now = at.toISOString()
    this.#changes = new ChangeSet(reader, this.#now)
    this.#bulk = new BulkLoad(reader)
  }

  /**
   * Begins an import into the database at a path, which a connection reads.
   * @throws OperatorError when it cannot be written
   */
  static async begin(path: string, reader: Connection, at: Date): Promise<SqliteImportSession> {
    const writer = await ImportWriter.begin(path)
    return new SqliteImportSession(reader, writer, at)
  }

  async put(incidents: readonly ImportedIncident[], columns: readonly string[]): Promise<void> {
    for (const incident of incidents) {
      this.#put(incident, columns)
      if (this.#changes.pending >= BATCH) await this.#write()
    }
  }

  async finish(finish: ImportFinish): Promise<ImportReport> {
    for (const source of finish.sources) this.#changes.put('sources', { record: source })
    for (const actor of finish.actors) this.#changes.put('actors', { record: actor })
    for (const left of this.#unseen.values()) {
      // What another country's file does not hold is not missing from it.
      for (const [id, country] of left) if (this.#countries.has(country)) this.#report.missing.push(id)
    }
    if (finish.replace) {
      for (const id of this.#report.missing) this.#changes.remove('incidents', id)
      this.#report.removed = this.#report.missing.length
    }
    const rest = this.#taken()
    const stated = findUndecided(this.reader, finish.sameAs ?? [])
    this.#report.linked = stated.pairs.length
    const isChanged = this.#hasWritten || rest.length + stated.pairs.length > 0
    const { file } = finish
    const registrations = file
      ? finish.datasets.flatMap((dataset) => this.#registration(dataset, file, isChanged))
      : []
    if (!finish.dryRun && (isChanged || registrations.length > 0)) {
      const { movesPlaces, changesIncidents, sameAs } = this.#changes
      // Whoever is somewhere else now may have been the last.
      const leavesPlaces = this.#report.updated + this.#report.removed > 0
      const links = [...importedLinks(stated, this.#now), ...sameAs.endStatements(this.#now)]
      await this.writer.write([...rest, ...registrations, ...this.#bulk.endStatements(), ...links])
      await this.writer.commit({ now: this.#now, movesPlaces, changesIncidents, leavesPlaces })
    } else await this.writer.rollback()
    return this.#report
  }

  async abort(): Promise<void> {
    await this.writer.rollback()
  }

  #put(
    { record, claims, original, places, sources, mergeWith: over }: ImportedIncident,
    columns: readonly string[],
  ) {
    const { references } = this.#changes
    for (const place of places) this.#changes.put('places', { record: place })
    for (const source of sources) this.#changes.put('sources', { record: source })
    for (const { id } of record.actors) this.#changes.expectActor(id)
    const outcome = this.#changes.put('incidents', {
      record,
      ...(claims !== undefined && { claims }),
      ...(original && { original: { columns, cells: original } }),
      ...(over && { mergeWith: over }),
    })
    this.#report[outcome] += 1
    this.#unseenOf(record.dataset).delete(record.id)
    this.#countries.add(references.places.get(record.place.id).country_id)
  }

  #unseenOf(dataset: string): Map<string, string> {
    const known = this.#unseen.get(dataset)
    if (known) return known
    const rows = this.reader.all<{ id: string; country_id: string }>(
      'SELECT id, country_id FROM incidents WHERE dataset = ?',
      dataset,
    )
    const unseen = new Map(rows.map(({ id, country_id }) => [id, country_id]))
    this.#unseen.set(dataset, unseen)
    return unseen
  }

  async #write(): Promise<void> {
    this.#hasWritten = true
    await this.writer.write([...this.#bulk.beginStatements(this.#report.added), ...this.#taken()])
  }

  #taken(): StatementBatch[] {
    return this.#changes.flush((table) => this.#bulk.tableFor(table))
  }

  /** The registry: the data set, and the file in place of an earlier one of its name. */
  #registration(
    { rows, ...given }: ImportFinish['datasets'][number],
    file: NonNullable<ImportFinish['file']>,
    isChanged: boolean,
  ): StatementBatch[] {
    const row = this.reader.get<{ document: SerializedJson<Dataset> }>(
      'SELECT document FROM datasets WHERE id = ?',
      given.id,
    )
    const before = row && parse(row.document)
    const others = (before?.files ?? []).filter((other) => other.name !== file.name)
    const known = before?.files.find((other) => other.name === file.name && other.sha256 === file.sha256)
    const files = [...others, known ?? { ...file, rows, imported_at: this.#now }].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )
    const imported_at = isChanged || !before ? this.#now : before.imported_at
    const { id, name, version, licence, citation, description, url, terms } = given
    const dataset = { id, name, version, licence, citation, description, url, terms }
    const document = serialize({ ...dataset, files, imported_at })
    return row?.document === document ? [] : [registerDataset(id, document)]
  }
}
