import type { Static } from 'typebox'
import { ActorRecord } from '../../actors/actor.schema.ts'
import { findFlags } from '../../figures/flags.ts'
import { Incident } from '../../incidents/incident.schema.ts'
import { PlaceRecord } from '../../places/place.schema.ts'
import { SourceRecord } from '../../sources/source.schema.ts'
import { TollRecord } from '../../tolls/toll.schema.ts'
import type { RecordInput } from '../contract/storage.ts'

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

const NAMES = Object.fromEntries(
  TABLES.map((table) => [table, Object.keys(RECORD_SCHEMAS[table].properties)]),
) as Record<Table, string[]>

/**
 * Completes a record for its table: properties in the order of the schema, flags, the accepted links of an incident,
 * and the moment of change, unless it brings its own.
 */
export function stampRecord<T extends Table>(
  table: T,
  record: RecordInput<RecordOf<T>> & { updated_at?: string },
  now: string,
  sameAs: readonly string[] = [],
): RecordOf<T> {
  const given = record as Record<string, unknown>
  const ordered: Record<string, unknown> = {}
  for (const name of NAMES[table]) ordered[name] = given[name]
  if (table === 'incidents') {
    ordered.same_as = sameAs
    ordered.flags = findFlags(ordered as Incident)
  }
  ordered.updated_at ??= now
  return ordered as RecordOf<T>
}
