import type { Incident } from '../../incidents/incident.schema.ts'
import { fold } from '../../text/fold.ts'
import { dayNumber } from '../../validation/calendar.ts'
import type { ActorNames, CandidateActor } from './actor-names.ts'
import { weightWords } from './words.ts'

/** The attributes of a record that are compared with those of other data sets. */
export interface LinkCandidate
  extends Pick<
    Incident,
    | 'id'
    | 'dataset'
    | 'kind'
    | 'date_precision'
    | 'place'
    | 'geo_precision'
    | 'event_type'
    | 'sub_event_type'
    | 'fatalities'
  > {
  /** First and last day, in days since 1970-01-01. */
  start: number
  end: number
  /** Days that it may cover, by its dates and their precision. */
  span: number
  /** Null where the location is less precise than a place: then only city, division and country are compared. */
  point: { latitude: number; longitude: number } | null
  /** The names of the city and the governorate, folded. */
  city: string | null
  admin1: string | null
  /** The actors that can be identified. */
  actors: readonly CandidateActor[]
  /** The words of its texts with their weights. */
  words: ReadonlyMap<string, number>
}

/** Days that a date of each precision covers at least. */
const DAYS = { day: 1, range: 1, week: 7, month: 28, year: 365 } as const

/** Builds a candidate; words of the titles of its sources count as its own. */
export function toLinkCandidate(
  incident: Incident,
  sourceTitles: readonly string[],
  names: ActorNames,
): LinkCandidate {
  const { place, latitude, longitude, geo_precision } = incident
  const start = dayNumber(incident.date_start)
  const end = dayNumber(incident.date_end)
  const hasPlace = geo_precision === 'exact' || geo_precision === 'near'
  const texts = [incident.title, incident.description, ...sourceTitles]
  const known = [place.district, place.city, place.admin1, place.country, place.name]
  let words: ReadonlyMap<string, number> | undefined
  return {
    id: incident.id,
    dataset: incident.dataset,
    kind: incident.kind,
    date_precision: incident.date_precision,
    place,
    geo_precision,
    event_type: incident.event_type,
    sub_event_type: incident.sub_event_type,
    fatalities: incident.fatalities,
    start,
    end,
    span: Math.max(end - start + 1, DAYS[incident.date_precision]),
    point: hasPlace && latitude !== null && longitude !== null ? { latitude, longitude } : null,
    city: place.city && fold(place.city),
    admin1: place.admin1 && fold(place.admin1),
    actors: names.identify(incident.actors),
    // Computed on demand: few pairs get as far as the comparison of texts.
    get words() {
      words ??= weightWords(texts, [...known, ...incident.actors.map(({ name }) => name)])
      return words
    },
  }
}
