import type { PlaceSpelling } from '../../../places/place.store.ts'
import { fold } from '../../../text/fold.ts'
import type { ImportedIncident, ImportFinish, ImportReport, ImportSession } from '../../contract/storage.ts'
import { inBatches } from '../../records/batches.ts'
import { ImportTracker } from '../../records/import-tracker.ts'
import type { Connection } from '../database/connection.ts'
import type { ThreadTarget } from '../database/worker-thread.ts'
import { BulkLoad } from './bulk-load.ts'
import { ChangeSet } from './change-set.ts'
import { ImportWriter } from './import-writer.ts'
import { findUndecided, importedLinks } from './imported-links.ts'
import { registerFile } from './registry.ts'
import { stampChange } from './stamp.ts'
import type { StatementBatch } from './statements.ts'

/** Changes that are handed over at a time. */
const BATCH = 500

/**
 * One import: a transaction that is open from begin to finish; readers go on with the state before it. What must be
 * written is found out here, by the state before the import; another thread writes it.
 */
export class SqliteImportSession implements ImportSession {
  readonly #tracker = new ImportTracker()
  readonly #changes: ChangeSet
  readonly #bulk: BulkLoad
  readonly #now: string
  #hasWritten = false

  private constructor(
    private readonly reader: Connection,
    private readonly writer: ImportWriter,
    clock: Date,
  ) {
    this.#now = stampChange(reader, clock)
    this.#changes = new ChangeSet(reader, this.#now)
    this.#bulk = new BulkLoad(reader)
  }

  /**
   * Begins an import into a database, which a connection reads.
   * @throws OperatorError when it cannot be written
   */
  static async begin(target: ThreadTarget, reader: Connection, clock: Date): Promise<SqliteImportSession> {
    const writer = await ImportWriter.begin(target)
    return new SqliteImportSession(reader, writer, clock)
  }

  async put(incidents: readonly ImportedIncident[], columns: readonly string[]): Promise<void> {
    for (const batch of inBatches(incidents, BATCH)) {
      this.#put(batch, columns)
      if (this.#changes.pending >= BATCH) await this.#write()
    }
  }

  async finish(finish: ImportFinish): Promise<ImportReport> {
    const changes = this.#changes
    changes.put('sources', toChanges(finish.sources))
    changes.put('actors', toChanges(finish.actors))
    const missing = this.#tracker.findMissing()
    if (finish.replace) changes.remove('incidents', missing)
    const statements = this.#flush()
    const stated = findUndecided(this.reader, finish.sameAs ?? [])
    const report = this.#tracker.report({
      missing,
      removed: finish.replace ? missing.length : 0,
      linked: stated.pairs.length,
    })
    const now = this.#now
    const spellings = this.#newSpellings(finish.spellings ?? [])
    const isChanged = this.#hasWritten || statements.length + stated.pairs.length + spellings.length > 0
    const { datasets, file } = finish
    const registrations = file ? registerFile(this.reader, datasets, file, { now, isChanged }) : []
    const isWritten = !finish.dryRun && (isChanged || registrations.length > 0)
    if (isWritten) {
      const links = [...importedLinks(stated, now), ...changes.sameAs.endStatements(now)]
      await this.writer.write([
        ...statements,
        ...spellings,
        ...registrations,
        ...this.#bulk.endStatements(),
        ...links,
      ])
    }
    if (finish.verify && !finish.dryRun)
      finish.verify(await this.writer.totals({ ...this.#tracker.extent, without: missing }))
    if (isWritten) {
      const { movesPlaces, changesIncidents, changesActors, retitledSources } = changes
      // A record that is elsewhere now may have been the last in its place.
      const leavesPlaces = report.updated + report.removed > 0
      const summary = { now, movesPlaces, changesIncidents, changesActors, leavesPlaces, retitledSources }
      await this.writer.commit(summary)
    } else await this.writer.rollback()
    return report
  }

  async abort(): Promise<void> {
    await this.writer.rollback()
  }

  #put(incidents: readonly ImportedIncident[], columns: readonly string[]): void {
    const changes = this.#changes
    changes.put('places', toChanges(incidents.flatMap(({ places }) => places)))
    changes.put('sources', toChanges(incidents.flatMap(({ sources }) => sources)))
    changes.expectActors(incidents.flatMap(({ record }) => record.actors.map(({ id }) => id)))
    const records = incidents.map(({ record }) => record)
    for (const dataset of this.#tracker.findUnknownDatasets(records))
      this.#tracker.expect(
        dataset,
        this.reader.all('SELECT id, country_id FROM incidents WHERE dataset = ?', dataset),
      )
    const outcomes = changes.put(
      'incidents',
      incidents.map(({ record, claims, original, mergeWith }) => ({
        record,
        ...(claims !== undefined && { claims }),
        ...(original && { original: { columns, cells: original } }),
        ...(mergeWith && { mergeWith }),
      })),
    )
    const { places } = changes.references
    places.prefetch(records.map(({ place }) => place.id))
    for (const [index, record] of records.entries())
      this.#tracker.note(record, outcomes[index] ?? 'unchanged', places.get(record.place.id).country_id)
  }

  /** Adds the spellings that are not stored yet. */
  #newSpellings(given: readonly PlaceSpelling[]): StatementBatch[] {
    const stored = 'SELECT 1 FROM place_spellings WHERE folded = ? AND place_id = ? AND dataset = ?'
    const values = given
      .map(
        ({ dataset, place_id, name }): [string, string, string, string] =>
          [...[fold(name), place_id, dataset], name] as [string, string, string, string],
      )
      .filter(([folded, place, dataset]) => !this.reader.get(stored, folded, place, dataset))
      .flat()
    return values.length === 0
      ? []
      : [{ sql: 'INSERT OR IGNORE INTO place_spellings VALUES (?, ?, ?, ?)', width: 4, values }]
  }

  async #write(): Promise<void> {
    this.#hasWritten = true
    await this.writer.write([...this.#bulk.beginStatements(this.#tracker.added), ...this.#flush()])
  }

  #flush(): StatementBatch[] {
    return this.#changes.flush((table) => this.#bulk.tableFor(table))
  }
}

function toChanges<T>(records: readonly T[]): { record: T }[] {
  return records.map((record) => ({ record }))
}
