import type { ActorRecord } from '../actors/actor.schema.ts'
import type { ActorStore } from '../actors/actor.store.ts'
import type { Claim } from '../claims/claim.schema.ts'
import type { Dataset } from '../datasets/dataset.schema.ts'
import type { DatasetStore } from '../datasets/dataset.store.ts'
import type { EventType } from '../event-types/event-type.schema.ts'
import type { EventTypeStore } from '../event-types/event-type.store.ts'
import type { Incident } from '../incidents/incident.schema.ts'
import type { IncidentStore } from '../incidents/incident.store.ts'
import type { PlaceRecord } from '../places/place.schema.ts'
import type { PlaceStore } from '../places/place.store.ts'
import type { Revision } from '../records.ts'
import type { SourceRecord } from '../sources/source.schema.ts'
import type { SourceStore } from '../sources/source.store.ts'
import type { TollRecord } from '../tolls/toll.schema.ts'
import type { TollStore } from '../tolls/toll.store.ts'

/** The stores of all features on one database: what the application is built on. */
export interface Stores {
  incidents: IncidentStore
  tolls: TollStore
  places: PlaceStore
  actors: ActorStore
  sources: SourceStore
  datasets: DatasetStore
  eventTypes: EventTypeStore
  /** The present state of the data. */
  revision(): Promise<Revision>
  /** The secret with which this database's cursors are signed. */
  cursorSecret(): Promise<string>
}

/** A record as it is given for writing: the store sets `updated_at`. */
export type Written<T> = Omit<T, 'updated_at'>

/** The whole content of some data sets. */
export interface RecordBatch {
  datasets: Omit<Dataset, 'imported_at' | 'incidents' | 'tolls'>[]
  eventTypes: Omit<EventType, 'incidents'>[]
  sources: Written<SourceRecord>[]
  actors: Written<ActorRecord>[]
  /** Every place after the place that it lies in. */
  places: Written<PlaceRecord>[]
  incidents: { record: Written<Incident>; claims: Claim[] }[]
  tolls: { record: Written<TollRecord>; claims: Claim[] }[]
}

/** What a load did, in records. */
export interface LoadReport {
  added: number
  updated: number
  unchanged: number
  /** Records of the batch's data sets that it no longer holds. */
  removed: number
}

/** A database: its stores, and what an operator does with it. */
export interface Storage extends Stores {
  /** Brings the schema up to date, all or nothing; the names of the migrations applied. */
  migrate(): Promise<string[]>
  /** Makes the batch's data sets hold exactly what it holds, all or nothing. Loading it again changes nothing. */
  load(batch: RecordBatch): Promise<LoadReport>
  /** Everything that is wrong with the file and its records; empty when sound. */
  check(): Promise<string[]>
  /** Copies the database to a new file while it is in use. */
  backup(path: string, onProgress?: (done: number, total: number) => void): Promise<void>
  close(): Promise<void>
}
