import { ROLES } from '../../../actors/actor.schema.ts'
import type { IncidentFilter } from '../../../incidents/incident.store.ts'
import type { PlaceScope } from '../../../places/place.store.ts'
import { firstKeyOf, KEYS_PER_DAY } from '../../records/incident-keys.ts'
import type { Connection, SqlValue } from '../database/connection.ts'
import { type Box, boxAround, type CellSet, COARSEST, coverBox } from './grid-cells.ts'
import { fitsStatement, type IndexScan, type Order, type Range, type ScanBranch } from './index-scan.ts'
import { sourceIs } from './where-clauses.ts'

/** A way to read incidents that match a part of a filter. */
export type IncidentScan = IndexScan<keyof IncidentFilter>

/** The indexes that have the incidents of a value together, each in an order. */
const COLUMNS = {
  country_id: { date: 'country', deaths: 'country_and_deaths', updated_at: 'country_and_updated_at' },
  admin1_id: { date: 'admin1', deaths: 'admin1_and_deaths' },
  city_id: { date: 'city', deaths: 'city_and_deaths' },
  district_id: { date: 'district' },
  event_type: { date: 'event_type', deaths: 'event_type_and_deaths' },
  sub_event_type: { date: 'sub_event_type', deaths: 'sub_event_type_and_deaths' },
  dataset: { date: 'dataset', deaths: 'dataset_and_deaths', updated_at: 'dataset_and_updated_at' },
  kind: { date: 'kind' },
} as const satisfies Record<string, Partial<Record<Order, string>>>
type Column = keyof typeof COLUMNS

/**
 * Every way to read incidents that match a part of the filter: one a parameter and order, where an index has it.
 * `words` are an FTS5 query, null when nothing can match.
 */
export function indexScans(
  connection: Connection,
  filter: IncidentFilter,
  words: string | null,
): IncidentScan[] {
  const { kind, dataset, event_type, sub_event_type, city, place, admin1, country } = filter
  return [
    ...ofColumns('kind', kind && [['kind', kind]]),
    ...ofColumns('dataset', dataset && [['dataset', dataset]]),
    ...ofColumns('event_type', event_type && [['event_type', event_type]]),
    ...ofColumns('sub_event_type', sub_event_type && [['sub_event_type', sub_event_type]]),
    ...ofColumns('city', city && columnsOf(city)),
    ...ofColumns('place', place && columnsOf(place)),
    ...ofColumns('admin1', admin1 && columnsOf(admin1)),
    ...ofColumns('country', country && columnsOf(country)),
    ...ofIds(filter),
    ...ofSources(filter),
    ...ofActors(filter),
    ...ofDays(filter),
    ...ofBoxes(connection, filter),
    ...(filter.words ? [ofWords(words)] : []),
    ...(rankRange(filter) ? [fullScan('deaths')] : []),
    ...(filter.updated_since ? [fullScan('updated_at')] : []),
  ].filter(fitsStatement)
}

/** Every incident in an order. */
export function fullScan(order: Order): IncidentScan {
  const from = `incidents ${{ date: 'NOT INDEXED', deaths: 'INDEXED BY incidents_by_deaths', updated_at: 'INDEXED BY incidents_by_updated_at' }[order]}`
  return { order, branches: [{ key: 'key', from, where: { sql: 'TRUE', values: [] } }], covers: [] }
}

/** The parameters that whatever lies in {@link rangeOf} matches. */
export function coveredByRange(filter: IncidentFilter, order: Order): (keyof IncidentFilter)[] {
  if (order === 'date') return ['date_to']
  if (order === 'updated_at') return ['updated_since']
  return rankRange(filter) ? ['deaths'] : []
}

/** What the filter leaves of an order, whichever incidents are read. */
export function rangeOf(connection: Connection, filter: IncidentFilter, order: Order): Range {
  const { date_from, date_to, updated_since } = filter
  if (order === 'deaths') return rankRange(filter) ?? { low: null, high: null }
  if (order === 'updated_at')
    return {
      low: updated_since ? [new Date(updated_since).toISOString(), Number.MIN_SAFE_INTEGER] : null,
      high: null,
    }
  return {
    low: date_from ? [firstKey(date_from, -longest(connection))] : null,
    high: date_to ? [firstKey(date_to, 1) - 1] : null,
  }
}

/** The ranks between which limits of deaths lie; undefined when they compare another figure. */
function rankRange({ deaths }: IncidentFilter): Range | undefined {
  if (deaths?.basis !== 'best' || deaths.group) return undefined
  const { min = 0, max } = deaths
  return {
    low: [min, Number.MIN_SAFE_INTEGER],
    high: max === undefined ? null : [max, Number.MAX_SAFE_INTEGER],
  }
}

/** The first key of a day, or of one some days later. */
function firstKey(day: string, later = 0): number {
  return firstKeyOf(day) + later * KEYS_PER_DAY
}

