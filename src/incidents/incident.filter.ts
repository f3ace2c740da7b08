import { resolveActors } from '../actors/actor.scopes.ts'
import type { ActorStore } from '../actors/actor.store.ts'
import type { DatasetStore } from '../datasets/dataset.store.ts'
import type { Hint } from '../http/requests/hint.ts'
import { NameResolver } from '../http/requests/name-resolution.ts'
import { type Box, wrapBox } from '../places/grid.ts'
import { resolveCountries } from '../places/place.countries.ts'
import { type Misplaced, resolveCities, resolveDivisions, resolvePlaces } from '../places/place.scopes.ts'
import type { PlaceStore } from '../places/place.store.ts'
import { type Caller, omitUndefined } from '../records.ts'
import type { SourceStore } from '../sources/source.store.ts'
import type { TermField, TermStore } from '../terms/term.store.ts'
import { suggest } from '../text/suggest.ts'
import { hasValidLatitudes, hintAtLevel, suggestBox } from './incident.hints.ts'
import type { IncidentFilterQuery } from './incident.query.ts'
import { DATE_PRECISIONS, GEO_PRECISIONS } from './incident.schema.ts'
import type { CasualtyFilter, IncidentFilter, IncidentStore } from './incident.store.ts'
import { resolveWords } from './incident.words.ts'

/** Where the names in a query are looked up. */
export interface Vocabularies {
  places: PlaceStore
  actors: ActorStore
  sources: SourceStore
  datasets: DatasetStore
  terms: TermStore
  incidents: Pick<IncidentStore, 'findUnknownTerms' | 'total'>
}

/** Misplaced names of places whose records are counted for hints. */
const MAX_COUNTED = 3

interface ResolverContext extends Vocabularies {
  names: NameResolver
  misplaced: Misplaced[]
  /** All parameters that are given: some are halves of one filter. */
  query: IncidentFilterQuery
}

type Resolver<Value> = (
  value: Value,
  context: ResolverContext,
) => Partial<IncidentFilter> | Promise<{ [K in keyof IncidentFilter]: IncidentFilter[K] | undefined }>

/** What each parameter asks of the store: a documented parameter without an entry does not compile. */
const RESOLVERS: { [P in keyof IncidentFilterQuery]-?: Resolver<NonNullable<IncidentFilterQuery[P]>> } = {
  actor: async (names, { query, actors, names: resolver }) => ({
    actor: {
      ...(await resolveActors(names, actors, resolver)),
      ...omitUndefined({ roles: query.actor_role }),
    },
  }),
  // With actor, that resolves both.
  actor_role: (roles, { query }) => (query.actor ? {} : { actor: { roles } }),
  city: async (names, context) => ({ city: await resolveCities(names, context) }),
  place: async (ids, context) => ({ place: await resolvePlaces(ids, context.places, context.names) }),
  admin1: async (names, context) => ({ admin1: await resolveDivisions(names, context) }),
  country: async (names, context) => ({
    country: await resolveCountries(names, context.places, context.names, { hasOtherLevels: true }),
  }),
  dataset: async (ids, { datasets, names }) => {
    const known = await datasets.ids()
    const dataset = await names.resolveOrHint(
      'dataset',
      ids,
      async (id) => (known.includes(id) ? [id] : []),
      async (id) => suggest(id, known),
      'data set',
    )
    return { dataset }
  },
  source: async (given, { sources, names }) => {
    const source = await names.resolveOrHint(
      'source',
      given,
      (name) => sources.findByName(name),
      (name) => sources.findSimilar(name, undefined, names.caller),
      'source',
    )
    return { source }
  },
  id: (id) => ({ id }),
  kind: (kind) => ({ kind }),
  event_type: (event_type) => ({ event_type }),
  sub_event_type: (sub_event_type) => ({ sub_event_type }),
  violence_type: (violence_type) => ({ violence_type }),
  conflict: async (names, context) => ({ conflict: await resolveTerms('conflict', names, context) }),
  dyad: async (names, context) => ({ dyad: await resolveTerms('dyad', names, context) }),
  weapon: async (names, context) => ({ weapon: await resolveTerms('weapon', names, context) }),
  date_precision: (date_precision) => ({ date_precision }),
  date_precision_min: (least) => ({ date_known_to: atLeast(DATE_PRECISIONS, least) }),
  geo_precision: (_, { query }) => resolveGeoPrecision(query),
  geo_precision_min: (_, { query }) => resolveGeoPrecision(query),
  date_from: (date_from) => ({ date_from }),
  date_to: (date_to) => ({ date_to }),
  deaths_min: (_, { query }) => resolveDeaths(query),
  deaths_max: (_, { query }) => resolveDeaths(query),
  deaths_basis: (_, { query }) => resolveDeaths(query),
  deaths_group: (_, { query }) => resolveDeaths(query),
  injured_min: (_, { query }) => resolveInjured(query),
  injured_max: (_, { query }) => resolveInjured(query),
  bbox: (bbox) => ({ bbox: wrapBox(bbox as unknown as Box) }),
  near: (_, { query }) => resolveCircle(query),
  radius_km: (_, { query }) => resolveCircle(query),
  q: resolveWords,
  updated_since: (updated_since) => ({ updated_since }),
}

