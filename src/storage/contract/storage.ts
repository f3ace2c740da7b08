import type { ActorRecord } from '../../actors/actor.schema.ts'
import type { ActorStore } from '../../actors/actor.store.ts'
import type { CuratedIdentity, IdentityChange } from '../../actors/identity.schema.ts'
import type { Dataset } from '../../datasets/dataset.schema.ts'
import type { DatasetStore } from '../../datasets/dataset.store.ts'
import type { EventType } from '../../event-types/event-type.schema.ts'
import type { EventTypeStore } from '../../event-types/event-type.store.ts'
import type { FacetStore } from '../../facets/facet.store.ts'
import type { Claim } from '../../figures/claim.schema.ts'
import type { Incident } from '../../incidents/incident.schema.ts'
import type { IncidentStore } from '../../incidents/incident.store.ts'
import type { LinkChange, LinkStore, SuggestReport, SuggestRequest } from '../../links/link.store.ts'
import type { PlaceRecord } from '../../places/place.schema.ts'
import type { PlaceSpelling, PlaceStore } from '../../places/place.store.ts'
import type { Revision } from '../../records.ts'
import type { SourceRecord } from '../../sources/source.schema.ts'
import type { SourceStore } from '../../sources/source.store.ts'
import type { StatsStore } from '../../stats/stats.store.ts'
import type { TermStore } from '../../terms/term.store.ts'
import type { TollRecord } from '../../tolls/toll.schema.ts'
import type { TollStore } from '../../tolls/toll.store.ts'

/**
 * The stores of all features on one database: what the application is built on.
 *
 * Records are rendered when they are written: what `list` and `stream` give are the bytes of complete records, exactly
 * those of `JSON.stringify`, the properties in the order of the schema. Clients keep them under their ETags, so that
 * every engine must give the same bytes. A `Position` is opaque to everything but the engine that gave it.
 */
export interface Stores {
  incidents: IncidentStore
  tolls: TollStore
  places: PlaceStore
  actors: ActorStore
  sources: SourceStore
  datasets: DatasetStore
  eventTypes: EventTypeStore
  links: LinkStore
  terms: TermStore
  stats: StatsStore & FacetStore
  /** The present state of the data. */
  revision(): Promise<Revision>
  /**
   * Reads from the database itself, to find out whether it can be used.
   * @throws ServiceError unavailable, with the reason, when it cannot and only an operator can change that
   */
  probe(): Promise<void>
  /** The number of queries that wait for their turn, by what they wait for. */
  queuedQueries(): Readonly<Record<string, number>>
  /**
   * Called when what was read is about to be sent.
   * @throws ServiceError unavailable when it may be of something that took the place of the database since
   */
  requireIntact(): void
  /** The secret with which this database's cursors are signed. */
  cursorSecret(): Promise<string>
}

/**
 * A record as it is given for writing: the store sets `updated_at`, finds the flags and, by
 * the links, the records that it is the same as.
 */
export type RecordInput<T> = Omit<T, 'updated_at' | 'flags' | 'same_as'>

/** The whole content of some data sets. */
export interface RecordBatch {
  /** Without `files` those that are registered stay. */
  datasets: (RegisteredDataset & { files?: Dataset['files'] })[]
  /** The whole code book; left out, it stays as it is. */
  eventTypes?: Omit<EventType, 'incidents'>[]
  /** The whole curated table of identities of actors; left out, it stays as it is. */
  identities?: CuratedIdentity[]
  sources: RecordInput<SourceRecord>[]
  actors: RecordInput<ActorRecord>[]
  /** Every place after the place that it lies in. */
  places: RecordInput<PlaceRecord>[]
  incidents: { record: RecordInput<Incident>; claims: Claim[] }[]
  tolls: { record: RecordInput<TollRecord>; claims: Claim[] }[]
}

/** The report of a load, in records. */
export interface LoadReport {
  added: number
  updated: number
  unchanged: number
  /** Records of the batch's data sets that it no longer holds. */
  removed: number
  /** Places that it no longer holds and that are now of another data set, whose records lie in them. */
  kept: number
}

/** An imported incident with the records that it refers to. */
export interface ImportedIncident {
  /** `updated_at` only where the record brings its own. */
  record: RecordInput<Incident> & { updated_at?: string }
  /** Null: each figure is what the data set itself states. Left out: those that are stored, else null. */
  claims?: readonly Claim[] | null
  /** The row's cells as they were. Left out: those that are stored, if any. */
  original?: readonly string[]
  /** Places that the gazetteer did not have, each after the place that it lies in. */
  places: readonly RecordInput<PlaceRecord>[]
  sources: readonly RecordInput<SourceRecord>[]
  /** Merges the row with a stored record, where it cannot hold all that a record does. */
  mergeWith?: (stored: Incident) => ImportedIncident['record']
}

/** A data set as an import registers it. */
export type RegisteredDataset = Omit<Dataset, 'files' | 'imported_at' | 'incidents' | 'tolls'>

/** The end of an import. */
export interface ImportFinish {
  /** The data sets of its records, with the number of records of each. */
  datasets: readonly (RegisteredDataset & { rows: number })[]
  /** The file, for the registry; null where the records come from what is stored. */
  file: { name: string; sha256: string } | null
  sources: readonly RecordInput<SourceRecord>[]
  /** Every actor of its records. */
  actors: readonly RecordInput<ActorRecord>[]
  /** Spellings of data sets, by which places are found from then on. */
  spellings?: readonly PlaceSpelling[]
  /** Records with each record of another data set that the file states it to be the same as; both are there. */
  sameAs?: readonly (readonly [id: string, other: string])[]
  /** Called with what is stored, before the import is committed: what it throws undoes the import. Not in a dry run. */
  verify?: (stored: StoredTotals) => void
  /** Remove the records that the file no longer has. */
  replace: boolean
  /** Report what happened and undo it. */
  dryRun: boolean
}

