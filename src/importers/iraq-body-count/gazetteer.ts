import { distanceKm } from '../../places/distance.ts'
import type { PlaceRecord } from '../../places/place.schema.ts'
import { fold } from '../../text/fold.ts'

/** A place of the gazetteer, as far as locations need it. */
export type Place = Pick<
  PlaceRecord,
  'id' | 'dataset' | 'name' | 'aliases' | 'kind' | 'parent_id' | 'latitude' | 'longitude'
>

/** An Arabic article, which sources write or leave out as they like. */
const ARTICLE = /^(?:al|el|ad|an|ar|as|ash|at|az) (?=.)/

/** The places of a country by name, and which contains which. */
export class Gazetteer {
  readonly #byId: ReadonlyMap<string, Place>
  readonly #byName = new Map<string, Place[]>()
  readonly #byBareName = new Map<string, Place[]>()
  readonly #cities: readonly Place[]

  constructor(places: readonly Place[]) {
    this.#byId = new Map(places.map((place) => [place.id, place]))
    this.#cities = places.filter(({ kind, latitude }) => kind === 'city' && latitude !== null)
    for (const place of places) {
      const names = [place.name, ...place.aliases].map(fold)
      for (const name of new Set(names)) append(this.#byName, name, place)
      for (const name of new Set(names.map(withoutArticle))) append(this.#byBareName, name, place)
    }
  }

  /** Cities and districts of this folded name. */
  findTowns(name: string): Place[] {
    return this.#find(name).filter(({ kind }) => kind === 'city' || kind === 'district')
  }

  /** The first-level division of this folded name. */
  findDivision(name: string): Place | null {
    return this.#find(name).find(({ kind }) => kind === 'admin1') ?? null
  }

  #find(name: string): readonly Place[] {
    return this.#byName.get(name) ?? this.#byBareName.get(withoutArticle(name)) ?? []
  }

  /** The first-level division of a place, which may be the place itself. */
  divisionOf(place: Place): Place | null {
    return this.#chain(place).find(({ kind }) => kind === 'admin1') ?? null
  }

  isInside(place: Place, outer: Place): boolean {
    return place !== outer && this.#chain(place).includes(outer)
  }

  /** The innermost place that contains all of them; one of them, where it contains the others. */
  findCommon([first, ...others]: readonly Place[]): Place | null {
    const chains = others.map((other) => this.#chain(other))
    const common = first && this.#chain(first).find((outer) => chains.every((chain) => chain.includes(outer)))
    return common ?? null
  }

  findNearestCity(point: { latitude: number; longitude: number }): Place | null {
    const [nearest] = this.#cities
      .map((city) => ({ city, km: distanceKm(city, point) }))
      .sort((a, b) => a.km - b.km)
    return nearest?.city ?? null
  }

  /** The distance from a town to the nearest city of a division, in kilometres. */
  kmToDivision(place: Place, division: Place): number {
    const cities = this.#cities.filter((city) => this.isInside(city, division))
    return Math.min(...cities.map((city) => kmBetween(city, place)))
  }

  #chain(place: Place): Place[] {
    const chain: Place[] = []
    for (let at: Place | undefined = place; at; at = this.#byId.get(at.parent_id ?? '')) chain.push(at)
    return chain
  }
}

/** Infinite where the point of one of them is not known. */
export function kmBetween(a: Place, { latitude, longitude }: Place): number {
  return latitude === null || longitude === null ? Infinity : distanceKm(a, { latitude, longitude })
}

function withoutArticle(name: string): string {
  return name.replace(ARTICLE, '')
}

function append(map: Map<string, Place[]>, key: string, place: Place): void {
  const places = map.get(key)
  if (places) places.push(place)
  else map.set(key, [place])
}
