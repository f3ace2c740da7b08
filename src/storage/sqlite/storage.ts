import { randomUUID } from 'node:crypto'
import { existsSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { IdentityChange } from '../../actors/identity.schema.ts'
import { isOutOfFiles, OperatorError, ServiceError } from '../../errors.ts'
import type { LinkChange, SuggestReport, SuggestRequest } from '../../links/link.store.ts'
import type { Revision } from '../../records.ts'
import { ColumnFiles, type ColumnFolders } from '../columns/column-files.ts'
import {
  DEFAULT_SUM_LIMITS,
  type FileStorage,
  type ImportSession,
  type LoadReport,
  type OpenOptions,
  type OriginalRows,
  type Problem,
  type RecordBatch,
  type SumLimits,
} from '../contract/storage.ts'
import { Connection, isBusy, toFileError, withFileErrors } from './database/connection.ts'
import { identifyFile, pathOf, preparePath } from './database/file.ts'
import { FileWatch } from './database/file-watch.ts'
import { knownMigrations, migrate, needsUpgrade, pendingMigrations } from './database/migrations.ts'
import { QueryClient } from './database/query-client.ts'
import { findReadablePath, isReadOnly, isWritable, type ReadablePath } from './database/read-only.ts'
import { StreamClient } from './database/stream-client.ts'
import type { ThreadTarget } from './database/worker-thread.ts'
import { SqliteIncidentStore } from './incidents/incident-store.ts'
import { SqliteTollStore } from './incidents/toll-store.ts'
import { SqliteLinkStore } from './links/link-store.ts'
import { SqliteActorStore } from './records/actor-store.ts'
import {
  SqliteDatasetStore,
  SqliteEventTypeStore,
  SqlitePlaceStore,
  SqliteSourceStore,
} from './records/reference-stores.ts'
import { readCursorSecret, readRevision } from './records/store-row.ts'
import { SqliteTermStore } from './records/term-store.ts'
import { SqliteStatsStore } from './stats/stats-store.ts'
import { isLoaded } from './writing/load-marker.ts'

/** How long what was found out about the file holds for requests, in milliseconds. */
const FILE_CHECK_MS = 100

/** Incidents below which the first query writes the column store in less time than loading DuckDB takes. */
const MIN_PREPARED = 10_000

const commands = () => import('./commands.ts')

/**
 * Opens the database that a `sqlite:` URL names; a missing file is made, empty until `migrate()`.
 * @throws OperatorError when the file is damaged, another application's, locked or read-only; it is left as it was
 */
export function openSqlite(
  databaseUrl: string,
  { now = () => new Date(), mustExist = false, sums = DEFAULT_SUM_LIMITS }: OpenOptions = {},
): FileStorage {
  const path = pathOf(databaseUrl)
  if (mustExist && !existsSync(path))
    throw new OperatorError(
      `There is no database ${path}: check DATABASE_URL, or make one with \`incidents migrate\``,
    )
  preparePath(path)
  try {
    return new SqliteStorage(path, now, sums)
  } catch (error) {
    // It was replaced while this process waited for a lock; or it was copied by an overlay file system, on which opening
    // a file of a lower layer for writing gives it another identity.
    if (!(error instanceof ServiceError)) throw error
    preparePath(path)
    return new SqliteStorage(path, now, sums)
  }
}

class SqliteStorage implements FileStorage {
  /** Null when the database may only be read. */
  readonly #writing: Connection | null
  readonly #readable: ReadablePath
  /** Of the file itself, also if a copy of it is read. */
  readonly #identity: string
  readonly #reader: Connection
  readonly #columns: ColumnFolders
  readonly #target: ThreadTarget
  readonly #streams: StreamClient
  /** The revision last read, and the version of the data that had it. */
  #revision: Revision | undefined
  #version: number | undefined
  readonly #queries: QueryClient
  readonly #file: FileWatch
  /** The time of the last look at the file, of `performance.now()`. */
  #verifiedAt = Number.NEGATIVE_INFINITY
  #isPageWatched = false
  readonly isNew: boolean
  readonly isReadOnly: boolean
  readonly incidents: SqliteIncidentStore
  readonly tolls: SqliteTollStore
  readonly places: SqlitePlaceStore
  readonly actors: SqliteActorStore
  readonly sources: SqliteSourceStore
  readonly datasets: SqliteDatasetStore
  readonly eventTypes: SqliteEventTypeStore
  readonly links: SqliteLinkStore
  readonly terms: SqliteTermStore
  readonly stats: SqliteStatsStore

  constructor(
    readonly path: string,
    readonly now: () => Date,
    sums: SumLimits,
  ) {
    this.isNew = !statSync(path, { throwIfNoEntry: false })?.size
    this.isReadOnly = isReadOnly(path)
    this.#readable = this.isReadOnly ? findReadablePath(path) : { path, isCopy: false, remove() {} }
    const readable = this.#readable.path
    const identity = identifyFile(readable) ?? undefined
    this.#writing = this.isReadOnly ? null : new Connection(path, 'write', { identity })
    this.#file = new FileWatch(readable, identity ?? identifyFile(readable))
    this.#identity = (this.#readable.isCopy ? identifyFile(path) : this.#file.identity) ?? ''
    try {
      this.#reader = new Connection(readable, 'read', { identity: this.#file.identity })
    } catch (error) {
      this.#writing?.close()
      this.#file.close()
      this.#readable.remove()
      throw error
    }
    this.#columns = findColumnFolders(path, this.isReadOnly)
    this.#target = {
      path: readable,
      identity: this.#file.identity,
      columns: { ...this.#columns, limits: sums },
    }
    this.#streams = new StreamClient(this.#target, () => this.#file.verifyWritten())
    this.#queries = new QueryClient(this.#target, () => this.#reader.dataVersion())
    this.incidents = new SqliteIncidentStore(this.#reader, this.#streams, this.#queries)
    this.tolls = new SqliteTollStore(this.#reader)
    this.places = new SqlitePlaceStore(this.#reader, this.#queries)
    this.actors = new SqliteActorStore(this.#reader, this.#queries)
    this.sources = new SqliteSourceStore(this.#reader, this.#queries)
    this.datasets = new SqliteDatasetStore(this.#reader)
    this.eventTypes = new SqliteEventTypeStore(this.#reader)
    this.links = new SqliteLinkStore(this.#reader)
    this.terms = new SqliteTermStore(this.#reader, this.#queries)
    this.stats = new SqliteStatsStore(this.#queries)
  }

  /** @throws OperatorError when the database may only be read */
  get #writer(): Connection {
    this.#requireWritable()
    return this.#writing as Connection
  }

  async migrate(): Promise<string[]> {
    if (this.isReadOnly) {
      const pending = withFileErrors(this.path, () => pendingMigrations(this.#reader, knownMigrations()))
      if (pending.length === 0) return []
      throw new OperatorError(
        `${this.path} is read-only and was written by an older release: run \`incidents migrate\` where it can be written`,
      )
    }
    // What is derived from the records, of which a step may add some, is derived again.
    const known = knownMigrations()
    const isUpgrade = withFileErrors(this.path, () => needsUpgrade(this.#writer, known))
    const finish = isUpgrade ? (await commands()).rebuildRecords : undefined
    return withFileErrors(this.path, () =>
      migrate(this.#writer, this.now(), known, () => finish?.(this.#writer, this.now())),
    )
  }

  async load(batch: RecordBatch, digest?: string): Promise<LoadReport> {
    const { load } = await commands()
    return withFileErrors(this.path, () => load(this.#writer, batch, this.now(), digest))
  }

  async isLoaded(digest: string): Promise<boolean> {
    return withFileErrors(this.path, () => isLoaded(this.#reader, digest))
  }

  async beginImport(): Promise<ImportSession> {
    this.#requireWritable()
    const { SqliteImportSession } = await commands()
    return SqliteImportSession.begin(this.#target, this.#reader, this.now())
  }

  async suggestLinks(request: SuggestRequest): Promise<SuggestReport> {
    this.#requireWritable()
    const { suggestLinks } = await commands()
    return withFileErrors(this.path, () => suggestLinks(this.path, request, this.now()))
  }

  async decideLink(change: LinkChange): Promise<boolean> {
    const { decideLink } = await commands()
    return withFileErrors(this.path, () => decideLink(this.#writer, change, this.now()))
  }

  async decideIdentity(change: IdentityChange): Promise<boolean> {
    const { decideIdentity } = await commands()
    return withFileErrors(this.path, () => decideIdentity(this.#writer, change, this.now()))
  }

  async *originals(): AsyncGenerator<OriginalRows> {
    const { readOriginals } = await commands()
    const connection = new Connection(this.#readable.path, 'read', { identity: this.#file.identity })
    try {
      yield* readOriginals(connection)
    } finally {
      connection.close()
    }
  }

  async prepareSums(): Promise<void> {
    const { state } = await this.revision()
    const isLarge = this.#reader.get('SELECT 1 FROM incidents LIMIT 1 OFFSET ?', MIN_PREPARED)
    if (isLarge && !new ColumnFiles(this.#columns).has(state)) await this.#queries.prepareColumns()
  }

  async check(): Promise<Problem[]> {
    const { checkRecords, checkColumns, SqliteColumnSource } = await commands()
    const problems = withFileErrors(this.path, () => {
      this.#requireMigrated()
      return checkRecords(this.#reader)
    })
    const { limits } = this.#target.columns
    const columns = await checkColumns(
      new ColumnFiles(this.#columns),
      new SqliteColumnSource(this.#reader),
      limits,
    )
    return [...problems, ...columns.map((message) => ({ message: `columns: ${message}`, isDerived: true }))]
  }

  async rebuild(onProgress: (done: number, total: number) => void): Promise<number> {
    this.#requireWritable()
    const { rebuild } = await commands()
    return withFileErrors(this.path, () => {
      this.#requireMigrated()
      return rebuild(this.path, this.now(), onProgress)
    })
  }

  async checkFile(): Promise<Problem[]> {
    const { checkFile } = await commands()
    return withFileErrors(this.path, () => {
      this.#requireMigrated()
      // FTS5 (SQLite 3.53) checks by the structure that the connection has cached, which may be an old one.
      const connection = new Connection(this.#readable.path, 'read', { identity: this.#file.identity })
      try {
        return checkFile(connection)
      } finally {
        connection.close()
      }
    })
  }

  async backup(path: string, onProgress?: (done: number, total: number) => void): Promise<void> {
    const target = resolve(path)
    if (existsSync(target)) throw new OperatorError(`${target} exists already: give the name of a new file`)
    if (!existsSync(dirname(target)))
      throw new OperatorError(`There is no folder ${dirname(target)}: make it first`)
    try {
      await (this.#writing ?? this.#reader).backup(target, onProgress)
    } catch (error) {
      throw toFileError(target, error)
    }
  }

  get identity(): string {
    return this.#identity
  }

  async probe(): Promise<void> {
    this.#verifyFile()
    try {
      this.#readRevision()
    } catch (error) {
      const cause = toFileError('', error)
      if (cause !== error && !isBusy(error) && !isOutOfFiles(error))
        this.#file.fail((cause as OperatorError).message.trim(), error)
      throw error
    }
  }

  queuedQueries(): Record<string, number> {
    return this.#queries.queued
  }

  requireIntact(): void {
    this.#verifyOrEndThreads(() => this.#file.verifyWritten())
  }

  async revision(): Promise<Revision> {
    // This is part of every request, and looking at the file takes as long as the shortest of them.
    if (performance.now() > this.#verifiedAt + FILE_CHECK_MS) this.#verifyFile()
    else this.#file.requireUsable()
    const version = this.#reader.dataVersion()
    return this.#revision && version === this.#version ? this.#revision : this.#readRevision(version)
  }

  /** @param version of the data, read before: when a commit comes between, the row is read again the next time */
  #readRevision(version = this.#reader.dataVersion()): Revision {
    const revision = readRevision(this.#reader, this.path)
    const last = this.#revision
    if (last && last.state !== revision.state) {
      if (last.databaseId !== revision.databaseId)
        this.#file.fail('has become that of another database while it was in use')
      if (last.number >= revision.number)
        this.#file.fail('has become an older state of the database while it was in use')
    }
    this.#version = version
    if (last?.state === revision.state) return last
    this.#revision = revision
    return this.#revision
  }

  /** @throws ServiceError unavailable when the file is no longer the one that was opened */
  #verifyFile(): void {
    this.#verifiedAt = performance.now()
    if (!this.#isPageWatched) {
      const root = this.#reader.get<{ rootpage: number; page_size: number }>(
        `SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = 'store'`,
      )
      if (root) this.#file.includePage(root.rootpage, root.page_size)
      this.#isPageWatched = root !== undefined
    }
    this.#verifyOrEndThreads(() => this.#file.verify())
  }

  /** Verifies the file; when that fails, threads end, because what they still read may be of two files. */
  #verifyOrEndThreads(verify: () => void): void {
    try {
      verify()
    } catch (error) {
      if (!isOutOfFiles(error)) {
        const cause = error instanceof ServiceError ? error : undefined
        void this.#queries.close(cause)
        void this.#streams.close(cause)
      }
      throw error
    }
  }

  async cursorSecret(): Promise<string> {
    return readCursorSecret(this.#reader, this.path)
  }

  #requireWritable(): void {
    if (this.isReadOnly)
      throw new OperatorError(`${this.path} is read-only: check its permissions and its folder's`)
  }

  #requireMigrated(): void {
    const exists = this.#reader.get(`SELECT 1 FROM sqlite_schema WHERE name = 'migrations'`)
    if (!exists)
      throw new OperatorError(`${this.path} is empty: run \`incidents migrate\` or \`incidents seed\` first`)
  }

  async close(): Promise<void> {
    await Promise.all([this.#queries.close(), this.#streams.close()])
    this.#reader.close()
    this.#writing?.close()
    this.#file.close()
    this.#readable.remove()
    if (this.#columns.readOnlyFolder !== undefined)
      rmSync(this.#columns.folder, { recursive: true, force: true })
  }
}

/** Where the column store of a database is: next to it, or in a temporary folder where that cannot be written. */
function findColumnFolders(path: string, isReadOnly: boolean): ColumnFolders {
  const folder = `${path}-columns`
  if (isReadOnly || (existsSync(folder) && !isWritable(folder)))
    return { folder: join(tmpdir(), `incidents-columns-${randomUUID()}`), readOnlyFolder: folder }
  return { folder }
}
