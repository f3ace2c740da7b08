import type { NameResolver } from '../http/requests/name-resolution.ts'
import { omitUndefined } from '../records.ts'
import type { PlaceKind } from './place.schema.ts'
import type { NearPlace, PlaceScope, PlaceStore } from './place.store.ts'

/** Filters by place as a request names them. */
interface ScopeQuery {
  city?: string[]
  place?: string[]
  admin1?: string[]
  country?: string[]
}

/** Filters by place, resolved to places of the gazetteer. */
interface ScopeFilter {
  city?: PlaceScope[]
  place?: PlaceScope[]
  admin1?: PlaceScope[]
  country?: PlaceScope[]
}

const CITIES: readonly PlaceKind[] = ['city', 'district']

/** Resolves filters by place; unknown names become hints, or errors for countries. */
export async function resolveScopes(
  query: ScopeQuery,
  places: PlaceStore,
  resolution: NameResolver,
): Promise<ScopeFilter> {
  const byId = async (id: string): Promise<PlaceScope[]> => {
    const found = await places.scope(id)
    return found ? [found] : []
  }
  const admin1 = async (name: string) => {
    const named = await places.named(name, ['admin1'])
    return named.length > 0 ? named : (await byId(name)).filter(({ kind }) => kind === 'admin1')
  }
  const named = (name: string) => places.named(name, CITIES)
  const names = new PlaceNameResolver(places, resolution)
  return omitUndefined({
    city: await names.resolve('city', query.city, named, CITIES, 'city or district'),
    place: await resolution.resolveOrHint('place', query.place, byId, async () => [], 'place with the id'),
    admin1: await names.resolve('admin1', query.admin1, admin1, ['admin1'], 'governorate or province'),
    country: await resolveCountries(query.country, places, resolution),
  })
}

/** Maximum number of suggestions for a name. */
const MAX_SUGGESTIONS = 3

/** Resolves names of places to filters; suggests names of places with records first. */
class PlaceNameResolver {
  constructor(
    private readonly places: PlaceStore,
    private readonly resolution: NameResolver,
  ) {}

  /** The places of all names of a parameter; adds hints where none of them has records. */
  async resolve(
    parameter: string,
    names: readonly string[] | undefined,
    find: (name: string) => Promise<PlaceScope[]>,
    kinds: readonly PlaceKind[],
    what: string,
  ): Promise<PlaceScope[] | undefined> {
    const near = async (name: string) => {
      const all = await this.places.near(name, kinds)
      const isRecorded = (wanted: boolean) => all.filter((place) => place.isRecorded === wanted)
      return toSuggestions([...isRecorded(true), ...isRecorded(false)])
    }
    const found = await this.resolution.resolveOrHint(parameter, names, find, near, what)
    if (!found || found.length === 0 || (await this.places.isRecorded(found))) return found
    // In a gazetteer of the world, many misspelt names are the name of some other place.
    for (const name of names ?? []) {
      if ((await find(name)).length === 0) continue
      const near = await this.places.near(name, kinds)
      const suggestions = toSuggestions(near.filter(({ isRecorded }) => isRecorded))
      const message = `Nothing is recorded in any ${what} "${name}".`
      if (suggestions.length > 0) this.resolution.hints.push({ parameter, message, suggestions })
    }
    return found
  }
}

function toSuggestions(near: readonly NearPlace[]): string[] {
  return near.slice(0, MAX_SUGGESTIONS).map(({ name }) => name)
}

/** Resolves countries by ISO 3166-1 code or name; an unknown one is an error. */
export function resolveCountries(
  countries: readonly string[] | undefined,
  places: PlaceStore,
  resolution: NameResolver,
): Promise<PlaceScope[] | undefined> {
  return resolution.resolveOrFail(
    'country',
    countries,
    (name) => places.named(name, ['country']),
    async (name) => toSuggestions(await places.near(name, ['country'])),
    'an ISO 3166-1 alpha-2 or alpha-3 code or the name of a country, such as IQ, IRQ or Iraq',
  )
}
