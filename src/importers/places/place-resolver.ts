import { hash } from 'node:crypto'
import { distanceKm, SAME_PLACE_KM } from '../../places/distance.ts'
import type { IncidentPlace, PlaceKind, PlaceRecord } from '../../places/place.schema.ts'
import type { PlaceStore } from '../../places/place.store.ts'
import type { RecordInput } from '../../storage/contract/storage.ts'
import { fold } from '../../text/fold.ts'
import type { Where } from '../contract/draft.ts'

/** A place of the gazetteer, or one that the data set brings itself. */
export interface Resolved {
  place: IncidentPlace
  /** Places that the gazetteer does not have, the outermost first. */
  created: RecordInput<PlaceRecord>[]
}

/** How a place was found; the words of the report. */
type Way = 'by name and distance' | 'by name' | 'division only' | 'country only' | 'new'

/** Words that say what kind of place a name is; the gazetteer's names do without them. */
const KIND_WORDS =
  /\b(town|city|village|district|province|governorate|division|municipality|county|state|region|locality|settlement|camp)\b/gi

/** Finds the places that a data set names in the gazetteer; keeps what it found. */
export class PlaceResolver {
  readonly counts: Record<Way, number> = {
    'by name and distance': 0,
    'by name': 0,
    'division only': 0,
    'country only': 0,
    new: 0,
  }
  readonly #found = new Map<string, Found>()
  readonly #countries = new Map<string, Gazetteer | null>()

  constructor(
    private readonly places: PlaceStore,
    private readonly dataset: string,
  ) {}

  /** The place, or null when not even the country is known. */
  async resolve(where: Where): Promise<Resolved | null> {
    const { country, admin1, place, latitude, longitude } = where
    const point = place === null ? '' : `${hundredths(latitude)} ${hundredths(longitude)}`
    const key = `${country}\n${admin1}\n${place}\n${point}`
    let found = this.#found.get(key)
    if (!found) {
      const gazetteer = await this.#country(country)
      if (!gazetteer) return null
      found = this.#find(where, gazetteer)
      // What is new is new only once.
      this.#found.set(key, { ...found, resolved: { ...found.resolved, created: [] } })
    }
    this.counts[found.how] += 1
    return found.resolved
  }

  /** The places that are missing for a record's own place to be there, or null when not even the country is known. */
  async restore({ place, latitude, longitude }: Placed): Promise<readonly RecordInput<PlaceRecord>[] | null> {
    if (this.#restored.has(place.id)) return []
    const gazetteer = await this.#country(place.country_code)
    if (!gazetteer) return null
    this.#restored.add(place.id)
    if (await this.places.scope(place.id)) return []
    const point = latitude === null || longitude === null ? null : { latitude, longitude }
    return gazetteer.restore(place, point)
  }

  readonly #restored = new Set<string>()

  async #country(name: string): Promise<Gazetteer | null> {
    let gazetteer = this.#countries.get(name)
    if (gazetteer === undefined) {
      const [scope] = await this.places.named(name, ['country'])
      gazetteer = scope ? new Gazetteer(await this.places.gazetteer(scope.id), this.dataset) : null
      // Other names of the same country share what was found and made.
      const known = [...this.#countries.values()].find((other) => other?.country.id === scope?.id)
      this.#countries.set(name, known ?? gazetteer)
      return known ?? gazetteer
    }
    return gazetteer
  }

  #find({ admin1, place, latitude, longitude }: Where, gazetteer: Gazetteer): Found {
    const created: RecordInput<PlaceRecord>[] = []
    const division = admin1 === null ? null : gazetteer.division(admin1, created)
    const outer = division ?? gazetteer.country
    const point = latitude === null || longitude === null ? null : { latitude, longitude }
    const done = (at: RecordInput<PlaceRecord>, how: Way): Found => ({
      resolved: { place: gazetteer.describe(at), created },
      how,
    })
    if (place === null) return done(outer, division ? 'division only' : 'country only')
    for (const name of namesOf(place)) {
      const candidates = gazetteer.named(name, ['city', 'district'])
      const near = point && nearest(candidates, point)
      if (near) return done(near, 'by name and distance')
      const [only, ...others] = division
        ? candidates.filter((candidate) => candidate.admin1_code === division.admin1_code)
        : candidates
      // Without a point the name alone must tell, in the division or else in the country.
      if (only && others.length === 0 && (!point || only.latitude === null)) return done(only, 'by name')
    }
    const [name = place] = namesOf(place)
    return done(gazetteer.create({ name, alias: place, kind: 'city', outer, point }, created), 'new')
  }
}

/** To about a kilometre. */
function hundredths(degrees: number | null): number | null {
  return degrees === null ? null : Math.round(degrees * 100)
}

/** A record that has a place. */
interface Placed {
  place: IncidentPlace
  latitude: number | null
  longitude: number | null
}

interface Found {
  resolved: Resolved
  how: Way
}

