import type { ActorRecord } from '../../actors/actor.schema.ts'
import { BOUNDS, type Casualties, GROUPS } from '../../figures/figure.schema.ts'
import type { Incident } from '../../incidents/incident.schema.ts'
import type { PlaceRecord } from '../../places/place.schema.ts'
import type { SourceRecord } from '../../sources/source.schema.ts'
import { fold, words } from '../../text/fold.ts'
import type { TollRecord } from '../../tolls/toll.schema.ts'
import { dayNumber } from '../../validation/calendar.ts'
import type { Connection, SqlValue } from './connection.ts'
import type { RecordOf, Table } from './tables.ts'

/** A row of a table: its columns by name. */
export type Row = Record<string, SqlValue>

/** What the tables hold of a record besides its document, all of it following from the document. */
export interface Derived {
  /** Columns of its own row. */
  columns: Row
  /** Rows of `names`, but for the key. */
  names: Row[]
  /** Rows of other tables that point to it, but for `incident_key`. */
  links: Partial<Record<LinkTable, Row[]>>
  /** What full text finds it by; null where full text does not cover the table. */
  words: string | null
}

/** Tables that link incidents to other records, each with its columns but for `incident_key`. */
export const LINK_TABLES = {
  incident_actors: ['actor_id', 'role'],
  incident_sources: ['source_id'],
  parts: ['whole_id'],
} as const
/** A table that links incidents to other records. */
export type LinkTable = keyof typeof LINK_TABLES

const DERIVE: { [T in Table]: (connection: Connection, record: RecordOf<T>) => Partial<Derived> } = {
  sources: (_, { title, publisher }: SourceRecord) => ({
    names: named('sources', [title, publisher]),
  }),
  actors: (_, { kind, name, aliases }: ActorRecord) => ({
    columns: { kind },
    names: named('actors', [name, ...aliases], name),
  }),
  places: (connection, place: PlaceRecord) => {
    const codes = place.kind === 'country' ? [place.country_code, place.country_code3] : []
    return {
      columns: { kind: place.kind, ...chainOf(connection, place) },
      names: named('places', [place.name, ...place.aliases, ...codes], place.name),
    }
  },
  incidents: (connection, incident: Incident) => ({
    columns: { ...placeColumns(connection, incident.place.id), ...incidentColumns(incident) },
    links: {
      incident_actors: unique(incident.actors.map(({ id, role }) => ({ actor_id: id, role }))),
      incident_sources: unique(incident.source_ids.map((id) => ({ source_id: id }))),
      parts: unique(incident.part_of.map((id) => ({ whole_id: id }))),
    },
    words: wordsOf(incident),
  }),
  tolls: (connection, { date_start, date_end, updated_at, place }: TollRecord) => ({
    columns: { ...placeColumns(connection, place.id), date_start, date_end, updated_at },
  }),
}

/**
 * Everything that the tables hold of a record besides its document.
 * @throws Error when it lies in a place that is not there
 */
export function derive<T extends Table>(connection: Connection, table: T, record: RecordOf<T>): Derived {
  const { columns, names = [], links = {}, words = null } = DERIVE[table](connection, record)
  return { columns: { id: record.id, dataset: record.dataset, ...columns }, names, links, words }
}

/** Rows of `names`; of names that fold alike one stands for all. A suggestion shows `shown`, or the name itself. */
function named(entity: string, texts: readonly string[], shown?: string): Row[] {
  const byFolded = new Map(texts.toReversed().map((text) => [fold(text), shown ?? text]))
  byFolded.delete('')
  return [...byFolded].map(([folded, name]) => ({ entity, folded, shown: name }))
}

/** A place and what it lies in, one column a kind. */
type PlaceColumns = {
  country_id: string
  admin1_id: string | null
  city_id: string | null
  district_id: string | null
}

function placeColumns(connection: Connection, placeId: string): PlaceColumns {
  const row = connection.get<PlaceColumns>(
    'SELECT country_id, admin1_id, city_id, district_id FROM places WHERE id = ?',
    placeId,
  )
  if (!row) throw new Error(`There is no place ${placeId}`)
  return row
}

/** A place's own columns: those of the place that it lies in, and its own id under its kind. */
function chainOf(connection: Connection, { id, kind, parent_id }: PlaceRecord): Row {
  const outer = parent_id
    ? placeColumns(connection, parent_id)
    : { country_id: id, admin1_id: null, city_id: null, district_id: null }
  return { ...outer, [`${kind}_id`]: id }
}

function incidentColumns(incident: Incident): Row {
  const { kind, date_start, date_end, latitude, longitude, event_type, sub_event_type, updated_at } = incident
  const { fatalities, injured } = incident
  return {
    ...{ kind, date_start, date_end, latitude, longitude, event_type, sub_event_type, updated_at },
    ...bounds('deaths', fatalities),
    ...Object.assign({}, ...GROUPS.map((group) => bounds(`deaths_${group}`, fatalities?.by_group[group]))),
    ...bounds('injured', injured),
  }
}

function bounds(prefix: string, figure: Pick<Casualties, 'low' | 'best' | 'high'> | null | undefined): Row {
  return Object.fromEntries(BOUNDS.map((bound) => [`${prefix}_${bound}`, figure?.[bound] ?? null]))
}

function wordsOf({ title, description, place, sites, actors, weapons }: Incident): string {
  const texts = [
    ...[title, description, place.district, place.city, place.admin1, place.country],
    ...sites.map((site) => site.name),
    ...actors.map((actor) => actor.name),
    ...weapons,
  ]
  return words(texts.filter((text) => text !== null).join(' ')).join(' ')
}

function unique(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()]
}

/** Keys of one day: more than any data set has incidents on a day. */
const KEYS_A_DAY = 2 ** 20

/** A key that follows the date, after those of the same day. */
export function nextKey(connection: Connection, dateStart: string): number {
  const first = dayNumber(dateStart) * KEYS_A_DAY
  const row = connection.get<{ key: number | null }>(
    'SELECT max(key) AS key FROM incidents WHERE key >= ? AND key < ?',
    ...[first, first + KEYS_A_DAY],
  )
  return row?.key == null ? first : row.key + 1
}

/** Whether a key is one of the keys of a day. */
export function isKeyOf(key: number, dateStart: string): boolean {
  return Math.floor(key / KEYS_A_DAY) === dayNumber(dateStart)
}
