import { distanceKm, SAME_PLACE_KM } from '../../places/distance.ts'
import type { IncidentPlace, PlaceRecord } from '../../places/place.schema.ts'
import type { PlaceStore } from '../../places/place.store.ts'
import type { RecordInput } from '../../storage/contract/storage.ts'
import type { Where } from '../contract/draft.ts'
import { CountryGazetteer, type Point } from './country-gazetteer.ts'
import { candidateNames } from './place-names.ts'

/** A place of the gazetteer, or one that is created for the data set. */
interface ResolvedPlace {
  place: IncidentPlace
  /** Places that the gazetteer does not have, the outermost first. */
  created: RecordInput<PlaceRecord>[]
}

/** How a place was matched, as printed in the report. */
type Match = 'by name and distance' | 'by name' | 'division only' | 'country only' | 'new'

/** Matches the places that a data set names with the gazetteer, and caches the matches. */
export class PlaceResolver {
  readonly counts: Record<Match, number> = {
    'by name and distance': 0,
    'by name': 0,
    'division only': 0,
    'country only': 0,
    new: 0,
  }
  readonly #resolved = new Map<string, ResolvedPlace & { match: Match }>()
  readonly #countries = new Map<string, CountryGazetteer | null>()
  readonly #restored = new Set<string>()

  constructor(
    private readonly places: PlaceStore,
    private readonly dataset: string,
  ) {}

  /** The place, or null when not even the country is known. */
  async resolve(where: Where): Promise<ResolvedPlace | null> {
    const { country, admin1, place, latitude, longitude } = where
    const point = place === null ? '' : `${toHundredths(latitude)} ${toHundredths(longitude)}`
    const key = `${country}\n${admin1}\n${place}\n${point}`
    let resolved = this.#resolved.get(key)
    if (!resolved) {
      const gazetteer = await this.#loadGazetteer(country)
      if (!gazetteer) return null
      resolved = match(where, gazetteer)
      // A place is created only once.
      this.#resolved.set(key, { ...resolved, created: [] })
    }
    this.counts[resolved.match] += 1
    return resolved
  }

  /**
   * The places to create so that the place of an exported record exists under its id; null when not even the
   * country is known.
   * @param stored those of the places that are in the database
   */
  async restore(
    { place, latitude, longitude }: PlacedRecord,
    stored: ReadonlySet<string>,
  ): Promise<readonly RecordInput<PlaceRecord>[] | null> {
    if (this.#restored.has(place.id)) return []
    const gazetteer = await this.#loadGazetteer(place.country_code)
    if (!gazetteer) return null
    this.#restored.add(place.id)
    return stored.has(place.id) ? [] : gazetteer.restore(place, toPoint(latitude, longitude))
  }

  async #loadGazetteer(name: string): Promise<CountryGazetteer | null> {
    let gazetteer = this.#countries.get(name)
    if (gazetteer === undefined) {
      const [scope] = await this.places.findByName(name, ['country'])
      // Other names of the same country share the places that were matched and created.
      gazetteer =
        [...this.#countries.values()].find((other) => other?.country.id === scope?.id) ??
        (scope ? new CountryGazetteer(await this.places.gazetteer(scope.id), this.dataset) : null)
      this.#countries.set(name, gazetteer)
    }
    return gazetteer
  }
}

/** A record as far as its place is concerned. */
interface PlacedRecord {
  place: IncidentPlace
  latitude: number | null
  longitude: number | null
}

function match(
  { admin1, place, latitude, longitude }: Where,
  gazetteer: CountryGazetteer,
): ResolvedPlace & { match: Match } {
  const created: RecordInput<PlaceRecord>[] = []
  const division = admin1 === null ? null : gazetteer.division(admin1, created)
  const outer = division ?? gazetteer.country
  const point = toPoint(latitude, longitude)
  const result = (found: RecordInput<PlaceRecord>, how: Match) => ({
    place: gazetteer.describe(found),
    created,
    match: how,
  })
  if (place === null) return result(outer, division ? 'division only' : 'country only')
  for (const name of candidateNames(place)) {
    const candidates = gazetteer.findByName(name, ['city', 'district'])
    const near = point && findNearest(candidates, point)
    if (near) return result(near, 'by name and distance')
    const [only, ...others] = division
      ? candidates.filter((candidate) => candidate.admin1_code === division.admin1_code)
      : candidates
    // Without a point the name must be unique in the division, or else in the country.
    if (only && others.length === 0 && (!point || only.latitude === null)) return result(only, 'by name')
  }
  const [name = place] = candidateNames(place)
  return result(gazetteer.create({ name, alias: place, kind: 'city', outer, point }, created), 'new')
}

function toPoint(latitude: number | null, longitude: number | null): Point | null {
  return latitude === null || longitude === null ? null : { latitude, longitude }
}

/** Rounds to about a kilometre. */
function toHundredths(degrees: number | null): number | null {
  return degrees === null ? null : Math.round(degrees * 100)
}

function findNearest(candidates: readonly RecordInput<PlaceRecord>[], point: Point) {
  const [best] = candidates
    .map((candidate) => ({ candidate, km: distanceKm(candidate, point) }))
    .filter(({ km }) => km <= SAME_PLACE_KM)
    .sort((a, b) => a.km - b.km)
  return best?.candidate
}
