import { ROLES } from '../../../actors/actor.schema.ts'
import type { IncidentFilter } from '../../../incidents/incident.store.ts'
import { type Box, COARSEST, coverBox } from '../../../places/grid.ts'
import type { PlaceScope } from '../../../places/place.store.ts'
import type { SourceScope } from '../../../sources/source.store.ts'
import { firstKeyOf, KEYS_PER_DAY } from '../../records/incident-keys.ts'
import { allOf, anyOf, oneOf, type SqlFragment, type SqlValue } from '../../sql/fragment.ts'
import {
  boundsOf,
  compareCasualties,
  groupByColumn,
  inBox,
  inCircle,
  within,
} from '../../sql/incident-conditions.ts'
import type { Connection } from '../database/connection.ts'
import { selectActorKeys } from '../records/actor-keys.ts'
import { inCells, matchActor, matchSource } from './filter-sql.ts'
import { quotePhrase } from './full-text.ts'
import { CELL_COLUMNS } from './grid-cells.ts'
import {
  fitsStatement,
  fullScan,
  type IndexScan,
  type Order,
  type Range,
  type ScanBranch,
} from './index-scan.ts'

/** What filters are looked up with. */
export interface FilterContext {
  connection: Connection
  /** The full-text query that the terms of the filter make; null when nothing can match it. */
  match: string | null
}

/** A scan of one parameter; `isExact` when all its incidents match the parameter. */
type ParameterScan = Pick<IndexScan<never>, 'order' | 'branches'> & { isExact: boolean }

/** How the engine applies one parameter of a filter: the only place that knows the parameter. */
interface FilterEntry<Value> {
  /** Selects the matching incidents among all: for counts, sums and exports. */
  where(value: Value): SqlFragment
  /** Selects the keys of the matching incidents from another table alone, some of them more than once. */
  keys?(value: Value): SqlFragment
  /** Compares one incident that a scan has reached, by look-ups under its key; `where` when left out. */
  compare?(value: Value, context: FilterContext): SqlFragment
  /** Scans that read the matching incidents and few others, one for each order that an index has. */
  scans?(value: Value, context: FilterContext): ParameterScan[]
  /** The range of an order that holds all matching incidents; null where that order does not help. */
  range?(value: Value, order: Order, context: FilterContext): { range: Range; isExact: boolean } | null
}

