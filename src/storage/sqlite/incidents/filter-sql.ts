import type { IncidentFilter } from '../../../incidents/incident.store.ts'
import { type Box, COARSEST, coverBox } from '../../../places/grid.ts'
import type { SourceScope } from '../../../sources/source.store.ts'
import { allOf, oneOf, type SqlFragment } from '../../sql/fragment.ts'
import { selectActorKeys } from '../records/actor-keys.ts'
import { CELL_COLUMNS } from './grid-cells.ts'

/** Rows of `incident_sources` with the source, or with any of the publisher. */
export function matchSource(scope: SourceScope): SqlFragment {
  return 'id' in scope
    ? { sql: 'source_key = (SELECT key FROM sources WHERE id = ?)', values: [scope.id] }
    : { sql: 'publisher_key = (SELECT key FROM publishers WHERE name = ?)', values: [scope.publisher] }
}

/** Rows of `incident_actors` with any of the actors in any of the roles. */
export function matchActor({ roles, ...actors }: NonNullable<IncidentFilter['actor']>): SqlFragment {
  const keys = selectActorKeys(actors)
  return allOf([
    ...(keys ? [{ sql: `actor_key IN (${keys.sql})`, values: keys.values }] : []),
    ...(roles ? [oneOf('role', roles)] : []),
  ])
}

/** Incidents in the cells that cover a box, which have an index; a large box is not worth that. */
export function inCells(box: Box): SqlFragment {
  const { size, cells } = coverBox(box)
  if (size === COARSEST) return allOf([])
  return {
    sql: `incidents.${CELL_COLUMNS[size]} IN (SELECT value FROM json_each(?))`,
    values: [JSON.stringify(cells)],
  }
}