/** The gazetteer of a country, and the places that a data set adds to it. */
class Gazetteer {
  readonly country: RecordInput<PlaceRecord>
  readonly #byId = new Map<string, RecordInput<PlaceRecord>>()
  readonly #byName = new Map<string, RecordInput<PlaceRecord>[]>()

  constructor(
    places: readonly RecordInput<PlaceRecord>[],
    private readonly dataset: string,
  ) {
    for (const place of places) {
      this.#byId.set(place.id, place)
      for (const folded of new Set([place.name, ...place.aliases].map(fold))) {
        this.#byName.set(folded, [...(this.#byName.get(folded) ?? []), place])
      }
    }
    this.country = places.find(({ kind }) => kind === 'country') as RecordInput<PlaceRecord>
  }

  /** The places of these kinds that bear a name; none of those that the data set added. */
  named(name: string, kinds: readonly PlaceKind[]): RecordInput<PlaceRecord>[] {
    return (this.#byName.get(fold(name)) ?? []).filter(({ kind }) => kinds.includes(kind))
  }

  /** The first-level division of a name, made when there is none. */
  division(text: string, created: RecordInput<PlaceRecord>[]): RecordInput<PlaceRecord> {
    for (const name of namesOf(text)) {
      const [found] = this.named(name, ['admin1'])
      if (found) return found
    }
    const [name = text] = namesOf(text)
    return this.create({ name, alias: text, kind: 'admin1', outer: this.country, point: null }, created)
  }

  /** A place of the data set's own; its id follows from where it lies, its name and point, unless it has one. */
  create(given: NewPlace, created: RecordInput<PlaceRecord>[]): RecordInput<PlaceRecord> {
    const { name, alias, kind, outer, point, id = this.#idOf(given) } = given
    const kept = this.#byId.get(id)
    if (kept) return kept
    const place: RecordInput<PlaceRecord> = {
      id,
      dataset: this.dataset,
      name,
      aliases: fold(alias) === fold(name) ? [] : [alias],
      kind,
      parent_id: outer.id,
      country_code: outer.country_code,
      country_code3: outer.country_code3,
      admin1_code: outer.admin1_code,
      geonames_id: null,
      latitude: point?.latitude ?? null,
      longitude: point?.longitude ?? null,
    }
    this.#byId.set(id, place)
    created.push(place)
    return place
  }

  #idOf({ outer, name, point }: NewPlace): string {
    const spot = point && [point.latitude.toFixed(1), point.longitude.toFixed(1)]
    const digest = hash('sha256', JSON.stringify([outer.id, fold(name), spot])).slice(0, 12)
    return `${this.dataset}:place-${digest}`
  }

  /** A place with the id that it has elsewhere, and what of the places that it lies in is missing. */
  restore(place: IncidentPlace, point: NewPlace['point']): RecordInput<PlaceRecord>[] {
    const created: RecordInput<PlaceRecord>[] = []
    let outer =
      place.admin1 === null || place.kind === 'admin1' ? this.country : this.division(place.admin1, created)
    if (place.kind === 'district' && place.city !== null) {
      const [city] = this.named(place.city, ['city'])
      outer =
        city ?? this.create({ name: place.city, alias: place.city, kind: 'city', outer, point }, created)
    }
    const { id, name, kind } = place
    this.create({ id, name, alias: name, kind, outer, point }, created)
    return created
  }

  /** A place with the names of the places that it lies in. */
  describe({ id, name, kind, country_code }: RecordInput<PlaceRecord>): IncidentPlace {
    const chain: Partial<Record<PlaceKind, string>> = {}
    for (let at = this.#byId.get(id); at; at = this.#byId.get(at.parent_id ?? '')) chain[at.kind] = at.name
    const { district = null, city = null, admin1 = null, country = '' } = chain
    return { id, name, kind, district, city, admin1, country, country_code }
  }
}

interface NewPlace {
  id?: string
  name: string
  /** As the data set spells it. */
  alias: string
  kind: PlaceKind
  /** The place that it lies in. */
  outer: RecordInput<PlaceRecord>
  point: { latitude: number; longitude: number } | null
}

/** The names to look for: without the words for its kind, then as it is; of "City - District" also the parts, the narrower first. */
export function namesOf(text: string): string[] {
  const parts = text.split(/ - /)
  const names = [text, ...(parts.length > 1 ? parts.toReversed() : [])].flatMap((name) => [
    name.replace(KIND_WORDS, ' '),
    name,
  ])
  return [...new Set(names.map((name) => name.replace(/\s+/g, ' ').trim()))].filter(
    (name) => fold(name) !== '',
  )
}

function nearest(
  candidates: readonly RecordInput<PlaceRecord>[],
  point: { latitude: number; longitude: number },
) {
  const [best] = candidates
    .map((candidate) => ({ candidate, km: distanceKm(candidate, point) }))
    .filter(({ km }) => km <= SAME_PLACE_KM)
    .sort((a, b) => a.km - b.km)
  return best?.candidate
}
