import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { IdentityChange } from '../../actors/identity.schema.ts'
import { OperatorError } from '../../errors.ts'
import type { LinkChange, SuggestReport, SuggestRequest } from '../../links/link.store.ts'
import type { Revision } from '../../records.ts'
import type {
  FileStorage,
  ImportSession,
  LoadReport,
  OpenOptions,
  OriginalRows,
  Problem,
  RecordBatch,
} from '../contract/storage.ts'
import { Connection, toFileError, withFileErrors } from './database/connection.ts'
import { pathOf, preparePath } from './database/file.ts'
import { knownMigrations, migrate, needsUpgrade } from './database/migrations.ts'
import { QueryClient } from './database/query-client.ts'
import { StreamClient } from './database/stream-client.ts'
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
import { SqliteTermStore } from './records/term-store.ts'
import { SqliteStatsStore } from './stats/stats-store.ts'
import { isLoaded } from './writing/load-marker.ts'

const commands = () => import('./commands.ts')

/**
 * Opens the database that a `sqlite:` URL names; a missing file is made, empty until `migrate()`.
 * @throws OperatorError when the file is damaged, another application's, locked or read-only; it is left as it was
 */
export function openSqlite(
  databaseUrl: string,
  { now = () => new Date(), mustExist = false }: OpenOptions = {},
): FileStorage {
  const path = pathOf(databaseUrl)
  if (mustExist && !existsSync(path))
    throw new OperatorError(
      `There is no database ${path}: check DATABASE_URL, or make one with \`incidents migrate\``,
    )
  preparePath(path)
  return new SqliteStorage(path, now)
}

interface StoreRow {
  database_id: string
  cursor_secret: string
  revision: number
  revised_at: string
}

class SqliteStorage implements FileStorage {
  readonly #writer: Connection
  readonly #reader: Connection
  readonly #streams: StreamClient
  /** The revision last read. */
  #revision: Revision | undefined
  readonly #queries: QueryClient
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
  ) {
    this.#writer = new Connection(path, 'write')
    this.#reader = new Connection(path, 'read')
    this.#streams = new StreamClient(path)
    this.#queries = new QueryClient(path, () => this.#reader.dataVersion())
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

  async migrate(): Promise<string[]> {
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
    const { SqliteImportSession } = await commands()
    return SqliteImportSession.begin(this.path, this.#reader, this.now())
  }

  async suggestLinks(request: SuggestRequest): Promise<SuggestReport> {
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
    const connection = new Connection(this.path, 'read')
    try {
      yield* readOriginals(connection)
    } finally {
      connection.close()
    }
  }

  async check(): Promise<Problem[]> {
    const { checkRecords } = await commands()
    return withFileErrors(this.path, () => {
      this.#requireMigrated()
      return checkRecords(this.#reader)
    })
  }

  async rebuild(onProgress: (done: number, total: number) => void): Promise<number> {
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
      const connection = new Connection(this.path, 'read')
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
      await this.#writer.backup(target, onProgress)
    } catch (error) {
      throw toFileError(target, error)
    }
  }

  async revision(): Promise<Revision> {
    const { database_id, revision, revised_at } = this.#store('database_id, revision, revised_at')
    if (this.#revision?.number !== revision || this.#revision.databaseId !== database_id)
      this.#revision = { databaseId: database_id, number: revision, at: new Date(revised_at) }
    return this.#revision
  }

  async cursorSecret(): Promise<string> {
    return this.#store('cursor_secret').cursor_secret
  }

  #store(columns: string): StoreRow {
    const row = this.#reader.get<StoreRow>(`SELECT ${columns} FROM store`)
    if (!row) throw new OperatorError(`${this.path} has lost the row about itself: restore it from a backup`)
    return row
  }

  #requireMigrated(): void {
    const exists = this.#reader.get(`SELECT 1 FROM sqlite_schema WHERE name = 'migrations'`)
    if (!exists)
      throw new OperatorError(`${this.path} is empty: run \`incidents migrate\` or \`incidents seed\` first`)
  }

  async close(): Promise<void> {
    await Promise.all([this.#queries.close(), this.#streams.close()])
    this.#reader.close()
    this.#writer.close()
  }
}