/** Every parameter of a filter: a parameter without an entry does not compile. */
const FILTERS: { [K in keyof IncidentFilter]-?: FilterEntry<NonNullable<IncidentFilter[K]>> } = {
  id: {
    where: (ids) => oneOf('incidents.id', ids),
    scans: (ids) => [
      {
        order: 'date',
        branches: equals('key', 'incidents INDEXED BY incidents_by_id', 'id', ids),
        isExact: true,
      },
    ],
  },
  kind: columnFilter('kind'),
  dataset: columnFilter('dataset'),
  event_type: columnFilter('event_type'),
  sub_event_type: columnFilter('sub_event_type'),
  violence_type: columnFilter('violence_type'),
  conflict: columnFilter('conflict_id'),
  dyad: columnFilter('dyad_id'),
  weapon: {
    where: (weapons) => hasKeyIn(weaponKeys(weapons)),
    keys: weaponKeys,
    compare: (weapons) => exists('incident_weapons WHERE incident_key', oneOf('weapon', weapons)),
    scans: (weapons) => {
      const from = 'incident_weapons INDEXED BY incident_weapons_by_weapon'
      return [{ order: 'date', branches: equals('incident_key', from, 'weapon', weapons), isExact: true }]
    },
  },
  date_precision: columnFilter('date_precision'),
  date_known_to: {
    where: (periods) => oneOf('incidents.date_known_to', periods),
  },
  geo_precision: columnFilter('geo_precision'),
  city: placeFilter(),
  place: placeFilter(),
  admin1: placeFilter(),
  country: placeFilter(),
  source: {
    where: (scopes) => hasKeyIn(sourceKeys(scopes)),
    keys: sourceKeys,
    compare: (scopes) => exists('incident_sources WHERE incident_key', anyOf(scopes.map(matchSource))),
    scans: (scopes) => {
      const branches = scopes.map((scope): ScanBranch => {
        const index = 'id' in scope ? 'incident_sources_by_source' : 'incident_sources_by_publisher'
        const from = `incident_sources INDEXED BY ${index}`
        return { key: 'incident_key', from, where: matchSource(scope) }
      })
      return [{ order: 'date', branches, isExact: true }]
    },
  },
  actor: {
    where: (actor) => hasKeyIn(keysOf('incident_key FROM incident_actors', matchActor(actor))),
    compare: (actor) => exists('incident_actors WHERE incident_key', matchActor(actor)),
    scans: ({ roles = ROLES, ...actors }, { connection }) => {
      const selected = selectActorKeys(actors)
      // Nearly every record has an actor in each role: a role alone narrows nothing.
      if (!selected) return []
      const from = 'incident_actors INDEXED BY incident_actors_by_actor'
      const sql = 'actor_key = ? AND role = ?'
      const keys = connection.all<{ key: number }>(selected.sql, ...selected.values)
      const branches = [...new Set(keys.map(({ key }) => key))].flatMap((key) =>
        roles.map((role): ScanBranch => ({ key: 'incident_key', from, where: { sql, values: [key, role] } })),
      )
      return [{ order: 'date', branches, isExact: true }]
    },
  },
  date_from: {
    where: (day) => ({
      // Keys follow the first day, so that a period is a range of the table.
      sql: `date_end >= ? AND
        incidents.key >= ? - (SELECT coalesce(max(lasts_up_to), 0) FROM incidents) * ${KEYS_PER_DAY}`,
      values: [day, firstKeyOf(day)],
    }),
    // Incidents that last at most n days overlap a period only when they begin at most n days before it.
    scans: (day) => {
      const from = 'incidents INDEXED BY incidents_by_duration'
      const branches = DURATIONS.map((days): ScanBranch => {
        const where = { sql: 'lasts_up_to = ?', values: [days] }
        return { key: 'key', from, where, first: firstKey(day, -days) }
      })
      return [{ order: 'date', branches, isExact: false }]
    },
    range: (day, order, { connection }) =>
      order === 'date'
        ? { range: { low: [firstKey(day, -longestDuration(connection))], high: null }, isExact: false }
        : null,
  },
  date_to: {
    where: (day) => ({ sql: 'incidents.key < ?', values: [firstKey(day, 1)] }),
    range: (day, order) =>
      order === 'date' ? { range: { low: null, high: [firstKey(day, 1) - 1] }, isExact: true } : null,
  },
  deaths: {
    where: (limits) => compareCasualties(limits.group ? `deaths_${limits.group}` : 'deaths', limits),
    scans: (limits) => (isRanked(limits) ? [{ ...fullScan('deaths'), isExact: false }] : []),
    range: (limits, order) => {
      if (order !== 'deaths' || !isRanked(limits)) return null
      const { min = 0, max } = limits
      const high = max === undefined ? null : [max, Number.MAX_SAFE_INTEGER]
      return { range: { low: [min, Number.MIN_SAFE_INTEGER], high }, isExact: true }
    },
  },
  injured: { where: (limits) => compareCasualties('injured', limits) },
  bbox: {
    where: (box) => allOf([inCells(box), inBox(box)]),
    compare: inBox,
    scans: (box, { connection }) => cellScans(connection, box),
  },
  near: {
    where: (circle) => allOf([inCells(boundsOf(circle)), inCircle(circle)]),
    compare: inCircle,
    scans: (circle, { connection }) => cellScans(connection, boundsOf(circle)),
  },
  words: {
    where: (terms) => hasKeyIn(wordKeys(terms)),
    keys: wordKeys,
    compare: (_, { match }) =>
      exists('incidents_words WHERE rowid', { sql: 'incidents_words MATCH ?', values: [match] }),
    scans: (_, { match }) => {
      const where = { sql: 'incidents_words MATCH ?', values: [match] }
      const branches = match === null ? [] : [{ key: 'rowid', from: 'incidents_words', where }]
      return [{ order: 'date', branches, isExact: true }]
    },
  },
  updated_since: {
    where: (instant) => ({ sql: 'updated_at >= ?', values: [new Date(instant).toISOString()] }),
    scans: () => [{ ...fullScan('updated_at'), isExact: false }],
    range: (instant, order) => {
      if (order !== 'updated_at') return null
      const low = [new Date(instant).toISOString(), Number.MIN_SAFE_INTEGER]
      return { range: { low, high: null }, isExact: true }
    },
  },
}

