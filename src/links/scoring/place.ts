import { distanceKm } from '../../places/distance.ts'
import type { LinkCandidate } from './candidate.ts'
import type { Component } from './component.ts'
import { RULES } from './rules.ts'

/** How two records are near each other: by their points, or by the closest place that both are known to. */
type Nearness = { km: number; limit: number } | 'city' | 'division' | 'country'

/** How far a record may be from its point, in kilometres. */
export function reachKm({ geo_precision }: LinkCandidate): number {
  return geo_precision === 'exact' ? RULES.exact_km.value : RULES.near_km.value
}

/** The farthest that a record may be from its point, of any precision. */
export const MAX_REACH_KM = Math.max(RULES.exact_km.value, RULES.near_km.value)

/** How two records are near each other; null where they are not, as far as their places are known. */
export function nearness(a: LinkCandidate, b: LinkCandidate): Nearness | null {
  if (a.point && b.point) {
    const km = distanceKm(a.point, b.point)
    const limit = reachKm(a) + reachKm(b)
    return km <= limit ? { km, limit } : null
  }
  if (a.place.country_code !== b.place.country_code) return null
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

/** Great-circle distance by both precisions; the division or country that both lie in, where a point is not known. */
export const place: Component = {
  weight: RULES.place_weight.value,
  compare(a, b) {
    const near = nearness(a, b)
    if (near === null) return 0
    if (typeof near === 'string') return BY_NAME[near]
    return (1 - near.km / near.limit) * certainty(a) * certainty(b)
  },
  reason(a, b) {
    const near = nearness(a, b)
    if (near === null) return `${nameOf(a)} and ${nameOf(b)} are not the same place`
    if (typeof near === 'string') return `${vagueness(a, b)}: both are in ${sharedName(a, near)}`
    const { km, limit } = near
    const precisions =
      a.geo_precision === b.geo_precision
        ? `both ${a.geo_precision}`
        : `${a.dataset} ${a.geo_precision}, ${b.dataset} ${b.geo_precision}`
    return `${km.toFixed(1)} km apart, of at most ${limit} (${precisions}): ${nameOf(a)}, ${nameOf(b)}`
  },
}

function certainty({ geo_precision }: LinkCandidate): number {
  return geo_precision === 'exact' ? 1 : RULES.near_certainty.value
}

function nameOf({ dataset, place }: LinkCandidate): string {
  return `${dataset} ${place.name}`
}

function vagueness(a: LinkCandidate, b: LinkCandidate): string {
  const vague = [a, b].filter(({ point }) => !point)
  return vague
    .map(({ dataset, geo_precision }) => `${dataset} has no exact point (${geo_precision})`)
    .join(', ')
}

function sharedName({ place }: LinkCandidate, near: keyof typeof BY_NAME): string {
  if (near === 'country') return place.country
  return (near === 'city' ? place.city : place.admin1) ?? place.country
}
