import type { Static } from 'typebox'
import { ActorRecord } from '../../actors/actor.schema.ts'
import { Incident } from '../../incidents/incident.schema.ts'
import { PlaceRecord } from '../../places/place.schema.ts'
import { type Json, render } from '../../records.ts'
import { SourceRecord } from '../../sources/source.schema.ts'
import { TollRecord } from '../../tolls/toll.schema.ts'

/** The schema of the documents of each table whose rows are records of a data set. */
export const RECORD_SCHEMAS = {
  sources: SourceRecord,
  actors: ActorRecord,
  places: PlaceRecord,
  incidents: Incident,
  tolls: TollRecord,
} as const

/** A table whose rows are records of a data set. */
export type Table = keyof typeof RECORD_SCHEMAS
/** A record as a table keeps it. */
export type RecordOf<T extends Table> = Static<(typeof RECORD_SCHEMAS)[T]>

/** The tables, in an order in which they may be written. */
export const TABLES = Object.keys(RECORD_SCHEMAS) as Table[]

/** Tables whose records rest on claims. */
export const CLAIMING: ReadonlySet<Table> = new Set(['incidents', 'tolls'])

/** A record's JSON, its properties in the order of its schema. */
export function documentOf<T extends Table>(table: T, record: RecordOf<T>): Json<RecordOf<T>> {
  const values = new Map(Object.entries(record))
  const names = Object.keys(RECORD_SCHEMAS[table].properties)
  return render(Object.fromEntries(names.map((name) => [name, values.get(name)]))) as Json<RecordOf<T>>
}
