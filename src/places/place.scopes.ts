import type { NameResolver } from '../http/requests/name-resolution.ts'
import { quoteValue } from '../text/value-list.ts'
import type { PlaceKind } from './place.schema.ts'
import type { NearPlace, PlaceScope, PlaceStore } from './place.store.ts'

/** The number of suggestions in a hint. */
const MAX_SUGGESTIONS = 3

/** The parameters that take names of places, each with the kinds that it takes and a word for them. */
const LEVELS = [
  { parameter: 'city', kinds: ['city', 'district'], label: 'city or district' },
  { parameter: 'admin1', kinds: ['admin1'], label: 'governorate or province' },
  { parameter: 'country', kinds: ['country', 'area'], label: 'country' },
] as const satisfies readonly { parameter: string; kinds: readonly PlaceKind[]; label: string }[]

/** A name that was given for one level of places and is known on another. */
export interface Misplaced {
  /** The parameter that was given. */
  parameter: 'city' | 'admin1'
  name: string
  /** The parameter that takes the name, and a word for what that finds. */
  right: 'city' | 'admin1' | 'country'
  label: string
  scopes: PlaceScope[]
}

/** Where names of places are looked up, and what is noted of them. */
interface PlaceContext {
  places: PlaceStore
  names: NameResolver
  misplaced: Misplaced[]
}

/**
 * Finds cities and districts by name; a hint for a name that is unknown, or where nothing is recorded, unless it is
 * known on another level.
 */
export function resolveCities(
  given: readonly string[],
  context: PlaceContext,
): Promise<PlaceScope[] | undefined> {
  const [level] = LEVELS
  return resolveNames(level, given, (name) => context.places.findByName(name, level.kinds), context)
}

/** Finds first-level divisions by name or id; a hint as for cities. */
export function resolveDivisions(
  given: readonly string[],
  context: PlaceContext,
): Promise<PlaceScope[] | undefined> {
  const [, level] = LEVELS
  const { places } = context
  const find = async (name: string) => {
    const named = await places.findByName(name, level.kinds)
    return named.length > 0 ? named : (await findById(places, name)).filter(({ kind }) => kind === 'admin1')
  }
  return resolveNames(level, given, find, context)
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

/** Finds places by name; hints suggest first the names of places where something is recorded. */
async function resolveNames(
  { parameter, kinds, label }: (typeof LEVELS)[0 | 1],
  given: readonly string[],
  find: (name: string) => Promise<PlaceScope[]>,
  { places, names, misplaced }: PlaceContext,
): Promise<PlaceScope[] | undefined> {
  const found: PlaceScope[] = []
  const known: string[] = []
  for (const name of given) {
    const scopes = await find(name)
    if (scopes.length > 0) known.push(name)
    found.push(...scopes)
    const elsewhere = scopes.length === 0 ? await findOnOtherLevel(parameter, name, places) : null
    if (elsewhere) misplaced.push(elsewhere)
    if (scopes.length > 0 || elsewhere) continue
    const near = await places.findSimilar(name, kinds)
    const recorded = near.filter(({ isRecorded }) => isRecorded)
    const suggestions = takeNames([...recorded, ...near.filter(({ isRecorded }) => !isRecorded)])
    names.hints.push({ parameter, message: `No ${label} "${name}" is known.`, suggestions })
  }
  if (found.length === 0 || (await places.isRecorded(found))) return found
  // In a gazetteer of the world many a misspelt name is the name of some other place.
  for (const name of known) {
    const elsewhere = await findOnOtherLevel(parameter, name, places)
    if (elsewhere && (await places.isRecorded(elsewhere.scopes))) {
      misplaced.push(elsewhere)
      continue
    }
    const similar = await places.findSimilar(name, kinds)
    const suggestions = takeNames(similar.filter(({ isRecorded }) => isRecorded))
    const message = `Nothing is recorded in any ${label} "${name}".`
    if (suggestions.length > 0) names.hints.push({ parameter, message, suggestions })
  }
  return found
}

async function findOnOtherLevel(
  parameter: 'city' | 'admin1',
  name: string,
  places: PlaceStore,
): Promise<Misplaced | null> {
  for (const { parameter: right, kinds, label } of LEVELS) {
    if (right === parameter) continue
    const scopes = await places.findByName(name, kinds)
    if (scopes.length > 0) return { parameter, name, right, label, scopes }
  }
  return null
}

/** The parameter and value that find a place by name that is no country, such as `city=Mosul`; null for none. */
export async function findLevelBelowCountry(name: string, places: PlaceStore): Promise<string | null> {
  for (const { parameter, kinds } of LEVELS) {
    if (parameter !== 'country' && (await places.findByName(name, kinds)).length > 0)
      return `${parameter}=${quoteValue(name)}`
  }
  return null
}

function takeNames(near: readonly NearPlace[]): string[] {
  return near.slice(0, MAX_SUGGESTIONS).map(({ name }) => name)
}
