import type { ActorScopes } from '../../../actors/actor.store.ts'
import type { IncidentFilter } from '../../../incidents/incident.store.ts'
import type { StatsQuery } from '../../../stats/stats.store.ts'
import type { RecordLookups } from '../../columns/record-lookups.ts'
import { CONTINUES, type Connection } from '../database/connection.ts'
import { selectKeys } from '../incidents/filters.ts'
import { selectActorKeys } from '../records/actor-keys.ts'
import { combineDatasets } from './combine-datasets.ts'
import { lookUpNames } from './dimension-names.ts'

/** Look-ups in the state of the records that a connection reads. */
export class SqliteRecordLookups implements RecordLookups {
  constructor(private readonly connection: Connection) {}

  incidentKeys(filter: IncidentFilter): string {
    const { sql, values } = selectKeys(filter)
    const found = this.connection.get<{ keys: string | null }>(
      `SELECT group_concat(key) AS keys FROM (${sql}) AS incidents WHERE ${CONTINUES}`,
      ...values,
    )
    return found?.keys ?? ''
  }

  actorKeys(actors: ActorScopes): number[] | null {
    const selected = selectActorKeys(actors)
    return selected && [...this.connection.iterateValues<number>(selected.sql, ...selected.values)]
  }

  names: RecordLookups['names'] = (dimension, values) => lookUpNames(this.connection, dimension, values)

  combine = (query: StatsQuery) => combineDatasets(this.connection, query)
}
