import { hash } from 'node:crypto'
import type { IncidentPlace, PlaceKind, PlaceRecord } from '../../places/place.schema.ts'
import type { RecordInput } from '../../storage/contract/storage.ts'
import { fold } from '../../text/fold.ts'
import { candidateNames } from './place-names.ts'

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
  outer: RecordInput<PlaceRecord>
  point: Point | null
}

/** The gazetteer of one country in memory, with the places that a data set adds to it. */
export class CountryGazetteer {
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

  /** The places of these kinds with this name or alias, folded; those that the data set added are not among them. */
  findByName(name: string, kinds: readonly PlaceKind[]): RecordInput<PlaceRecord>[] {
    return (this.#byName.get(fold(name)) ?? []).filter(({ kind }) => kinds.includes(kind))
  }

  /** The first-level division of this name; where there is none, it is created and added to `created`. */
  division(text: string, created: RecordInput<PlaceRecord>[]): RecordInput<PlaceRecord> {
    for (const name of candidateNames(text)) {
      const [found] = this.findByName(name, ['admin1'])
      if (found) return found
    }
    const [name = text] = candidateNames(text)
    return this.create({ name, alias: text, kind: 'admin1', outer: this.country, point: null }, created)
  }

  /** Creates a place of the data set, once; its id derives from the outer place, its name and point, unless given. */
  create(given: NewPlace, created: RecordInput<PlaceRecord>[]): RecordInput<PlaceRecord> {
    const { name, alias, kind, outer, point, id = this.#buildId(given) } = given
    const known = this.#byId.get(id)
    if (known) return known
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

  #buildId({ outer, name, point }: NewPlace): string {
    const cell = point && [point.latitude.toFixed(1), point.longitude.toFixed(1)]
    const digest = hash('sha256', JSON.stringify([outer.id, fold(name), cell])).slice(0, 12)
    return `${this.dataset}:place-${digest}`
  }

  /** Creates a place under an id from elsewhere, with the places that contain it and are missing here. */
  restore(place: IncidentPlace, point: Point | null): RecordInput<PlaceRecord>[] {
    const created: RecordInput<PlaceRecord>[] = []
    let outer =
      place.admin1 === null || place.kind === 'admin1' ? this.country : this.division(place.admin1, created)
    if (place.kind === 'district' && place.city !== null) {
      const [city] = this.findByName(place.city, ['city'])
      outer =
        city ?? this.create({ name: place.city, alias: place.city, kind: 'city', outer, point }, created)
    }
    const { id, name, kind } = place
    this.create({ id, name, alias: name, kind, outer, point }, created)
    return created
  }

  /** Renders a place with the names of the places that contain it. */
  describe({ id, name, kind, country_code }: RecordInput<PlaceRecord>): IncidentPlace {
    const chain: Partial<Record<PlaceKind, string>> = {}
    for (let at = this.#byId.get(id); at; at = this.#byId.get(at.parent_id ?? '')) chain[at.kind] = at.name
    const { district = null, city = null, admin1 = null, country = '' } = chain
    return { id, name, kind, district, city, admin1, country, country_code }
  }
}
