import { createHash } from 'node:crypto'
import type { IncidentPlace, Place, PlaceKind, PlaceRecord } from '../places/place.schema.ts'
import type { PlaceStore } from '../places/place.store.ts'
import { parse } from '../records.ts'
import type { Written } from '../storage/storage.ts'
import { fold } from '../text/fold.ts'
import type { Where } from './importer.ts'

/** A place of the gazetteer, or one that the data set brings itself. */
export interface Resolved {
  place: IncidentPlace
  /** Places that the gazetteer does not have, the outermost first. */
  created: Written<PlaceRecord>[]
}

/** How many places were found in which way; the keys are the words of the report. */
export type ResolutionCounts = Record<
  'by name and distance' | 'by name' | 'division only' | 'country only' | 'new',
  number
>

/** Words that say what kind of place a name is; the gazetteer's names do without them. */
const KIND_WORDS =
  /\b(town|city|village|district|province|governorate|division|municipality|county|state|region|locality|settlement|camp)\b/gi

/** Farther from the gazetteer's point than this a place of the same name is another place, in kilometres. */
const SAME_PLACE_KM = 30

/** Finds the places that a data set names in the gazetteer; keeps what it found. */
export class PlaceResolver {
  readonly counts: ResolutionCounts = {
    'by name and distance': 0,
    'by name': 0,
    'division only': 0,
    'country only': 0,
    new: 0,
  }
  readonly #found = new Map<string, { resolved: Resolved; how: keyof ResolutionCounts }>()
  readonly #places = new Map<string, Written<PlaceRecord>>()

  constructor(
    private readonly places: PlaceStore,
    private readonly dataset: string,
  ) {}

  /** The place, or null when not even the country is known. */
  async resolve(where: Where): Promise<Resolved | null> {
    const { country, admin1, place, latitude, longitude } = where
    const key = JSON.stringify([
      country,
      admin1,
      place,
      ...(place === null ? [] : [latitude?.toFixed(2), longitude?.toFixed(2)]),
    ])
    let known = this.#found.get(key)
    if (!known) {
      const found = await this.#resolve(where)
      if (!found) return null
      known = found
      // What is new is new only once.
      this.#found.set(key, { ...found, resolved: { ...found.resolved, created: [] } })
    }
    this.counts[known.how] += 1
    return known.resolved
  }

  async #resolve({ country, admin1, place, latitude, longitude }: Where) {
    const created: Written<PlaceRecord>[] = []
    const nation = await this.#country(country)
    if (!nation) return null
    const division = admin1 === null ? null : await this.#division(admin1, nation, created)
    const outer = division ?? nation
    const point = latitude === null || longitude === null ? null : { latitude, longitude }
    const done = async (at: Written<PlaceRecord>, how: keyof ResolutionCounts) => ({
      resolved: { place: await this.#describe(at), created },
      how,
    })
    if (place === null) return done(outer, division ? 'division only' : 'country only')
    for (const name of namesOf(place)) {
      const candidates = (await this.#named(name, ['city', 'district'])).filter(
        (candidate) => candidate.country_code === nation.country_code,
      )
      const near = point && nearest(candidates, point)
      if (near) return done(near, 'by name and distance')
      const [only, ...others] = division
        ? candidates.filter((candidate) => candidate.admin1_code === division.admin1_code)
        : candidates
      // Without a point the name alone must tell, in the division or else in the country.
      if (only && others.length === 0 && (!point || only.latitude === null)) return done(only, 'by name')
    }
    const [name = place] = namesOf(place)
    return done(this.#create(name, place, 'city', outer, point, created), 'new')
  }

  async #country(name: string): Promise<Written<PlaceRecord> | undefined> {
    const [found] = await this.#named(name, ['country'])
    return found
  }

  async #division(text: string, nation: Written<PlaceRecord>, created: Written<PlaceRecord>[]) {
    for (const name of namesOf(text)) {
      const found = (await this.#named(name, ['admin1'])).find(({ parent_id }) => parent_id === nation.id)
      if (found) return found
    }
    const [name = text] = namesOf(text)
    return this.#create(name, text, 'admin1', nation, null, created)
  }

  async #named(name: string, kinds: readonly PlaceKind[]): Promise<Written<PlaceRecord>[]> {
    const scopes = await this.places.named(name, kinds)
    const found = await Promise.all(scopes.map(({ id }) => this.#get(id)))
    return found.filter((place) => place !== null)
  }

  async #get(id: string): Promise<Written<PlaceRecord> | null> {
    const kept = this.#places.get(id)
    if (kept) return kept
    const json = await this.places.get(id)
    if (!json) return null
    const { incidents, updated_at, ...place } = parse<Place>(json)
    this.#places.set(id, place)
    return place
  }

  /** A place of the data set's own; its id follows from where it lies, its name and point. */
  #create(
    name: string,
    alias: string,
    kind: PlaceKind,
    outer: Written<PlaceRecord>,
    point: { latitude: number; longitude: number } | null,
    created: Written<PlaceRecord>[],
  ): Written<PlaceRecord> {
    const spot = point && [point.latitude.toFixed(1), point.longitude.toFixed(1)]
    const digest = createHash('sha256')
      .update(JSON.stringify([outer.id, fold(name), spot]))
      .digest('hex')
      .slice(0, 12)
    const id = `${this.dataset}:place-${digest}`
    const kept = this.#places.get(id)
    if (kept) return kept
    const place: Written<PlaceRecord> = {
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
    this.#places.set(id, place)
    created.push(place)
    return place
  }

  async #describe({ id, name, kind, country_code }: Written<PlaceRecord>): Promise<IncidentPlace> {
    const chain: Partial<Record<PlaceKind, string>> = {}
    for (
      let at = await this.#get(id);
      at;
      at = at.parent_id === null ? null : await this.#get(at.parent_id)
    ) {
      chain[at.kind] = at.name
    }
    const { district = null, city = null, admin1 = null, country = '' } = chain
    return { id, name, kind, district, city, admin1, country, country_code }
  }
}

/** The names to look for: without the words for its kind, then as it is; of "City - District" also the parts, the narrower first. */
function namesOf(text: string): string[] {
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
  candidates: readonly Written<PlaceRecord>[],
  point: { latitude: number; longitude: number },
) {
  const [best] = candidates
    .map((candidate) => ({ candidate, km: distanceKm(candidate, point) }))
    .filter(({ km }) => km <= SAME_PLACE_KM)
    .sort((a, b) => a.km - b.km)
  return best?.candidate
}

/** Great-circle distance by the haversine formula; infinite where a point is not known. */
function distanceKm(
  a: { latitude: number | null; longitude: number | null },
  b: { latitude: number; longitude: number },
): number {
  if (a.latitude === null || a.longitude === null) return Infinity
  const rad = Math.PI / 180
  const lat = Math.sin(((b.latitude - a.latitude) * rad) / 2) ** 2
  const lon = Math.sin(((b.longitude - a.longitude) * rad) / 2) ** 2
  return (
    2 * 6371.0088 * Math.asin(Math.sqrt(lat + Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * lon))
  )
}
