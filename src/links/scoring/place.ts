import { distanceKm } from '../../places/distance.ts'
import type { LinkCandidate } from './candidate.ts'
import type { ScoreComponent } from './component.ts'
import { RULES } from './rules.ts'

/** Proximity of two records: the distance of their points, or the smallest place that both are known to be in. */
type Nearness = { km: number; limit: number } | 'city' | 'division' | 'country'

/** The radius around its point within which a record may be, in kilometres. */
export function reachKm({ geo_precision }: LinkCandidate): number {
  return geo_precision === 'exact' ? RULES.exact_km.value : RULES.near_km.value
}

/** The largest {@link reachKm} of any precision. */
export const MAX_REACH_KM = Math.max(RULES.exact_km.value, RULES.near_km.value)

/** The code of a record's country; of an area without one, its name. */
export function countryOf({ place }: LinkCandidate): string {
  return place.country_code ?? place.area ?? place.name
}

/** The proximity of two records; null where their places are known to differ or their points are too far apart. */
export function nearness(a: LinkCandidate, b: LinkCandidate): Nearness | null {
  if (a.point && b.point) {
    const km = distanceKm(a.point, b.point)
    const limit = reachKm(a) + reachKm(b)
    return km <= limit ? { km, limit } : null
  }
  if (countryOf(a) !== countryOf(b)) return null
  if (a.admin1 === null || b.admin1 === null) return 'country'
  if (a.admin1 !== b.admin1) return null
  if (a.city === null || b.city === null) return 'division'
  return a.city === b.city ? 'city' : null
}

const BY_NAME = {
  city: RULES.same_city.value,
  division: RULES.same_division.value,
  country: RULES.same_country.value,
}

/** Compares places: great-circle distance by both precisions, or a shared city, division or country where a point is unknown. */
export const place: ScoreComponent = {
  weight: RULES.place_weight.value,
  compare(a, b) {
    const near = nearness(a, b)
    if (near === null) return 0
    if (typeof near === 'string') return BY_NAME[near]
    return (1 - near.km / near.limit) * certainty(a) * certainty(b)
  },
  explain(a, b) {
    const near = nearness(a, b)
    if (near === null) return `${describePlace(a)} and ${describePlace(b)} are not the same place`
    if (typeof near === 'string')
      return `${describeImprecision(a, b)}: both are in ${nameSharedPlace(a, near)}`
    const { km, limit } = near
    const precisions =
      a.geo_precision === b.geo_precision
        ? `both ${a.geo_precision}`
        : `${a.dataset} ${a.geo_precision}, ${b.dataset} ${b.geo_precision}`
    return `${km.toFixed(1)} km apart, of at most ${limit} (${precisions}): ${describePlace(a)}, ${describePlace(b)}`
  },
}

function certainty({ geo_precision }: LinkCandidate): number {
  return geo_precision === 'exact' ? 1 : RULES.near_certainty.value
}

function describePlace({ dataset, place }: LinkCandidate): string {
  return `${dataset} ${place.name}`
}

function describeImprecision(a: LinkCandidate, b: LinkCandidate): string {
  const imprecise = [a, b].filter(({ point }) => !point)
  return imprecise
    .map(({ dataset, geo_precision }) => `${dataset} has no exact point (${geo_precision})`)
    .join(', ')
}

function nameSharedPlace({ place }: LinkCandidate, near: keyof typeof BY_NAME): string {
  const country = place.country ?? place.area ?? place.name
  if (near === 'country') return country
  return (near === 'city' ? place.city : place.admin1) ?? country
}
