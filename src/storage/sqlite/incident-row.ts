import { BOUNDS, type Casualties, GROUPS } from '../../figures/figure.schema.ts'
import type { Incident } from '../../incidents/incident.schema.ts'
import { words } from '../../text/fold.ts'
import { dayNumber } from '../../validation/calendar.ts'
import type { Connection, SqlValue } from './connection.ts'

/** Keys of one day: more than any data set has incidents on a day. */
const KEYS_A_DAY = 2 ** 20

/** A key that follows the date, after those of the same day. */
export function nextKey(connection: Connection, dateStart: string): number {
  const first = dayNumber(dateStart) * KEYS_A_DAY
  const last = connection.get<{ key: number | null }>(
    'SELECT max(key) AS key FROM incidents WHERE key >= ? AND key < ?',
    first,
    first + KEYS_A_DAY,
  )?.key
  return last === null || last === undefined ? first : last + 1
}

/** Whether a key is one of the keys of a day. */
export function isKeyOf(key: number, dateStart: string): boolean {
  return Math.floor(key / KEYS_A_DAY) === dayNumber(dateStart)
}

/** A place and what it lies in, one column a kind. */
export interface PlaceColumns {
  country_id: string
  admin1_id: string | null
  city_id: string | null
  district_id: string | null
}

/** The columns of a place. */
export function placeColumns(connection: Connection, placeId: string): PlaceColumns {
  const row = connection.get<PlaceColumns>(
    'SELECT country_id, admin1_id, city_id, district_id FROM places WHERE id = ?',
    placeId,
  )
  if (!row) throw new Error(`There is no place ${placeId}`)
  return row
}

/** What queries need of an incident, repeated in columns beside its document. */
export function incidentColumns(incident: Incident, place: PlaceColumns): Record<string, SqlValue> {
  const { id, dataset, kind, date_start, date_end, latitude, longitude, event_type, sub_event_type } =
    incident
  return {
    id,
    dataset,
    kind,
    date_start,
    date_end,
    ...place,
    latitude,
    longitude,
    event_type,
    sub_event_type,
    ...bounds('deaths', incident.fatalities),
    ...Object.assign(
      {},
      ...GROUPS.map((group) => bounds(`deaths_${group}`, incident.fatalities?.by_group[group])),
    ),
    ...bounds('injured', incident.injured),
    updated_at: incident.updated_at,
  }
}

function bounds(prefix: string, figure: Pick<Casualties, 'low' | 'best' | 'high'> | null | undefined) {
  return Object.fromEntries(BOUNDS.map((bound) => [`${prefix}_${bound}`, figure?.[bound] ?? null]))
}

/** The words by which full text finds an incident. */
export function incidentWords(incident: Incident): string {
  const { title, description, place, sites, actors, weapons } = incident
  const texts = [
    title,
    description,
    ...[place.district, place.city, place.admin1, place.country],
    ...sites.map((site) => site.name),
    ...actors.map((actor) => actor.name),
    ...weapons,
  ]
  return words(texts.filter((text) => text !== null).join(' ')).join(' ')
}
