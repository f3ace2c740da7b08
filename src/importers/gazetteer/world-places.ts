import type { PlaceKind, PlaceRecord } from '../../places/place.schema.ts'
import type { RecordInput } from '../../storage/contract/storage.ts'
import { fold } from '../../text/fold.ts'
import { divisionForms } from '../places/kind-words.ts'
import { Cities } from './cities.ts'
import { GEONAMES_WORLD } from './dataset.ts'
import { type Division, type GeonamesData, MAX_NAME_LENGTH, type PopulatedPlace } from './geonames-data.ts'
import type { KnownPlaces } from './known-places.ts'

/** GeoNames' code of a section of a populated place. */
const SECTION = 'PPLX'

/** The gazetteer's places of the world, and the numbers of records that were left out or changed. */
export interface WorldPlaces {
  /** Each after the place that contains it; the largest first, so that of equal names the likeliest come first. */
  places: RecordInput<PlaceRecord>[]
  /** Number left out because the curated gazetteer has them. */
  curated: number
  /** Number left out because their country is not known, by its code. */
  unknownCountries: ReadonlyMap<string, number>
  /** Number put directly into their country, because their division is not known. */
  withoutDivision: number
}

/** Converts GeoNames' records to places of the gazetteer, without those that are known already. */
export function buildWorldPlaces({ divisions, places }: GeonamesData, known: KnownPlaces): WorldPlaces {
  const world = new World(known)
  const ambiguous = findAmbiguousNames(divisions)
  for (const division of divisions) world.addDivision(division, ambiguous)
  const bySize = places.toSorted((a, b) => b.population - a.population)
  const isSection = ({ featureCode }: PopulatedPlace) => featureCode === SECTION
  for (const place of bySize) if (!isSection(place)) world.addPlace(place)
  for (const place of bySize) if (isSection(place)) world.addPlace(place)
  return world
}

class World implements WorldPlaces {
  readonly places: RecordInput<PlaceRecord>[] = []
  curated = 0
  readonly unknownCountries = new Map<string, number>()
  withoutDivision = 0
  readonly #divisions = new Set<string>()
  readonly #cities = new Cities()

  constructor(private readonly known: KnownPlaces) {}

  addDivision({ code, name, otherNames, geonamesId }: Division, ambiguous: ReadonlySet<string>): void {
    const country = this.#country(countryCode(code))
    if (!country) return
    this.#divisions.add(code)
    const id = `geonames:${code}`
    if (this.known.has(id)) {
      this.curated += 1
      return
    }
    this.places.push({
      id,
      dataset: GEONAMES_WORLD.id,
      name,
      aliases: distinctNames(name, [
        ...otherNames,
        ...divisionForms(name).filter((form) => !ambiguous.has(`${country.country_code} ${form}`)),
      ]),
      kind: 'admin1',
      parent_id: country.id,
      country_code: country.country_code,
      country_code3: country.country_code3,
      admin1_code: code,
      geonames_id: geonamesId,
      latitude: null,
      longitude: null,
    })
  }

  addPlace(place: PopulatedPlace): void {
    const country = this.#country(place.countryCode)
    if (!country) return
    const { id, name, latitude, longitude, population, geonamesId, featureCode } = place
    const isSection = featureCode === SECTION
    const code = `${place.countryCode}.${place.admin1}`
    const curated = this.known.sameAs(place)
    if (!isSection && curated?.kind !== 'district')
      this.#cities.add(code, { id: curated?.id ?? id, latitude, longitude, population })
    if (curated) {
      this.curated += 1
      return
    }
    const isKnown = this.#divisions.has(code) || this.known.has(`geonames:${code}`)
    const division = isKnown ? code : null
    if (division === null) this.withoutDivision += 1
    const city = isSection ? this.#cities.findCity(code, place) : undefined
    const kind: PlaceKind = city ? 'district' : 'city'
    this.places.push({
      id,
      dataset: GEONAMES_WORLD.id,
      name,
      aliases: distinctNames(name, place.otherNames),
      kind,
      parent_id: city?.id ?? (division === null ? country.id : `geonames:${division}`),
      country_code: country.country_code,
      country_code3: country.country_code3,
      admin1_code: division,
      geonames_id: geonamesId,
      latitude,
      longitude,
    })
  }

  #country(code: string): RecordInput<PlaceRecord> | undefined {
    const country = this.known.country(code)
    if (!country) this.unknownCountries.set(code, (this.unknownCountries.get(code) ?? 0) + 1)
    return country
  }
}

function countryCode(divisionCode: string): string {
  return divisionCode.slice(0, 2)
}

/** Names that several divisions have without the words for their kind: code of the country and folded name. */
function findAmbiguousNames(divisions: readonly Division[]): Set<string> {
  const seen = new Set<string>()
  const ambiguous = new Set<string>()
  for (const { code, name } of divisions) {
    for (const key of divisionForms(name).map((form) => `${countryCode(code)} ${form}`)) {
      if (seen.has(key)) ambiguous.add(key)
      seen.add(key)
    }
  }
  return ambiguous
}

/** Removes names that fold like the main name or like one another, and those that are too long. */
function distinctNames(name: string, others: readonly string[]): string[] {
  const different = others.filter((other) => other !== name)
  if (different.length === 0) return different
  const folded = new Set(['', fold(name)])
  return different.filter((other) => {
    const key = fold(other)
    if (folded.has(key) || other.length > MAX_NAME_LENGTH) return false
    folded.add(key)
    return true
  })
}