/** A scan of incidents for a filter. */
export type FilterScan = IndexScan<keyof IncidentFilter>

/** SQL of the keys of the matching incidents, some of them more than once. */
export function selectKeys(filter: IncidentFilter): SqlFragment {
  const [only, ...others] = entriesOf(filter, (entry, value) => entry.keys?.(value))
  return only && others.length === 0 ? only : keysOf('key FROM incidents', whereIncidents(filter))
}

/** The condition of a whole filter on rows of `incidents`. */
export function whereIncidents(filter: IncidentFilter): SqlFragment {
  return allOf(entriesOf(filter, (entry, value) => entry.where(value)))
}

/** The condition of a filter on an incident that a scan has reached, but for the parameters that are covered. */
export function compareIncident(
  filter: IncidentFilter,
  covered: ReadonlySet<keyof IncidentFilter>,
  context: FilterContext,
): SqlFragment[] {
  return entriesOf(filter, (entry, value, name) =>
    covered.has(name) ? [] : [(entry.compare ?? entry.where)(value, context)],
  ).flat()
}

/** Every index scan that reads the incidents of a parameter of the filter. */
export function findScans(filter: IncidentFilter, context: FilterContext): FilterScan[] {
  return entriesOf(filter, (entry, value, name) =>
    (entry.scans?.(value, context) ?? []).map(({ order, branches, isExact }) => ({
      order,
      branches,
      covers: isExact ? [name] : [],
    })),
  )
    .flat()
    .filter(fitsStatement)
}

/** The range of an order that holds all matching incidents, and the parameters that everything in it matches. */
export function findRange(
  filter: IncidentFilter,
  order: Order,
  context: FilterContext,
): { range: Range; covers: (keyof IncidentFilter)[] } {
  const range: Range = { low: null, high: null }
  const covers: (keyof IncidentFilter)[] = []
  // No two parameters limit the same end of an order.
  entriesOf(filter, (entry, value, name) => {
    const found = entry.range?.(value, order, context)
    if (!found) return
    range.low ??= found.range.low
    range.high ??= found.range.high
    if (found.isExact) covers.push(name)
  })
  return { range, covers }
}

/** Applies a function to the entry of each parameter that the filter gives. */
function entriesOf<T>(
  filter: IncidentFilter,
  apply: (entry: FilterEntry<unknown>, value: unknown, name: keyof IncidentFilter) => T,
): T[] {
  const results: T[] = []
  for (const name of NAMES) {
    const value = filter[name]
    if (value !== undefined) results.push(apply(FILTERS[name] as FilterEntry<unknown>, value, name))
  }
  return results
}

const NAMES = Object.keys(FILTERS) as (keyof IncidentFilter)[]

/** The indexes that have the incidents of a value of a column together, by order. */
const INDEXES = {
  country_id: { date: 'country', deaths: 'country_and_deaths', updated_at: 'country_and_updated_at' },
  admin1_id: { date: 'admin1', deaths: 'admin1_and_deaths' },
  city_id: { date: 'city', deaths: 'city_and_deaths' },
  district_id: { date: 'district' },
  event_type: { date: 'event_type', deaths: 'event_type_and_deaths' },
  sub_event_type: { date: 'sub_event_type', deaths: 'sub_event_type_and_deaths' },
  dataset: { date: 'dataset', deaths: 'dataset_and_deaths', updated_at: 'dataset_and_updated_at' },
  kind: { date: 'kind' },
  violence_type: { date: 'violence_type' },
  conflict_id: { date: 'conflict' },
  dyad_id: { date: 'dyad' },
  date_precision: { date: 'date_precision' },
  geo_precision: { date: 'geo_precision' },
} as const satisfies Record<string, Partial<Record<Order, string>>>
type IndexedColumn = keyof typeof INDEXES

/** Incidents with any of some values in a column. */
function columnFilter(
  column: Exclude<IndexedColumn, 'country_id' | 'admin1_id' | 'city_id' | 'district_id'>,
): FilterEntry<readonly string[]> {
  return {
    where: (values) => oneOf(`incidents.${column}`, values),
    scans: (values) => columnScans([[column, values]]),
  }
}

