import type { Incident } from '../../incidents/incident.schema.ts'
import { fold } from '../../text/fold.ts'
import { dayNumber } from '../../validation/calendar.ts'
import type { ActorNames, CandidateActor } from './actor-names.ts'
import { weightWords } from './words.ts'

/** A record as it is compared with those of other data sets. */
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
  /** First and last day, since 1970. */
  start: number
  end: number
  /** Over how many days it may be, by its dates and their precision. */
  span: number
  /** Where it is, if it is known to its place; else only its division or country is compared. */
  point: { latitude: number; longitude: number } | null
  /** The names of the city and the governorate, folded. */
  city: string | null
  admin1: string | null
  /** Those who are named. */
  actors: readonly CandidateActor[]
  /** The words of its texts, with what each counts. */
  words: ReadonlyMap<string, number>
}

/** Days that a date may be wrong by, where the dates themselves do not span them. */
const DAYS = { day: 1, range: 1, week: 7, month: 28, year: 365 } as const

/** A record as it is compared, with the titles of its sources. */
export function toLinkCandidate(
  incident: Incident,
  sourceTitles: readonly string[],
  names: ActorNames,
): LinkCandidate {
  const { place, latitude, longitude, geo_precision } = incident
  const start = dayNumber(incident.date_start)
  const end = dayNumber(incident.date_end)
  const isPlaced = geo_precision === 'exact' || geo_precision === 'near'
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
    point: isPlaced && latitude !== null && longitude !== null ? { latitude, longitude } : null,
    city: place.city && fold(place.city),
    admin1: place.admin1 && fold(place.admin1),
    actors: names.named(incident.actors),
    // Most records are never compared so far.
    get words() {
      words ??= weightWords(texts, [...known, ...incident.actors.map(({ name }) => name)])
      return words
    },
  }
}
