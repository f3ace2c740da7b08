import { distanceKm } from '../../places/distance.ts'

/** A city that may contain a section. */
interface City {
  /** The id in the gazetteer. */
  id: string
  latitude: number
  longitude: number
  population: number
}

/** Distance of a section from its city's point, in kilometres. */
const MAX_SECTION_KM = 20

/** Cities by first-level division. */
export class Cities {
  readonly #byDivision = new Map<string, City[]>()

  add(division: string, city: City): void {
    const cities = this.#byDivision.get(division)
    if (cities) cities.push(city)
    else this.#byDivision.set(division, [city])
  }

  /**
   * Finds the city of which a place is a section: of the larger ones near it in its division, that with the highest
   * weight, population by squared distance, so that a neighbouring suburb does not outweigh the city itself.
   */
  findCity(division: string, section: Omit<City, 'id'>): City | undefined {
    let best: City | undefined
    let highest = 0
    for (const city of this.#byDivision.get(division) ?? []) {
      if (city.population <= section.population) continue
      const km = distanceKm(city, section)
      // The distance may be 0.
      const weight = km > MAX_SECTION_KM ? 0 : city.population / (km + 1) ** 2
      if (weight <= highest) continue
      highest = weight
      best = city
    }
    return best
  }
}