/** Incidents in any of some places; each kind of place has a column. */
function placeFilter(): FilterEntry<readonly PlaceScope[]> {
  return {
    where: within,
    scans: (scopes) => columnScans(groupByColumn(scopes)),
  }
}

function columnScans(wanted: readonly (readonly [IndexedColumn, readonly SqlValue[]])[]): ParameterScan[] {
  const orders = (['date', 'deaths', 'updated_at'] as const).filter((order) =>
    wanted.every(([column]) => order in INDEXES[column]),
  )
  return orders.map((order) => ({
    order,
    branches: wanted.flatMap(([column, values]) => {
      const indexes: Partial<Record<Order, string>> = INDEXES[column]
      return equals('key', `incidents INDEXED BY incidents_by_${indexes[order]}`, column, values)
    }),
    isExact: true,
  }))
}

/** A branch for each value of a column. */
function equals(key: string, from: string, column: string, values: readonly SqlValue[]): ScanBranch[] {
  return values.map((value) => ({ key, from, where: { sql: `${column} = ?`, values: [value] } }))
}

function hasKeyIn({ sql, values }: SqlFragment): SqlFragment {
  return { sql: `incidents.key IN (${sql})`, values }
}

function keysOf(select: string, { sql, values }: SqlFragment): SqlFragment {
  return { sql: `SELECT ${select} WHERE ${sql}`, values }
}

function weaponKeys(weapons: readonly string[]): SqlFragment {
  return keysOf('incident_key AS key FROM incident_weapons', oneOf('weapon', weapons))
}

function sourceKeys(scopes: readonly SourceScope[]): SqlFragment {
  return keysOf('incident_key AS key FROM incident_sources', anyOf(scopes.map(matchSource)))
}

function wordKeys(terms: readonly string[]): SqlFragment {
  if (terms.length === 0) return keysOf('key FROM incidents', oneOf('key', []))
  return keysOf('rowid AS key FROM incidents_words', {
    sql: 'incidents_words MATCH ?',
    values: [`${terms.map(quotePhrase).join(' ')}*`],
  })
}

/** Incidents for which another table has a row under their key. */
function exists(table: string, { sql, values }: SqlFragment): SqlFragment {
  return { sql: `EXISTS (SELECT 1 FROM ${table} = incidents.key AND (${sql}))`, values }
}

/** The values of `lasts_up_to`, in days. */
const DURATIONS = [0, 7, 31, 366, 3660, 4_000_000]

/** The longest duration of any incident in days, at once by the index. */
function longestDuration(connection: Connection): number {
  return connection.get<{ days: number | null }>('SELECT max(lasts_up_to) AS days FROM incidents')?.days ?? 0
}

/** The first key of the day that is `later` days after a day. */
function firstKey(day: string, later = 0): number {
  return firstKeyOf(day) + later * KEYS_PER_DAY
}

/** Whether limits compare the figure by which incidents are ordered. */
function isRanked({ basis, group }: NonNullable<IncidentFilter['deaths']>): boolean {
  return basis === 'best' && !group
}

function cellScans(connection: Connection, box: Box): ParameterScan[] {
  const { size, cells } = coverBox(box)
  const column = CELL_COLUMNS[size]
  const wanted = size === COARSEST && cells.length >= 16 ? occupiedCells(connection, cells) : cells
  const branches = equals('key', `incidents INDEXED BY incidents_by_${column}`, column, wanted)
  return [{ order: 'date', branches, isExact: false }]
}

/** Those of many cells of the coarsest grid that have incidents: most of the world has none. */
function occupiedCells(connection: Connection, cells: readonly SqlValue[]): SqlValue[] {
  const column = CELL_COLUMNS[COARSEST]
  const found = connection.all<{ cell: number }>(
    `WITH RECURSIVE occupied (cell) AS (
       SELECT min(${column}) FROM incidents WHERE ${column} IS NOT NULL
       UNION ALL SELECT (SELECT min(${column}) FROM incidents WHERE ${column} > cell) FROM occupied WHERE cell IS NOT NULL)
     SELECT cell FROM occupied WHERE cell IS NOT NULL`,
  )
  const wanted = new Set(cells)
  return found.map(({ cell }) => cell).filter((cell) => wanted.has(cell))
}
