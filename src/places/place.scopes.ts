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

/** The parameter that takes names of places of a kind. */
export function findParameter(kind: PlaceKind): (typeof LEVELS)[number]['parameter'] | undefined {
  return LEVELS.find(({ kinds }) => (kinds as readonly PlaceKind[]).includes(kind))?.parameter
}

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

/**
 * Finds places by name. Of a name that is unknown, or where nothing is recorded, a hint is noted: another level that
 * has records under this name, else similar names with records, else another level or similar names without.
 */
async function resolveNames(
  level: (typeof LEVELS)[0 | 1],
  given: readonly string[],
  find: (name: string) => Promise<PlaceScope[]>,
  context: PlaceContext,
): Promise<PlaceScope[] | undefined> {
  const { places } = context
  const found: PlaceScope[] = []
  const known: string[] = []
  for (const name of given) {
    const scopes = await find(name)
    found.push(...scopes)
    if (scopes.length > 0) known.push(name)
    else await noteUnfound(level, name, `No ${level.label} "${name}" is known.`, context)
  }
  if (found.length === 0 || (await places.isRecorded(found))) return found
  // In a gazetteer of the world many a misspelt name is the name of some other place.
  for (const name of known)
    await noteUnfound(level, name, `Nothing is recorded in any ${level.label} "${name}".`, context, {
      isKnown: true,
    })
  return found
}

async function noteUnfound(
  { parameter, kinds }: (typeof LEVELS)[0 | 1],
  name: string,
  message: string,
  { places, names, misplaced }: PlaceContext,
  { isKnown = false } = {},
): Promise<void> {
  const elsewhere = await findOnOtherLevel(parameter, name, places)
  if (elsewhere && (await places.isRecorded(elsewhere.scopes))) {
    misplaced.push(elsewhere)
    return
  }
  const near = await names.lookUp(() => places.findSimilar(name, kinds, names.caller), [])
  const recorded = takeNames(near.filter(({ isRecorded }) => isRecorded))
  if (recorded.length > 0) names.hints.push({ parameter, message, suggestions: recorded })
  else if (isKnown) return
  else if (elsewhere) misplaced.push(elsewhere)
  else names.hints.push({ parameter, message, suggestions: takeNames(near) })
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

/** Finds what a name that is no country is of on a lower level, such as `city=Mosul`; null where it is of nothing. */
export async function findBelowCountry(
  name: string,
  places: PlaceStore,
): Promise<{ query: string; isRecorded: boolean } | null> {
  for (const { parameter, kinds } of LEVELS) {
    const scopes = parameter === 'country' ? [] : await places.findByName(name, kinds)
    if (scopes.length > 0)
      return { query: `${parameter}=${quoteValue(name)}`, isRecorded: await places.isRecorded(scopes) }
  }
  return null
}

function takeNames(near: readonly NearPlace[]): string[] {
  return near.slice(0, MAX_SUGGESTIONS).map(({ name }) => quoteValue(name))
}