/**
 * Resolves the filter that a query asks for, with hints for names that probably mean others; `advice` are those of them
 * about names that find something.
 * @throws ServiceError invalid_parameter for an unknown country or parameters that contradict each other
 */
export async function resolveFilter<Query extends IncidentFilterQuery>(
  query: Query,
  vocabularies: Vocabularies,
  caller: Caller,
): Promise<{ filter: IncidentFilter; hints: readonly Hint[]; advice: readonly Hint[] }> {
  const names = new NameResolver(caller)
  checkCombinations(query, names)
  const context: ResolverContext = { ...vocabularies, names, misplaced: [], query }
  const filter: IncidentFilter = {}
  for (const [parameter, resolve] of Object.entries(RESOLVERS)) {
    const value = query[parameter as keyof IncidentFilterQuery]
    if (value === undefined) continue
    Object.assign(filter, omitUndefined(await (resolve as Resolver<typeof value>)(value, context)))
  }
  names.throwIfInvalid()
  const misplaced = context.misplaced
    .slice(0, MAX_COUNTED)
    .map((each) => hintAtLevel(each, filter, vocabularies.incidents, caller))
  const hints = [...names.hints, ...(await Promise.all(misplaced))]
  return { filter, hints, advice: names.advice }
}

function resolveTerms(field: TermField, given: readonly string[], { terms, names }: ResolverContext) {
  return names.resolveOrHint(
    field,
    given,
    (name) => terms.findByName(field, name),
    (name) => terms.findSimilar(field, name, names.caller),
    field,
  )
}

function resolveGeoPrecision({ geo_precision, geo_precision_min }: IncidentFilterQuery) {
  const known = geo_precision_min ? atLeast(GEO_PRECISIONS, geo_precision_min) : [...GEO_PRECISIONS]
  return { geo_precision: geo_precision?.filter((precision) => known.includes(precision)) ?? known }
}

/** The values of a vocabulary from the most exact to the least that is wanted. */
export function atLeast<T>(values: readonly T[], least: T): T[] {
  return values.slice(0, values.indexOf(least) + 1)
}

function resolveDeaths({ deaths_min, deaths_max, deaths_basis = 'best', deaths_group }: IncidentFilterQuery) {
  const deaths: CasualtyFilter = { basis: deaths_basis, ...(deaths_group && { group: deaths_group }) }
  return { deaths: { ...deaths, ...omitUndefined({ min: deaths_min, max: deaths_max }) } }
}

function resolveInjured({ injured_min, injured_max }: IncidentFilterQuery) {
  return { injured: { basis: 'best' as const, ...omitUndefined({ min: injured_min, max: injured_max }) } }
}

/** Both halves are there: {@link checkCombinations} requires it. */
function resolveCircle({ near: [latitude = 0, longitude = 0] = [], radius_km = 0 }: IncidentFilterQuery) {
  return { near: { latitude, longitude, radiusKm: radius_km } }
}

/** Notes parameters that contradict each other or lack their other half. */
function checkCombinations(query: IncidentFilterQuery, names: NameResolver): void {
  const { geo_precision, geo_precision_min, date_precision, date_precision_min } = query
  const reaches = <T>(given: readonly T[] | undefined, permitted: readonly T[], min: T | undefined) =>
    !given || min === undefined || given.some((value) => atLeast(permitted, min).includes(value))
  names.require(
    reaches(geo_precision, GEO_PRECISIONS, geo_precision_min),
    'geo_precision',
    'must have a value that is as exact as geo_precision_min',
  )
  names.require(
    reaches(
      date_precision?.filter((precision) => precision !== 'range'),
      DATE_PRECISIONS,
      date_precision_min,
    ) || date_precision?.includes('range') === true,
    'date_precision',
    'must have a value that is as exact as date_precision_min',
  )
  const { date_from, date_to, deaths_min, deaths_max, injured_min, injured_max, bbox, near, radius_km } =
    query
  const inOrder = (low: number | string | undefined, high: number | string | undefined) =>
    low === undefined || high === undefined || low <= high
  names.require(inOrder(date_from, date_to), 'date_from', 'must not be later than date_to')
  names.require(inOrder(deaths_min, deaths_max), 'deaths_min', 'must not be greater than deaths_max')
  names.require(inOrder(injured_min, injured_max), 'injured_min', 'must not be greater than injured_max')
  const hasLimit = deaths_min !== undefined || deaths_max !== undefined
  for (const name of ['deaths_basis', 'deaths_group'] as const) {
    names.require(query[name] === undefined || hasLimit, name, 'requires deaths_min or deaths_max')
  }
  if (bbox) {
    const reason = 'must be west,south,east,north with -90 <= south <= north <= 90'
    names.require(
      hasValidLatitudes(bbox as unknown as Box),
      'bbox',
      reason,
      suggestBox(bbox as unknown as Box),
    )
  }
  if (near) {
    const [latitude = 0, longitude = 0] = near
    const reason = 'must be latitude,longitude with a latitude from -90 to 90'
    const exchanged = Math.abs(longitude) <= 90 ? `${longitude},${latitude}` : undefined
    names.require(Math.abs(latitude) <= 90, 'near', reason, exchanged)
  }
  names.require(
    (near === undefined) === (radius_km === undefined),
    near ? 'radius_km' : 'near',
    'is required: near and radius_km go together',
  )
}
