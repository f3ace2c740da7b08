import type { ActorResolution, ActorStore } from '../actors/actor.store.ts'
import type { DatasetStore } from '../datasets/dataset.store.ts'
import type { Hint } from '../http/requests/hint.ts'
import { NameResolver } from '../http/requests/name-resolution.ts'
import { type Box, wrapBox } from '../places/grid.ts'
import { resolveCountries } from '../places/place.countries.ts'
import { PLACE_KINDS, type PlaceKind } from '../places/place.schema.ts'
import { type Misplaced, resolveCities, resolveDivisions, resolvePlaces } from '../places/place.scopes.ts'
import type { PlaceStore } from '../places/place.store.ts'
import { omitUndefined } from '../records.ts'
import type { SourceStore } from '../sources/source.store.ts'
import type { TermField, TermStore } from '../terms/term.store.ts'
import { splitPhrases } from '../text/fold.ts'
import { suggest } from '../text/suggest.ts'
import { hasValidLatitudes, hintAtLevel, suggestBox } from './incident.hints.ts'
import type { IncidentFilterQuery } from './incident.query.ts'
import { DATE_PRECISIONS, GEO_PRECISIONS } from './incident.schema.ts'
import type { CasualtyFilter, IncidentFilter, IncidentStore } from './incident.store.ts'

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
const MAX_COUNTED = 10

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
  actor: (_, context) => resolveActors(context),
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
      (name) => sources.findSimilar(name),
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
): Promise<{ filter: IncidentFilter; hints: Hint[]; advice: Hint[] }> {
  const names = new NameResolver()
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
    .map((each) => hintAtLevel(each, filter, vocabularies.incidents))
  const hints = [...names.hints, ...(await Promise.all(misplaced))]
  return { filter, hints, advice: names.advice }
}

/** Resolves a text search; a hint for each word that no record has, with its likely spelling or meaning. */
async function resolveWords(q: string, { incidents, actors, places, names }: ResolverContext) {
  const words = splitPhrases(q)
  for (const { term, similar } of await incidents.findUnknownTerms(words)) {
    const [asActor, asPlace] = await Promise.all([
      actors.findByName(term),
      places.findByName(term, PLACE_KINDS),
    ])
    const meanings = [
      ...(asActor.length > 0 ? [`an actor: actor=${term}`] : []),
      ...[...new Set(asPlace.map(({ kind }) => PARAMETERS[kind]))].map(
        (parameter) => `a place: ${parameter}=${term}`,
      ),
    ]
    const named = meanings.length > 0 ? `, which is a name of ${meanings.join(' and of ')}` : ''
    const message = `No record has the word "${term}"${named}.`
    names.hints.push({ parameter: 'q', message, suggestions: similar })
  }
  return { words }
}

/** The parameter that takes names of places of a kind. */
const PARAMETERS: Readonly<Record<PlaceKind, string>> = {
  country: 'country',
  area: 'country',
  admin1: 'admin1',
  city: 'city',
  district: 'city',
}

function resolveTerms(field: TermField, given: readonly string[], { terms, names }: ResolverContext) {
  return names.resolveOrHint(
    field,
    given,
    (name) => terms.findByName(field, name),
    (name) => terms.findSimilar(field, name),
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

async function resolveActors({ query, actors, names }: ResolverContext) {
  const resolved = await Promise.all((query.actor ?? []).map((name) => actors.resolve(name)))
  for (const [index, resolution] of resolved.entries())
    for (const hint of describeResolution(query.actor?.[index] ?? '', resolution))
      if (resolution.scopes.length > 0) names.advise(hint)
      else names.hints.push(hint)
  const scopes = resolved.flatMap((resolution) => resolution.scopes)
  const ids = scopes.flatMap((scope) => ('id' in scope ? scope.id : []))
  const identities = scopes.flatMap((scope) => ('identity' in scope ? scope.identity : []))
  return {
    actor: omitUndefined({
      ids: ids.length > 0 ? ids : undefined,
      identities: [...new Set(identities)],
      roles: query.actor_role,
    }),
  }
}

/** Hints at actors that a name leaves out, and at those that it takes together. */
function describeResolution(name: string, { scopes, alike, narrower }: ActorResolution): Hint[] {
  const parameter = 'actor'
  const isKnown = scopes.length > 0
  const unknown = isKnown ? [] : [`No actor "${name}" is known.`]
  const others = alike.map(
    (actor) => `${actor.dataset} has "${shorten(actor.name)}" (${countRecords(actor)})`,
  )
  const left = others.length > 0 ? [`${others.join(', ')}${isKnown ? ', not joined with it' : ''}.`] : []
  const suggestions = [...new Set(alike.map((actor) => actor.name))]
  const messages = [...unknown, ...left]
  return [
    ...(messages.length > 0 ? [{ parameter, message: messages.join(' '), suggestions }] : []),
    ...narrower.map((actor) => ({
      parameter,
      message: `"${name}" counts as ${shorten(actor.identity)}, of which ${actor.dataset} has several actors; that one alone (${countRecords(actor)}) is found by its id.`,
      suggestions: [actor.id],
    })),
  ]
}

/** The text of a hint has at most 1000 characters. */
function shorten(name: string): string {
  return name.length > 150 ? `${name.slice(0, 149)}…` : name
}

function countRecords({ incidents }: { incidents: number }): string {
  return incidents === 1 ? '1 record' : `${incidents} records`
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
