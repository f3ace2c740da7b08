import { distanceKm } from '../../places/distance.ts'

/** A city of which a place may be a section. */
export interface City {
  /** The id in the gazetteer. */
  id: string
  latitude: number
  longitude: number
  population: number
}

/** Farther from a city's point than this nothing is a section of it, in kilometres. */
const CITY_KM = 20

/** Cities by first-level division. */
export class Cities {
  readonly #byDivision = new Map<string, City[]>()

  /** Adds a city to those of a division. */
  add(division: string, city: City): void {
    const cities = this.#byDivision.get(division)
    if (cities) cities.push(city)
    else this.#byDivision.set(division, [city])
  }

  /**
   * The city of which a place is a section: of the larger ones near it in its division, the one that draws it
   * most, by inhabitants and squared distance, so that no suburb next door outweighs the city itself.
   */
  around(division: string, section: Omit<City, 'id'>): City | undefined {
    let best: City | undefined
    let strongest = 0
    for (const city of this.#byDivision.get(division) ?? []) {
      if (city.population <= section.population) continue
      const km = distanceKm(city, section)
      // A section may lie at the very point of its city.
      const pull = km > CITY_KM ? 0 : city.population / (km + 1) ** 2
      if (pull <= strongest) continue
      strongest = pull
      best = city
    }
    return best
  }
}
