import type { CountryGazetteer, Point } from './country-gazetteer.ts'
import { townForms } from './kind-words.ts'

/** A place that a file names in a division. */
export interface NamedTown {
  name: string
  point: Point | null
}

/** Places of a division that vote; more would not change the result. */
const MAX_VOTERS = 300
/** A place votes for the division of the nearest town within this distance, in kilometres. */
const NEIGHBOUR_KM = 25
/** A place that the gazetteer has by name and distance counts as this number of places that are only near a town. */
const NAMED_WEIGHT = 3
/** The share of all votes that decides. */
const MIN_SHARE = 0.6

/** The division that most places of a file's division lie in, and the weight of their votes. */
export interface DivisionMajority {
  divisionId: string
  weight: number
}

/**
 * Finds the division of the gazetteer in which the places lie that a file names in a division; null when they do not
 * agree, or none can be found.
 */
export function findMajorityDivision(
  gazetteer: CountryGazetteer,
  towns: readonly NamedTown[],
): DivisionMajority | null {
  if (!gazetteer.hasTowns) return null
  const weights = new Map<string, number>()
  let sum = 0
  for (const { name, point } of towns.slice(0, MAX_VOTERS)) {
    const [divisionId, weight] = vote(gazetteer, name, point)
    if (divisionId === null) continue
    weights.set(divisionId, (weights.get(divisionId) ?? 0) + weight)
    sum += weight
  }
  const [best] = [...weights].sort(([, a], [, b]) => b - a)
  return best && best[1] >= MIN_SHARE * sum ? { divisionId: best[0], weight: best[1] } : null
}

function vote(gazetteer: CountryGazetteer, name: string, point: Point | null): [string | null, number] {
  for (const form of townForms(name)) {
    const candidates = gazetteer.findTowns(form)
    // Without a point, only a name that is unique in the country says where it is.
    const found = point ? gazetteer.findNearest(candidates, point) : candidates.length === 1 && candidates[0]
    if (found) return [gazetteer.divisionOf(found), NAMED_WEIGHT]
  }
  const [nearest] = point ? gazetteer.findTownsAround(point, NEIGHBOUR_KM) : []
  return [nearest ? gazetteer.divisionOf(nearest.town) : null, 1]
}