function ofColumns(
  parameter: keyof IncidentFilter,
  wanted: readonly (readonly [Column, readonly SqlValue[]])[] | undefined,
): IncidentScan[] {
  if (!wanted) return []
  const orders = (['date', 'deaths', 'updated_at'] as const).filter((order) =>
    wanted.every(([column]) => order in COLUMNS[column]),
  )
  return orders.map((order) => ({
    order,
    branches: wanted.flatMap(([column, values]) => {
      const indexes: Partial<Record<Order, string>> = COLUMNS[column]
      return armsOf('key', `incidents INDEXED BY incidents_by_${indexes[order]}`, column, values)
    }),
    covers: [parameter],
  }))
}

function armsOf(key: string, from: string, column: string, values: readonly SqlValue[]): ScanBranch[] {
  return values.map((value) => ({ key, from, where: { sql: `${column} = ?`, values: [value] } }))
}

function columnsOf(scopes: readonly PlaceScope[]): [Column, string[]][] {
  const kinds = [...new Set(scopes.map(({ kind }) => kind))]
  return kinds.map((kind) => [
    `${kind}_id`,
    scopes.filter((scope) => scope.kind === kind).map(({ id }) => id),
  ])
}

function ofIds({ id }: IncidentFilter): IncidentScan[] {
  if (!id) return []
  return [
    {
      order: 'date',
      branches: armsOf('key', 'incidents INDEXED BY incidents_by_id', 'id', id),
      covers: ['id'],
    },
  ]
}

function ofSources({ source }: IncidentFilter): IncidentScan[] {
  if (!source) return []
  const branches = source.map((scope): ScanBranch => {
    const index = 'id' in scope ? 'incident_sources_by_source' : 'incident_sources_by_publisher'
    return { key: 'incident_key', from: `incident_sources INDEXED BY ${index}`, where: sourceIs(scope) }
  })
  return [{ order: 'date', branches, covers: ['source'] }]
}

function ofActors({ actor }: IncidentFilter): IncidentScan[] {
  // Nearly every record has an actor in each role.
  if (!actor?.ids) return []
  const { ids, roles = ROLES } = actor
  const branches = ids.flatMap((id) =>
    roles.map(
      (role): ScanBranch => ({
        key: 'incident_key',
        from: 'incident_actors INDEXED BY incident_actors_by_actor',
        where: { sql: 'actor_key = (SELECT key FROM actors WHERE id = ?) AND role = ?', values: [id, role] },
      }),
    ),
  )
  return [{ order: 'date', branches, covers: ['actor'] }]
}

/** What `lasts_up_to` tells apart, in days. */
const DURATIONS = [0, 7, 31, 366, 3660, 4_000_000]

/** Records that last no longer than so many days overlap a period only when they begin no earlier than so many before. */
function ofDays({ date_from }: IncidentFilter): IncidentScan[] {
  if (!date_from) return []
  const from = 'incidents INDEXED BY incidents_by_duration'
  const branches = DURATIONS.map((days): ScanBranch => {
    const where = { sql: 'lasts_up_to = ?', values: [days] }
    return { key: 'key', from, where, first: firstKey(date_from, -days) }
  })
  return [{ order: 'date', branches, covers: [] }]
}

/** How many days the longest record may last, as the index tells at once. */
function longest(connection: Connection): number {
  return connection.get<{ days: number | null }>('SELECT max(lasts_up_to) AS days FROM incidents')?.days ?? 0
}

function ofBoxes(connection: Connection, { bbox, near }: IncidentFilter): IncidentScan[] {
  const boxes: Box[] = [
    ...(bbox ? [bbox] : []),
    ...(near ? [boxAround(near.latitude, near.longitude, near.radiusKm)] : []),
  ]
  return boxes.map((box) => {
    const { column, cells } = occupied(connection, coverBox(box))
    const from = `incidents INDEXED BY incidents_by_${column}`
    return { order: 'date', branches: armsOf('key', from, column, cells), covers: [] }
  })
}

/** Of many cells those that have incidents: most of the world has none. */
function occupied(connection: Connection, { column, cells }: CellSet): CellSet {
  if (column !== COARSEST || cells.length < 16) return { column, cells }
  const found = connection.all<{ cell: number }>(
    `WITH RECURSIVE occupied (cell) AS (
       SELECT min(${column}) FROM incidents WHERE ${column} IS NOT NULL
       UNION ALL SELECT (SELECT min(${column}) FROM incidents WHERE ${column} > cell) FROM occupied WHERE cell IS NOT NULL)
     SELECT cell FROM occupied WHERE cell IS NOT NULL`,
  )
  const wanted = new Set(cells)
  return { column, cells: found.map(({ cell }) => cell).filter((cell) => wanted.has(cell)) }
}

function ofWords(words: string | null): IncidentScan {
  const where = { sql: 'incidents_words MATCH ?', values: [words] }
  const branches = words === null ? [] : [{ key: 'rowid', from: 'incidents_words', where }]
  return { order: 'date', branches, covers: ['words'] }
}