/** Sums over the records of an import, as they are stored at its end. */
export interface StoredTotals {
  records: number
  /** Sums of the figures that are not null. */
  fatalities: Record<'low' | 'best' | 'high', number>
  injured: Record<'low' | 'best' | 'high', number>
  /** The first and the last day of any record; null without records. */
  first: string | null
  last: string | null
  /** The number of records by the name of their country or area. */
  countries: ReadonlyMap<string, number>
}

/** The report of an import, in incidents. */
export interface ImportReport extends Omit<LoadReport, 'kept'> {
  /** Links that the file states and that were not decided here: they are accepted. */
  linked: number
  /** Ids of the file's data sets in the file's countries that the file does not have. */
  missing: string[]
}

/** One import, all or nothing: readers see nothing of it before it is finished. */
export interface ImportSession {
  /** Writes a batch of incidents whose original cells are under these columns. */
  put(incidents: readonly ImportedIncident[], columns: readonly string[]): Promise<void>
  finish(finish: ImportFinish): Promise<ImportReport>
  /** Leaves the database as it was. */
  abort(): Promise<void>
}

/** Rows that incidents of a data set were made of. */
export interface OriginalRows {
  dataset: string
  columns: readonly string[]
  /** The id of the incident that was made of each row. */
  ids: readonly string[]
  /** The cells of each row, in the order of the columns. */
  rows: readonly (readonly string[])[]
}

/** Something that is wrong with a database. */
export interface Problem {
  /** The problem and its position, as a sentence. */
  message: string
  /** True for data that follow from documents, which `rebuild` repairs. */
  isDerived: boolean
}

/** A database: its stores, and the work of operators. */
export interface Storage extends Stores {
  /** Names the database that is open, not its content: two processes with the same value have the same one. */
  readonly identity: string
  /** Brings the schema up to date, all or nothing; the names of the migrations applied. */
  migrate(): Promise<string[]>
  /**
   * Makes the batch's data sets hold exactly what it holds, all or nothing. A place that they no longer hold
   * becomes one of the data set whose records lie in it. Loading the batch again changes nothing.
   */
  load(batch: RecordBatch): Promise<LoadReport>
  /** Begins an import; other writers wait until it ends. */
  beginImport(): Promise<ImportSession>
  /** Finds links between records of different data sets and stores them, all or nothing; see `LinkFinder`. */
  suggestLinks(request: SuggestRequest): Promise<SuggestReport>
  /**
   * Decides about a link; false when it was decided so already, and nothing is changed.
   * @throws OperatorError when the two records cannot be linked, or there is nothing to take back
   */
  decideLink(change: LinkChange): Promise<boolean>
  /**
   * Decides whether two actors are the same; false when it was decided so already, and nothing is changed.
   * @throws OperatorError when one is unknown, or the decision contradicts another
   */
  decideIdentity(change: IdentityChange): Promise<boolean>
  /** Derives what sums are read from, where it is missing and the first who asks for sums would have to wait for it. */
  prepareSums(): Promise<void>
  /** The rows that incidents were made of, by data set and columns in the order in which they came. */
  originals(): AsyncIterable<OriginalRows>
  /** Compares the records with all that is derived from them; empty when sound. */
  check(): Promise<Problem[]>
  /**
   * Derives columns, names, full text and sums of all records again from their documents, all or nothing; keys and
   * documents stay. The number of records.
   * @throws OperatorError when a document cannot be read
   */
  rebuild(onProgress: (done: number, total: number) => void): Promise<number>
  close(): Promise<void>
}

/** A database that is one file. */
export interface FileStorage extends Storage {
  /** Loads as any storage does, and keeps a digest of what the batch is made of for `isLoaded`. */
  load(batch: RecordBatch, digest?: string): Promise<LoadReport>
  /** True when the batch of this digest was loaded, or found to be there, and nothing has changed since. */
  isLoaded(digest: string): Promise<boolean>
  /** Checks the file and its schema; empty when sound. */
  checkFile(): Promise<Problem[]>
  /** The absolute path of the file. */
  readonly path: string
  /** Whether there was no file, or an empty one, when it was opened. */
  readonly isNew: boolean
  /** Whether it may be read only: all that would write it fails with an OperatorError. */
  readonly isReadOnly: boolean
  /** Copies the database to a new file while it is in use. */
  backup(path: string, onProgress?: (done: number, total: number) => void): Promise<void>
}

/** How to replace a database by a backup. */
export interface RestoreOptions {
  /** Also where there is something that is damaged, or no database. */
  force?: boolean
  onProgress?: (done: number, total: number) => void
}

/** The report of a restore. */
export interface RestoreReport {
  /** The number of incidents in the backup. */
  records: number
  /** Its state of the data, and the time of that. */
  revision: number
  at: string
  /** Migrations that the next start applies, by name. */
  pending: string[]
  /** The path of the database that was replaced; null when there was none. */
  kept: string | null
}

/** How to open a database. */
export interface OpenOptions {
  /** The clock: what records that change are stamped with. */
  now?: () => Date
  /** Fail where there is no database yet, instead of creating one. */
  mustExist?: boolean
  /** {@link DEFAULT_SUM_LIMITS} when left out. */
  sums?: SumLimits
}

/** How much of the machine each of the two queries that sum at the same time may use. */
export interface SumLimits {
  /** Threads of one query. */
  threads: number
  /** Megabytes of memory; a query that needs more fails. */
  memory: number
}
/** The limits where none are set. */
export const DEFAULT_SUM_LIMITS: SumLimits = { threads: 1, memory: 256 }
