import { ActorRecord } from '../../actors/actor.schema.ts'
import { Incident } from '../../incidents/incident.schema.ts'
import { PlaceRecord } from '../../places/place.schema.ts'
import { SourceRecord } from '../../sources/source.schema.ts'
import { TollRecord } from '../../tolls/toll.schema.ts'

/** Tables whose rows are records of a data set, in an order in which they may be written. */
export const TABLES = ['sources', 'actors', 'places', 'incidents', 'tolls'] as const
/** A table whose rows are records of a data set. */
export type Table = (typeof TABLES)[number]

/** The schema of each table's documents. */
export const RECORD_SCHEMAS = {
  sources: SourceRecord,
  actors: ActorRecord,
  places: PlaceRecord,
  incidents: Incident,
  tolls: TollRecord,
} as const satisfies Record<Table, unknown>
