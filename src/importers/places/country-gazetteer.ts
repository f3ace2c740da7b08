import { hash } from 'node:crypto'
import { distanceKm, SAME_PLACE_KM } from '../../places/distance.ts'
import type { IncidentPlace, PlaceKind, PlaceRecord } from '../../places/place.schema.ts'
import type { PlaceSpelling } from '../../places/place.store.ts'
import type { RecordInput } from '../../storage/contract/storage.ts'
import { fold } from '../../text/fold.ts'
import { divisionForms } from './kind-words.ts'

/** A point in degrees. */
export interface Point {
  latitude: number
  longitude: number
}

/** A place to create. */
interface NewPlace {
  id?: string
  name: string
  /** The name in the spelling of the data set. */
  alias: string
  kind: PlaceKind
  /** The place that contains it. */
  outer: Place
  point: Point | null
}

type Place = RecordInput<PlaceRecord>

/** A town of the gazetteer with its distance from a point, in kilometres. */
interface NearTown {
  town: Place
  km: number
}

/** Rows of towns by latitude, for searches around a point. */
const BAND_DEGREES = 0.5
const KM_PER_DEGREE = 111.2

/** The gazetteer of one country in memory, with the places and spellings that a data set adds to it. */
export class CountryGazetteer {
  readonly country: Place
  /** Spellings of the data set for places that have other names here, found by {@link spell}. */
  readonly spellings: PlaceSpelling[] = []
  readonly #byId = new Map<string, Place>()
  readonly #towns = new Map<string, Place[]>()
  readonly #divisions = new Map<string, Place[]>()
  /** Divisions by the forms of their names without words for their kind. */
  readonly #divisionForms = new Map<string, Place[]>()
  readonly #bands = new Map<number, Place[]>()
  readonly #created = new Set<Place>()
  /** Ids of places by their spellings in the data set, folded. */
  readonly #spelled = new Map<string, Set<string>>()

