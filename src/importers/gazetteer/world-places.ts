import type { PlaceKind, PlaceRecord } from '../../places/place.schema.ts'
import type { RecordInput } from '../../storage/contract/storage.ts'
import { fold } from '../../text/fold.ts'
import { namesOf } from '../places/place-resolver.ts'
import { Cities } from './cities.ts'
import { GEONAMES_WORLD } from './dataset.ts'
import { type Division, type Gathered, LONGEST_NAME, type PopulatedPlace } from './gathering.ts'
import type { KnownPlaces } from './known-places.ts'

/** GeoNames' code of a section of a populated place. */
const SECTION = 'PPLX'

/** The gazetteer's places of the world, and what became of what was gathered. */
export interface WorldPlaces {
  /** Each after the place that it lies in; the largest first, so that of namesakes the likeliest come first. */
  places: RecordInput<PlaceRecord>[]
  /** Left out because the curated gazetteer has them. */
  curated: number
  /** Left out because their country is not known, by its code. */
  unknownCountries: ReadonlyMap<string, number>
  /** Lie in their country, because their division is not known. */
  withoutDivision: number
}

/** Makes places of the gazetteer of what GeoNames has, leaving out what is known already. */
export function worldPlaces({ divisions, places }: Gathered, known: KnownPlaces): WorldPlaces {
  const world = new World(known)
  const ambiguous = ambiguousNames(divisions)
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
    const country = this.#country(countryOf(code))
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
      aliases: distinct(name, [
        ...otherNames,
        ...namesOf(name).filter((bare) => !ambiguous.has(`${country.country_code} ${fold(bare)}`)),
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
    const city = isSection ? this.#cities.around(code, place) : undefined
    const kind: PlaceKind = city ? 'district' : 'city'
    this.places.push({
      id,
      dataset: GEONAMES_WORLD.id,
      name,
      aliases: distinct(name, place.otherNames),
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

function countryOf(divisionCode: string): string {
  return divisionCode.slice(0, 2)
}

/** Folded names, behind the code of the country, that several divisions bear once the words for their kind are off. */
function ambiguousNames(divisions: readonly Division[]): Set<string> {
  const seen = new Set<string>()
  const ambiguous = new Set<string>()
  for (const { code, name } of divisions) {
    for (const key of new Set([name, ...namesOf(name)].map((text) => `${countryOf(code)} ${fold(text)}`))) {
      if (seen.has(key)) ambiguous.add(key)
      seen.add(key)
    }
  }
  return ambiguous
}

/** Names that do not fold like the name or one another. */
function distinct(name: string, others: readonly string[]): string[] {
  const different = others.filter((other) => other !== name)
  if (different.length === 0) return different
  const folded = new Set(['', fold(name)])
  return different.filter((other) => {
    const key = fold(other)
    if (folded.has(key) || other.length > LONGEST_NAME) return false
    folded.add(key)
    return true
  })
}
