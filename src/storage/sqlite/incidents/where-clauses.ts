import type { CasualtyFilter, IncidentFilter } from '../../../incidents/incident.store.ts'
import { EARTH_RADIUS_KM } from '../../../places/distance.ts'
import type { PlaceScope } from '../../../places/place.store.ts'
import type { SourceScope } from '../../../sources/source.store.ts'
import { firstKeyOf, KEYS_PER_DAY } from '../../records/incident-keys.ts'
import { allOf, anyOf, oneOf, type SqlFragment } from '../database/sql-fragment.ts'
import { quotePhrase } from './full-text.ts'
import { type Box, boxAround, COARSEST, coverBox } from './grid-cells.ts'

type Clauses = { [K in keyof IncidentFilter]-?: (value: NonNullable<IncidentFilter[K]>) => SqlFragment }

/** A filter of incidents is one row here: parameter → SQL and values. */
export const WHERE_CLAUSES: Clauses = {
  id: (ids) => oneOf('incidents.id', ids),
  kind: (kinds) => oneOf('incidents.kind', kinds),
  dataset: (ids) => oneOf('incidents.dataset', ids),
  event_type: (ids) => oneOf('event_type', ids),
  sub_event_type: (ids) => oneOf('sub_event_type', ids),
  city: within,
  place: within,
  admin1: within,
  country: within,
  source: (scopes) =>
    having('SELECT incident_key FROM incident_sources WHERE', [anyOf(scopes.map(sourceIs))]),
  actor: (actor) => having('SELECT incident_key FROM incident_actors WHERE', acting(actor)),
  // Keys follow the first day, so that a period is a part of the table.
  date_from: (day) => ({
    sql: `date_end >= ? AND
      incidents.key >= ? - (SELECT coalesce(max(lasts_up_to), 0) FROM incidents) * ${KEYS_PER_DAY}`,
    values: [day, firstKeyOf(day)],
  }),
  date_to: (day) => ({ sql: 'incidents.key < ?', values: [firstKeyOf(day) + KEYS_PER_DAY] }),
  deaths: (limits) => casualties(limits.group ? `deaths_${limits.group}` : 'deaths', limits),
  injured: (limits) => casualties('injured', limits),
  bbox: (box) => allOf([inCells(box), inBox(box)]),
  near: (circle) =>
    allOf([inCells(boxAround(circle.latitude, circle.longitude, circle.radiusKm)), inCircle(circle)]),
  words: (words) =>
    words.length === 0
      ? oneOf('incidents.key', [])
      : having('SELECT rowid FROM incidents_words WHERE', [
          { sql: 'incidents_words MATCH ?', values: [match(words)] },
        ]),
  updated_since: (instant) => ({ sql: 'updated_at >= ?', values: [new Date(instant).toISOString()] }),
}

/**
 * The same for one record at a time: what other tables say is looked up by the record's key, and not gathered for
 * all records first. `words` are an FTS5 query.
 */
export function residualClauses(words: string | null): Clauses {
  const exists = (query: string, conditions: readonly SqlFragment[]): SqlFragment => {
    const { sql, values } = allOf(conditions)
    return { sql: `EXISTS (SELECT 1 FROM ${query} = incidents.key AND ${sql})`, values }
  }
  return {
    ...WHERE_CLAUSES,
    source: (scopes) => exists('incident_sources WHERE incident_key', [anyOf(scopes.map(sourceIs))]),
    actor: (actor) => exists('incident_actors WHERE incident_key', acting(actor)),
    bbox: inBox,
    near: inCircle,
    words: () => exists('incidents_words WHERE rowid', [{ sql: 'incidents_words MATCH ?', values: [words] }]),
  }
}

function inBox([west, south, east, north]: Box): SqlFragment {
  return allOf([
    { sql: 'latitude BETWEEN ? AND ?', values: [south, north] },
    west <= east
      ? { sql: 'longitude BETWEEN ? AND ?', values: [west, east] }
      : { sql: 'longitude >= ? OR longitude <= ?', values: [west, east] },
  ])
}

/** The haversine formula on a sphere of the Earth's mean radius (IUGG). */
function inCircle({ latitude, longitude, radiusKm }: NonNullable<IncidentFilter['near']>): SqlFragment {
  return {
    sql: `2 * ${EARTH_RADIUS_KM} * asin(min(1, sqrt(
      pow(sin(radians(latitude - ?) / 2), 2) +
      cos(radians(?)) * cos(radians(latitude)) * pow(sin(radians(longitude - ?) / 2), 2)))) <= ?`,
    values: [latitude, latitude, longitude, radiusKm],
  }
}

/** The cells in which a box lies, which have an index; of those of a large box only what is in it is compared. */
function inCells(box: Box): SqlFragment {
  const { column, cells } = coverBox(box)
  if (column === COARSEST) return allOf([])
  return {
    sql: `incidents.${column} IN (SELECT value FROM json_each(?))`,
    values: [JSON.stringify(cells)],
  }
}

/** A row of `incident_sources` with the source, or one of the publisher. */
export function sourceIs(scope: SourceScope): SqlFragment {
  return 'id' in scope
    ? { sql: 'source_key = (SELECT key FROM sources WHERE id = ?)', values: [scope.id] }
    : { sql: 'publisher_key = (SELECT key FROM publishers WHERE name = ?)', values: [scope.publisher] }
}

function acting({ ids, roles }: NonNullable<IncidentFilter['actor']>): SqlFragment[] {
  return [...(ids ? [keysOf('actor_key', 'actors', ids)] : []), ...(roles ? [oneOf('role', roles)] : [])]
}

/** Records in any of the places or in what lies in them: each kind of place has its own column. */
export function within(scopes: readonly PlaceScope[]): SqlFragment {
  const columns = { country: 'country_id', admin1: 'admin1_id', city: 'city_id', district: 'district_id' }
  const kinds = [...new Set(scopes.map(({ kind }) => kind))]
  return anyOf(
    kinds.map((kind) =>
      oneOf(
        columns[kind],
        scopes.filter((scope) => scope.kind === kind).map(({ id }) => id),
      ),
    ),
  )
}

/** A column that holds the key of any of the records with these ids. */
function keysOf(column: string, table: string, ids: readonly string[]): SqlFragment {
  const { sql, values } = oneOf('id', ids)
  return { sql: `${column} IN (SELECT key FROM ${table} WHERE ${sql})`, values }
}

function having(query: string, conditions: readonly SqlFragment[]): SqlFragment {
  const { sql, values } = allOf(conditions)
  return { sql: `incidents.key IN (${query} ${sql})`, values }
}

function casualties(figure: string, { min, max, basis }: CasualtyFilter): SqlFragment {
  const column = `${figure}_${basis}`
  // Only high can be open, and only where a figure was stated at all.
  const open = basis === 'high' ? ` OR (${column} IS NULL AND ${figure}_low IS NOT NULL)` : ''
  return allOf([
    ...(min === undefined ? [] : [{ sql: `${column} >= ?${open}`, values: [min] }]),
    ...(max === undefined ? [] : [{ sql: `${column} <= ?`, values: [max] }]),
  ])
}

/** An FTS5 query for folded words, quoted so that none is an operator; the last may be a beginning. */
function match(words: readonly string[]): string {
  return `${words.map(quotePhrase).join(' ')}*`
}
