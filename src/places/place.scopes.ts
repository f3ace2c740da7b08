import type { Resolution } from '../http/resolution.ts'
import { given, parse } from '../records.ts'
import type { PlaceKind } from './place.schema.ts'
import type { NearPlace, PlaceScope, PlaceStore } from './place.store.ts'

/** Filters by place as they are asked. */
interface ScopeQuery {
  city?: string[]
  place?: string[]
  admin1?: string[]
  country?: string[]
}

/** Filters by place as they are applied. */
interface ScopeFilter {
  city?: PlaceScope[]
  place?: PlaceScope[]
  admin1?: PlaceScope[]
  country?: PlaceScope[]
}

const CITIES: readonly PlaceKind[] = ['city', 'district']

/** Finds the places that the filters by place name. */
export async function resolveScopes(
  query: ScopeQuery,
  places: PlaceStore,
  resolution: Resolution,
): Promise<ScopeFilter> {
  const byId = async (id: string): Promise<PlaceScope[]> => {
    const found = await places.get(id)
    return found ? [{ id, kind: parse(found).kind }] : []
  }
  const admin1 = async (name: string) => {
    const named = await places.named(name, ['admin1'])
    return named.length > 0 ? named : (await byId(name)).filter(({ kind }) => kind === 'admin1')
  }
  const named = (kinds: readonly PlaceKind[]) => (name: string) => places.named(name, kinds)
  const open = (parameter: 'city' | 'admin1', kinds: readonly PlaceKind[], find: Find, what: string) =>
    resolution.open(
      parameter,
      query[parameter],
      async (name) => {
        const found = await find(name)
        // In a gazetteer of the world many a misspelt name is some other place's.
        if (found.length > 0 && !(await places.isRecorded(found))) {
          const suggestions = namesOf((await places.near(name, kinds)).filter((near) => near.isRecorded))
          const message = `Nothing is recorded in any ${what} "${name}".`
          if (suggestions.length > 0) resolution.hints.push({ parameter, message, suggestions })
        }
        return found
      },
      async (name) => {
        const near = await places.near(name, kinds)
        return namesOf([
          ...near.filter(({ isRecorded }) => isRecorded),
          ...near.filter(({ isRecorded }) => !isRecorded),
        ])
      },
      what,
    )
  return given({
    city: await open('city', CITIES, named(CITIES), 'city or district'),
    place: await resolution.open('place', query.place, byId, async () => [], 'place with the id'),
    admin1: await open('admin1', ['admin1'], admin1, 'governorate or province'),
    country: await resolveCountries(query.country, places, resolution),
  })
}

type Find = (name: string) => Promise<PlaceScope[]>

/** Suggestions, at most. */
const SUGGESTED = 3

function namesOf(near: readonly NearPlace[]): string[] {
  return near.slice(0, SUGGESTED).map(({ name }) => name)
}

/** Finds the countries that a filter names by ISO 3166-1 code or name. */
export function resolveCountries(
  countries: readonly string[] | undefined,
  places: PlaceStore,
  resolution: Resolution,
): Promise<PlaceScope[] | undefined> {
  return resolution.closed(
    'country',
    countries,
    (name) => places.named(name, ['country']),
    async (name) => namesOf(await places.near(name, ['country'])),
    'an ISO 3166-1 alpha-2 or alpha-3 code or the name of a country, such as IQ, IRQ or Iraq',
  )
}
