import { GAZETTEER, PLACE_LEVELS } from '../../../places/place.schema.ts'
import type { Connection } from '../database/connection.ts'
import { NEW_STATE } from '../database/migrations.ts'
import { rebuildIdentities } from '../records/actor-identities.ts'
import { rebuildGroupRemainders } from '../stats/group-remainders.ts'
import { NOTE_STATE } from './change-log.ts'
import { rebuildTerms } from './rebuild-terms.ts'
import { refreshWords } from './refresh-words.ts'

/** The kinds of change that a transaction made. */
export interface ChangeSummary {
  /** The moment of the change. */
  now: string
  /** A place lies in another one now. */
  movesPlaces?: boolean
  /** Incidents were added, changed or removed. */
  changesIncidents?: boolean
  /** Incidents may have left their places or be gone. */
  leavesPlaces?: boolean
  /** Ids of sources that have another title now. */
  retitledSources?: readonly string[]
  /** Actors, the curated table of identities or decisions about them were changed. */
  changesActors?: boolean
}

/**
 * Ends a change of the data, in its transaction: moved places take along what lies in them, identities of actors,
 * group remainders and terms are rebuilt, and the state has another revision and id.
 * @throws OperatorError when a group is part of itself
 */
export function finalizeChange(
  connection: Connection,
  { now, movesPlaces, changesIncidents, leavesPlaces, changesActors, retitledSources = [] }: ChangeSummary,
): void {
  for (const sql of [
    ...(leavesPlaces ? UNUSED_PLACES : []),
    ...(movesPlaces ? PROPAGATE_PLACE_HIERARCHY : []),
  ])
    connection.execute(sql)
  refreshWords(connection, retitledSources)
  if (changesIncidents) {
    rebuildGroupRemainders(connection)
    rebuildTerms(connection)
  }
  if (changesActors) rebuildIdentities(connection)
  connection.run(`UPDATE store SET revision = revision + 1, revised_at = ?, state = ${NEW_STATE}`, now)
  connection.execute(NOTE_STATE)
}

/** Removes places that data sets of incidents brought and nothing lies in any more, the innermost first. */
const UNUSED_PLACES = [
  ...PLACE_LEVELS.map(
    (kind, index) => `DELETE FROM places WHERE kind = '${kind === 'country' ? 'area' : kind}'
      AND dataset NOT IN (${listed(GAZETTEER)})
      AND NOT EXISTS (SELECT 1 FROM incidents WHERE ${kind}_id = places.id)
      AND NOT EXISTS (SELECT 1 FROM tolls WHERE ${kind}_id = places.id)
      AND NOT EXISTS (SELECT 1 FROM places AS inner
        WHERE inner.country_id = places.country_id AND inner.kind IN (${listed(PLACE_LEVELS.slice(0, index))})
        AND inner.${kind}_id = places.id)`,
  ),
  `DELETE FROM names WHERE entity = 'places' AND entity_key NOT IN (SELECT key FROM places)`,
  'DELETE FROM place_spellings WHERE place_id NOT IN (SELECT id FROM places)',
]

function listed(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(', ')
}

/** Copies the chain of places that were moved to all that lies in them, the outermost first. */
const PROPAGATE_PLACE_HIERARCHY = [
  ...['admin1', 'city', 'district'].map((kind) => {
    const own = (column: string) => (column === kind ? 'places.id' : `outer.${column}_id`)
    return `UPDATE places SET country_id = outer.country_id, admin1_id = ${own('admin1')},
       city_id = ${own('city')}, district_id = ${own('district')}
     FROM places AS outer WHERE places.kind = '${kind}' AND outer.id = places.document ->> '$.parent_id'`
  }),
  ...['incidents', 'tolls'].map((table) => {
    const chain = (of: string) =>
      ['country', 'admin1', 'city', 'district'].map((kind) => `${of}.${kind}_id`).join(', ')
    return `UPDATE ${table} SET country_id = places.country_id, admin1_id = places.admin1_id,
       city_id = places.city_id, district_id = places.district_id
     FROM places
     WHERE places.id = coalesce(${table}.district_id, ${table}.city_id, ${table}.admin1_id, ${table}.country_id)
       AND (${chain(table)}) IS NOT (${chain('places')})`
  }),
]
