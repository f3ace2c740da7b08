import type { ActorScopes } from '../../actors/actor.store.ts'
import type { IncidentFilter } from '../../incidents/incident.store.ts'
import type { NamedValue, SumValue } from '../../stats/stats.rows.ts'
import type { Combination, Dimension } from '../../stats/stats.schema.ts'
import type { StatsQuery } from '../../stats/stats.store.ts'

/** What queries need of the record store, in the state that the columns are of. */
export interface RecordLookups {
  /** The keys of the incidents that match, separated by commas, some of them more than once. */
  incidentKeys(filter: IncidentFilter): string
  /** The keys of the actors that a filter names; null where it names none, so that any will do. */
  actorKeys(actors: ActorScopes): number[] | null
  /** What the values of a dimension are called; undefined for one whose values have no names. */
  names(dimension: Dimension, values: readonly SumValue[]): ReadonlyMap<SumValue, NamedValue> | undefined
  /** Combines the data sets of a query's records; `excluded` are the keys of the records that are not counted. */
  combine(query: StatsQuery): { combination: Combination | null; excluded: number[] }
}
