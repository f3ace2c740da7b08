import { ROLES } from '../../../actors/actor.schema.ts'
import type { IncidentFilter } from '../../../incidents/incident.store.ts'
import type { PlaceScope } from '../../../places/place.store.ts'
import { type Box, boxAround, type Cells, COARSEST, cellsOf } from './grid-cells.ts'
import type { Connection, SqlValue } from '../database/connection.ts'
import { sourceIs } from './where-clauses.ts'
import { firstKeyOf, KEYS_A_DAY } from '../records/derived-rows.ts'
import { type Arm, isWalkable, type Order, type Range, type Walk } from './index-scan.ts'

/** A way to read incidents that match a part of a filter. */
export type IncidentWalk = Walk<keyof IncidentFilter>

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
export function walksOf(
  connection: Connection,
  filter: IncidentFilter,
  words: string | null,
): IncidentWalk[] {
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
    ...(rankRange(filter) ? [everything('deaths')] : []),
    ...(filter.updated_since ? [everything('updated_at')] : []),
  ].filter(isWalkable)
}

/** Every incident in an order. */
export function everything(order: Order): IncidentWalk {
  const from = `incidents ${{ date: 'NOT INDEXED', deaths: 'INDEXED BY incidents_by_deaths', updated_at: 'INDEXED BY incidents_by_updated_at' }[order]}`
  return { order, arms: [{ key: 'key', from, where: { sql: 'TRUE', values: [] } }], answers: [] }
}

/** The parameters that whatever lies in {@link rangeOf} matches. */
export function answeredByRange(filter: IncidentFilter, order: Order): (keyof IncidentFilter)[] {
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
  return firstKeyOf(day) + later * KEYS_A_DAY
}

function ofColumns(
  parameter: keyof IncidentFilter,
  wanted: readonly (readonly [Column, readonly SqlValue[]])[] | undefined,
): IncidentWalk[] {
  if (!wanted) return []
  const orders = (['date', 'deaths', 'updated_at'] as const).filter((order) =>
    wanted.every(([column]) => order in COLUMNS[column]),
  )
  return orders.map((order) => ({
    order,
    arms: wanted.flatMap(([column, values]) => {
      const indexes: Partial<Record<Order, string>> = COLUMNS[column]
      return armsOf('key', `incidents INDEXED BY incidents_by_${indexes[order]}`, column, values)
    }),
    answers: [parameter],
  }))
}

function armsOf(key: string, from: string, column: string, values: readonly SqlValue[]): Arm[] {
  return values.map((value) => ({ key, from, where: { sql: `${column} = ?`, values: [value] } }))
}

function columnsOf(scopes: readonly PlaceScope[]): [Column, string[]][] {
  const kinds = [...new Set(scopes.map(({ kind }) => kind))]
  return kinds.map((kind) => [
    `${kind}_id`,
    scopes.filter((scope) => scope.kind === kind).map(({ id }) => id),
  ])
}

function ofIds({ id }: IncidentFilter): IncidentWalk[] {
  if (!id) return []
  return [
    { order: 'date', arms: armsOf('key', 'incidents INDEXED BY incidents_by_id', 'id', id), answers: ['id'] },
  ]
}

function ofSources({ source }: IncidentFilter): IncidentWalk[] {
  if (!source) return []
  const arms = source.map((scope): Arm => {
    const index = 'id' in scope ? 'incident_sources_by_source' : 'incident_sources_by_publisher'
    return { key: 'incident_key', from: `incident_sources INDEXED BY ${index}`, where: sourceIs(scope) }
  })
  return [{ order: 'date', arms, answers: ['source'] }]
}

function ofActors({ actor }: IncidentFilter): IncidentWalk[] {
  // Nearly every record has an actor in each role.
  if (!actor?.ids) return []
  const { ids, roles = ROLES } = actor
  const arms = ids.flatMap((id) =>
    roles.map(
      (role): Arm => ({
        key: 'incident_key',
        from: 'incident_actors INDEXED BY incident_actors_by_actor',
        where: { sql: 'actor_key = (SELECT key FROM actors WHERE id = ?) AND role = ?', values: [id, role] },
      }),
    ),
  )
  return [{ order: 'date', arms, answers: ['actor'] }]
}

/** What `lasts_up_to` tells apart, in days. */
const DURATIONS = [0, 7, 31, 366, 3660, 4_000_000]

/** Records that last no longer than so many days overlap a period only when they begin no earlier than so many before. */
function ofDays({ date_from }: IncidentFilter): IncidentWalk[] {
  if (!date_from) return []
  const from = 'incidents INDEXED BY incidents_by_duration'
  const arms = DURATIONS.map((days): Arm => {
    const where = { sql: 'lasts_up_to = ?', values: [days] }
    return { key: 'key', from, where, first: firstKey(date_from, -days) }
  })
  return [{ order: 'date', arms, answers: [] }]
}

/** How many days the longest record may last, as the index tells at once. */
function longest(connection: Connection): number {
  return connection.get<{ days: number | null }>('SELECT max(lasts_up_to) AS days FROM incidents')?.days ?? 0
}

function ofBoxes(connection: Connection, { bbox, near }: IncidentFilter): IncidentWalk[] {
  const boxes: Box[] = [
    ...(bbox ? [bbox] : []),
    ...(near ? [boxAround(near.latitude, near.longitude, near.radiusKm)] : []),
  ]
  return boxes.map((box) => {
    const { column, cells } = occupied(connection, cellsOf(box))
    const from = `incidents INDEXED BY incidents_by_${column}`
    return { order: 'date', arms: armsOf('key', from, column, cells), answers: [] }
  })
}

/** Of many cells those that have incidents: most of the world has none. */
function occupied(connection: Connection, { column, cells }: Cells): Cells {
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

function ofWords(words: string | null): IncidentWalk {
  const where = { sql: 'incidents_words MATCH ?', values: [words] }
  const arms = words === null ? [] : [{ key: 'rowid', from: 'incidents_words', where }]
  return { order: 'date', arms, answers: ['words'] }
}
