import type { NameResolver } from '../http/requests/name-resolution.ts'
import type { PlaceKind } from './place.schema.ts'
import type { NearPlace, PlaceScope, PlaceStore } from './place.store.ts'

/** The number of suggestions in a hint. */
const MAX_SUGGESTIONS = 3

/** Finds cities and districts by name; a hint for a name that is unknown, or where nothing is recorded. */
export function resolveCities(
  names: readonly string[],
  places: PlaceStore,
  resolver: NameResolver,
): Promise<PlaceScope[] | undefined> {
  const kinds: readonly PlaceKind[] = ['city', 'district']
  const find = (name: string) => places.findByName(name, kinds)
  return resolveNames({ parameter: 'city', names, find, kinds, label: 'city or district' }, places, resolver)
}

/** Finds first-level divisions by name or id; a hint as for cities. */
export function resolveDivisions(
  names: readonly string[],
  places: PlaceStore,
  resolver: NameResolver,
): Promise<PlaceScope[] | undefined> {
  const kinds: readonly PlaceKind[] = ['admin1']
  const find = async (name: string) => {
    const named = await places.findByName(name, kinds)
    return named.length > 0 ? named : (await findById(places, name)).filter(({ kind }) => kind === 'admin1')
  }
  const label = 'governorate or province'
  return resolveNames({ parameter: 'admin1', names, find, kinds, label }, places, resolver)
}

/** Finds places by id; a hint for an id that is unknown. */
export function resolvePlaces(
  ids: readonly string[],
  places: PlaceStore,
  resolver: NameResolver,
): Promise<PlaceScope[] | undefined> {
  return resolver.resolveOrHint(
    'place',
    ids,
    (id) => findById(places, id),
    async () => [],
    'place with the id',
  )
}

async function findById(places: PlaceStore, id: string): Promise<PlaceScope[]> {
  const found = await places.scope(id)
  return found ? [found] : []
}

interface NamesRequest {
  parameter: string
  names: readonly string[]
  find: (name: string) => Promise<PlaceScope[]>
  kinds: readonly PlaceKind[]
  /** What the names are of, for hints. */
  label: string
}

/** Finds places by name; hints suggest first the names of places where something is recorded. */
async function resolveNames(
  { parameter, names, find, kinds, label }: NamesRequest,
  places: PlaceStore,
  resolver: NameResolver,
): Promise<PlaceScope[] | undefined> {
  const near = async (name: string) => {
    const all = await places.findSimilar(name, kinds)
    return takeNames([
      ...all.filter(({ isRecorded }) => isRecorded),
      ...all.filter(({ isRecorded }) => !isRecorded),
    ])
  }
  const found = await resolver.resolveOrHint(parameter, names, find, near, label)
  if (!found || found.length === 0 || (await places.isRecorded(found))) return found
  // In a gazetteer of the world many a misspelt name is the name of some other place.
  for (const name of names) {
    if ((await find(name)).length === 0) continue
    const similar = await places.findSimilar(name, kinds)
    const suggestions = takeNames(similar.filter(({ isRecorded }) => isRecorded))
    const message = `Nothing is recorded in any ${label} "${name}".`
    if (suggestions.length > 0) resolver.hints.push({ parameter, message, suggestions })
  }
  return found
}

function takeNames(near: readonly NearPlace[]): string[] {
  return near.slice(0, MAX_SUGGESTIONS).map(({ name }) => name)
}
