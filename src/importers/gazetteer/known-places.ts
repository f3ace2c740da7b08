import { distanceKm, SAME_PLACE_KM } from '../../places/distance.ts'
import type { PlaceRecord } from '../../places/place.schema.ts'
import type { RecordInput } from '../../storage/contract/storage.ts'
import { fold } from '../../text/fold.ts'
import type { PopulatedPlace } from './geonames-data.ts'

/** The places already in the gazetteer: countries, and curated places, which take precedence. */
export class KnownPlaces {
  readonly #byId: ReadonlyMap<string, RecordInput<PlaceRecord>>
  /** Cities and districts by country and folded name. */
  readonly #byName = new Map<string, Map<string, RecordInput<PlaceRecord>[]>>()

  constructor(places: readonly RecordInput<PlaceRecord>[]) {
    this.#byId = new Map(places.map((place) => [place.id, place]))
    for (const place of places) {
      if ((place.kind !== 'city' && place.kind !== 'district') || place.country_code === null) continue
      const byName = this.#byName.get(place.country_code) ?? new Map<string, RecordInput<PlaceRecord>[]>()
      this.#byName.set(place.country_code, byName)
      for (const name of new Set([place.name, ...place.aliases].map(fold)))
        byName.set(name, [...(byName.get(name) ?? []), place])
    }
  }

  /** The country of a code of ISO 3166-1. */
  country(code: string): RecordInput<PlaceRecord> | undefined {
    return this.#byId.get(`iso3166:${code}`)
  }

  has(id: string): boolean {
    return this.#byId.has(id)
  }

  /** The curated counterpart of a place: with the same id, or the same name nearby. */
  sameAs(place: PopulatedPlace): RecordInput<PlaceRecord> | undefined {
    const sameId = this.#byId.get(place.id)
    if (sameId) return sameId
    const byName = this.#byName.get(place.countryCode)
    return byName?.get(fold(place.name))?.find((known) => distanceKm(known, place) <= SAME_PLACE_KM)
  }
}