  /**
   * @param places the country and the places of the gazetteer in it
   * @param spellings those that the data set has had so far
   */
  constructor(
    places: readonly Place[],
    private readonly dataset: string,
    spellings: readonly PlaceSpelling[] = [],
  ) {
    for (const place of places) this.#byId.set(place.id, place)
    this.country = places.find(({ parent_id }) => parent_id === null) as Place
    for (const { place_id, name } of spellings) this.#addSpelling(place_id, name)
    for (const place of places) {
      const names = [place.name, ...place.aliases]
      const folded = new Set(names.map(fold))
      if (place.kind === 'admin1') {
        for (const name of folded) append(this.#divisions, name, place)
        for (const form of new Set(names.flatMap(divisionForms))) append(this.#divisionForms, form, place)
      } else if (place.kind === 'city' || place.kind === 'district') {
        for (const name of folded) append(this.#towns, name, place)
        if (place.latitude !== null) append(this.#bands, toBand(place.latitude), place)
      }
    }
  }

  /** A gazetteer of nothing but an area that is no country of ISO 3166-1, such as a sea; it is created. */
  static ofArea(name: string, dataset: string): CountryGazetteer {
    const none = { country_code: null, country_code3: null, admin1_code: null, geonames_id: null }
    const area: Place = {
      ...{
        id: buildId(dataset, null, name, null),
        dataset,
        name,
        aliases: [],
        kind: 'area',
        parent_id: null,
      },
      ...{ ...none, latitude: null, longitude: null },
    }
    const gazetteer = new CountryGazetteer([area], dataset)
    gazetteer.#created.add(area)
    return gazetteer
  }

  get(id: string): Place | undefined {
    return this.#byId.get(id)
  }

  /** The division with this name, alias or spelling of the data set, folded; null when none or several have it. */
  findDivision(name: string): Place | null {
    const found = only(this.#divisions.get(fold(name)))
    if (found) return found
    const spelled = [...(this.#spelled.get(fold(name)) ?? [])].map((id) => this.#byId.get(id))
    return spelled.find((place) => place?.kind === 'admin1') ?? null
  }

  /** The division that has a form of the name in common, without words for its kind; null when none or several have. */
  findDivisionByForm(name: string): { place: Place; form: string } | null {
    for (const form of divisionForms(name)) {
      const place = only(this.#divisionForms.get(form))
      if (place) return { place, form }
    }
    return null
  }

  /** Cities and districts with this folded name or alias; those that the data set added are not among them. */
  findTowns(folded: string): readonly Place[] {
    return this.#towns.get(folded) ?? []
  }

  /** Whether the gazetteer has any town of the country: without one, names need not be looked up. */
  get hasTowns(): boolean {
    return this.#towns.size > 0
  }

  /** Keeps the spelling of the file for a place that has no such name here; the place. */
  spell(place: Place, text: string): Place {
    const folded = fold(text)
    const names = [place.name, ...place.aliases]
    if (!names.some((name) => name === text || fold(name) === folded) && this.#addSpelling(place.id, text))
      this.spellings.push({ dataset: this.dataset, place_id: place.id, name: text })
    return place
  }

  #addSpelling(id: string, name: string): boolean {
    const folded = fold(name)
    const ids = this.#spelled.get(folded) ?? new Set()
    if (ids.has(id)) return false
    this.#spelled.set(folded, ids.add(id))
    return true
  }

  /** The id of the first-level division that contains a place; null where it is not known. */
  divisionOf(place: Place): string | null {
    for (let at: Place | undefined = place; at; at = this.#byId.get(at.parent_id ?? ''))
      if (at.kind === 'admin1') return at.id
    return null
  }

  /** Towns of the gazetteer within a distance of a point, nearest first. */
  findTownsAround(point: Point, km: number): NearTown[] {
    const reach = km / KM_PER_DEGREE
    const found: NearTown[] = []
    for (let band = toBand(point.latitude - reach); band <= toBand(point.latitude + reach); band += 1) {
      for (const town of this.#bands.get(band) ?? []) {
        const distance = distanceKm(town, point)
        if (distance <= km) found.push({ town, km: distance })
      }
    }
    return found.sort((a, b) => a.km - b.km)
  }

  /** Of several places the one nearest to a point, as far as it can be the same; undefined where none is. */
  findNearest(candidates: readonly Place[], point: Point): Place | undefined {
    return candidates
      .map((candidate) => ({ candidate, km: distanceKm(candidate, point) }))
      .filter(({ km }) => km <= SAME_PLACE_KM)
      .sort((a, b) => a.km - b.km)[0]?.candidate
  }

  /** The id of a place that the data set would add. */
  buildId(outer: Place, name: string, point: Point | null): string {
    return buildId(this.dataset, outer.id, name, point)
  }

  /** Creates a place of the data set, once; {@link takeCreated} hands it over. */
  create({ name, alias, kind, outer, point, id = this.buildId(outer, name, point) }: NewPlace): Place {
    const known = this.#byId.get(id)
    if (known) return known
    const place: Place = {
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
    this.#created.add(place)
    return place
  }

  /** The created places among a place and those that contain it which were not taken before, the outermost first. */
  takeCreated(place: Place): Place[] {
    const taken: Place[] = []
    for (let at: Place | undefined = place; at; at = this.#byId.get(at.parent_id ?? ''))
      if (this.#created.delete(at)) taken.unshift(at)
    return taken
  }

  /** Creates a place under an id from elsewhere, with the places that contain it and are missing here. */
  restore(place: IncidentPlace, point: Point | null): Place[] {
    let outer = this.country
    if (place.admin1 !== null && place.kind !== 'admin1')
      outer = this.#outer(place.admin1, 'admin1', outer, null)
    if (place.city !== null && place.kind === 'district')
      outer = this.#outer(place.city, 'city', outer, point)
    const { id, name, kind } = place
    return this.takeCreated(this.create({ id, name, alias: name, kind, outer, point }))
  }

  #outer(name: string, kind: 'admin1' | 'city', outer: Place, point: Point | null): Place {
    const found =
      kind === 'admin1'
        ? this.findDivision(name)
        : this.findTowns(fold(name)).find((town) => town.kind === kind)
    return found ?? this.create({ name, alias: name, kind, outer, point })
  }

  /** Renders a place with the names of the places that contain it. */
  describe({ id, name, kind, country_code }: Place): IncidentPlace {
    const chain: Partial<Record<PlaceKind, string>> = {}
    for (let at = this.#byId.get(id); at; at = this.#byId.get(at.parent_id ?? '')) chain[at.kind] ??= at.name
    const { district = null, city = null, admin1 = null, country = null, area = null } = chain
    return { id, name, kind, area, district, city, admin1, country, country_code }
  }
}

/** The id of a place of a data set follows from the place around it, its name and its cell of a tenth of a degree. */
function buildId(dataset: string, outer: string | null, name: string, point: Point | null): string {
  const cell = point && [point.latitude.toFixed(1), point.longitude.toFixed(1)]
  const digest = hash('sha256', JSON.stringify([outer, fold(name), cell])).slice(0, 12)
  return `${dataset}:place-${digest}`
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

function only<T>(found: readonly T[] | undefined): T | null {
  return found?.length === 1 ? (found[0] as T) : null
}

function toBand(latitude: number): number {
  return Math.floor(latitude / BAND_DEGREES)
}
