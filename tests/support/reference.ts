import type { Incident } from '../../src/incidents/incident.schema.ts'
import type { IncidentFilter, Sort } from '../../src/incidents/incident.store.ts'
import { readSeed } from '../../src/seed/seed.ts'
import { fold, splitWords } from '../../src/text/fold.ts'
import { findIdentity } from './records.ts'

/** The publishers of the sources of invented incidents, by id. */
const SEED_SOURCES = readSeed().sources
const SOURCES = new Map(SEED_SOURCES.map(({ id, publisher }) => [id, publisher]))
const TITLES = new Map(SEED_SOURCES.map(({ id, title }) => [id, title]))

/**
 * Decides whether a filter matches, implemented plainly from the documentation: the reference that every storage
 * engine is compared with.
 */
export function matches(incident: Incident, filter: IncidentFilter): boolean {
  const tests: { [K in keyof IncidentFilter]-?: (wanted: NonNullable<IncidentFilter[K]>) => boolean } = {
    id: (ids) => ids.includes(incident.id),
    kind: (kinds) => kinds.includes(incident.kind),
    dataset: (ids) => ids.includes(incident.dataset),
    event_type: (ids) => incident.event_type !== null && ids.includes(incident.event_type),
    sub_event_type: (ids) => incident.sub_event_type !== null && ids.includes(incident.sub_event_type),
    violence_type: (types) => incident.violence_type !== null && types.includes(incident.violence_type),
    conflict: (ids) => incident.conflict !== null && ids.includes(incident.conflict.id),
    dyad: (ids) => incident.dyad !== null && ids.includes(incident.dyad.id),
    weapon: (names) => incident.weapons.some((weapon) => names.includes(fold(weapon))),
    date_precision: (precisions) => precisions.includes(incident.date_precision),
    date_known_to: (periods) => periods.includes(findKnownPeriod(incident)),
    geo_precision: (precisions) => precisions.includes(incident.geo_precision),
    city: (scopes) => scopes.some(({ id }) => listPlaces(incident).includes(id)),
    place: (scopes) => scopes.some(({ id }) => listPlaces(incident).includes(id)),
    admin1: (scopes) => scopes.some(({ id }) => listPlaces(incident).includes(id)),
    country: (scopes) => scopes.some(({ id }) => listPlaces(incident).includes(id)),
    source: (scopes) =>
      scopes.some((scope) =>
        incident.source_ids.some((id) =>
          'id' in scope ? scope.id === id : SOURCES.get(id) === scope.publisher,
        ),
      ),
    actor: ({ ids, identities, roles }) =>
      incident.actors.some(
        ({ id, role }) =>
          ((!ids && !identities) || ids?.includes(id) || identities?.includes(findIdentity(id))) &&
          (roles?.includes(role) ?? true),
      ),
    date_from: (day) => incident.date_end >= day,
    date_to: (day) => incident.date_start <= day,
    deaths: ({ min, max, basis, group }) =>
      isInLimits(group ? incident.fatalities?.by_group[group] : incident.fatalities, basis, min, max),
    injured: ({ min, max, basis }) => isInLimits(incident.injured, basis, min, max),
    bbox: ([west, south, east, north]) => {
      const { latitude, longitude } = incident
      if (latitude === null || longitude === null) return false
      const isBetween =
        west <= east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east
      return isBetween && latitude >= south && latitude <= north
    },
    near: ({ latitude, longitude, radiusKm }) => {
      if (incident.latitude === null || incident.longitude === null) return false
      return distanceKm(latitude, longitude, incident.latitude, incident.longitude) <= radiusKm
    },
    words: (wanted) => {
      const { title, description, place, actors, weapons, sites, source_ids } = incident
      const texts = [title, description, place.district, place.city, place.admin1, place.country]
      const all = [...texts, ...actors.map((a) => a.name), ...weapons, ...sites.map((s) => s.name)]
      all.push(...source_ids.map((id) => TITLES.get(id) ?? null))
      const present = splitWords(all.filter((text) => text !== null).join(' '))
      return (
        wanted.length > 0 &&
        wanted.every((word, index) =>
          index === wanted.length - 1 ? present.some((one) => one.startsWith(word)) : present.includes(word),
        )
      )
    },
    updated_since: (instant) => Date.parse(incident.updated_at) >= Date.parse(instant),
  }
  return (Object.keys(filter) as (keyof IncidentFilter)[]).every((name) => tests[name](filter[name] as never))
}

/** Finds the period to which a date is known: a range is as good as the shortest period that is as long. */
function findKnownPeriod({ date_precision, date_start, date_end }: Incident): Incident['date_precision'] {
  if (date_precision !== 'range') return date_precision
  const days = (Date.parse(date_end) - Date.parse(date_start)) / 86_400_000
  const periods = [
    [0, 'day'],
    [7, 'week'],
    [31, 'month'],
    [366, 'year'],
  ] as const
  return periods.find(([longest]) => days <= longest)?.[1] ?? 'range'
}

/** Lists the place of an invented incident and the places around it. */
function listPlaces({ place }: Incident): string[] {
  const known: Record<string, string[]> = {
    'iso3166:IQ': [],
    'iso3166:FJ': [],
    'geonames:IQ.07': ['iso3166:IQ'],
    'geonames:98182': ['geonames:IQ.07', 'iso3166:IQ'],
    'geonames:IQ.07.sadr-city': ['geonames:98182', 'geonames:IQ.07', 'iso3166:IQ'],
    'geonames:91597': ['geonames:IQ.18', 'iso3166:IQ'],
  }
  return [place.id, ...(known[place.id] ?? [])]
}

function isInLimits(
  figure: { low: number; best: number; high: number | null } | null | undefined,
  basis: 'low' | 'best' | 'high',
  min: number | undefined,
  max: number | undefined,
): boolean {
  if (!figure) return false
  const value = figure[basis]
  if (value === null) return max === undefined
  return value >= (min ?? -Infinity) && value <= (max ?? Infinity)
}

/** Computes the great-circle distance by the spherical law of cosines, not by the formula under test. */
function distanceKm(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const rad = (degrees: number) => (degrees * Math.PI) / 180
  const cosine =
    Math.sin(rad(lat1)) * Math.sin(rad(lat2)) +
    Math.cos(rad(lat1)) * Math.cos(rad(lat2)) * Math.cos(rad(lon2 - lon1))
  return 6371.0088 * Math.acos(Math.min(1, Math.max(-1, cosine)))
}

/** Returns the value that a sort compares; records without a number of deaths rank below zero. */
export function rank(incident: Incident, sort: Sort): string | number {
  switch (sort.replace('-', '')) {
    case 'deaths':
      return incident.fatalities?.best ?? -1
    case 'updated_at':
      return incident.updated_at
    default:
      return incident.date_start
  }
}
