import type { ActorStore } from '../actors/actor.store.ts'
import type { DatasetStore } from '../datasets/dataset.store.ts'
import type { Hint } from '../http/requests/hint.ts'
import { NameResolver } from '../http/requests/name-resolution.ts'
import { resolveScopes } from '../places/place.scopes.ts'
import type { PlaceStore } from '../places/place.store.ts'
import { omitUndefined } from '../records.ts'
import type { SourceStore } from '../sources/source.store.ts'
import { splitPhrases } from '../text/fold.ts'
import { suggest } from '../text/suggest.ts'
import type { IncidentFilterQuery } from './incident.query.ts'
import type { CasualtyFilter, IncidentFilter } from './incident.store.ts'

/** Where the names in a query are looked up. */
export interface Vocabularies {
  places: PlaceStore
  actors: ActorStore
  sources: SourceStore
  datasets: DatasetStore
}

/**
 * The filter that a query asks for, its names resolved, with hints for names that probably mean others.
 * @throws ServiceError invalid_parameter for an unknown country or parameters that contradict each other
 */
export async function resolveFilter(
  query: IncidentFilterQuery,
  { places, actors, sources, datasets }: Vocabularies,
): Promise<{ filter: IncidentFilter; hints: Hint[] }> {
  const resolution = new NameResolver()
  requireSense(query, resolution)
  const { near, radius_km, bbox, q } = query
  const actorIds = await resolution.resolveOrHint(
    'actor',
    query.actor,
    (name) => actors.named(name),
    (name) => actors.near(name),
    'actor',
  )
  const filter = omitUndefined({
    ...(await resolveScopes(query, places, resolution)),
    id: query.id,
    kind: query.kind,
    event_type: query.event_type,
    sub_event_type: query.sub_event_type,
    dataset: await resolveDatasets(query.dataset, datasets, resolution),
    source: await resolution.resolveOrHint(
      'source',
      query.source,
      (name) => sources.named(name),
      (name) => sources.near(name),
      'source',
    ),
    actor:
      actorIds || query.actor_role ? omitUndefined({ ids: actorIds, roles: query.actor_role }) : undefined,
    date_from: query.date_from,
    date_to: query.date_to,
    deaths: casualties(query.deaths_min, query.deaths_max, {
      basis: query.deaths_basis ?? 'best',
      ...(query.deaths_group && { group: query.deaths_group }),
    }),
    injured: casualties(query.injured_min, query.injured_max, { basis: 'best' }),
    bbox: bbox as IncidentFilter['bbox'],
    near: near && {
      latitude: near[0] as number,
      longitude: near[1] as number,
      radiusKm: radius_km as number,
    },
    words: q === undefined ? undefined : splitPhrases(q),
    updated_since: query.updated_since,
  })
  resolution.throwIfInvalid()
  return { filter, hints: resolution.hints }
}

/** Finds data sets by id. */
export async function resolveDatasets(
  ids: readonly string[] | undefined,
  datasets: DatasetStore,
  resolution: NameResolver,
): Promise<string[] | undefined> {
  const known = ids ? await datasets.ids() : []
  return resolution.resolveOrHint(
    'dataset',
    ids,
    async (id) => (known.includes(id) ? [id] : []),
    async (id) => suggest(id, known),
    'data set',
  )
}

function casualties(
  min: number | undefined,
  max: number | undefined,
  filter: CasualtyFilter,
): CasualtyFilter | undefined {
  if (min === undefined && max === undefined) return undefined
  return { ...filter, ...omitUndefined({ min, max }) }
}

/** Notes parameters that contradict each other or lack their other half. */
function requireSense(query: IncidentFilterQuery, resolution: NameResolver): void {
  const { date_from, date_to, deaths_min, deaths_max, injured_min, injured_max, bbox, near, radius_km } =
    query
  const ordered = (low: number | string | undefined, high: number | string | undefined) =>
    low === undefined || high === undefined || low <= high
  resolution.require(ordered(date_from, date_to), 'date_from', 'must not be later than date_to')
  resolution.require(ordered(deaths_min, deaths_max), 'deaths_min', 'must not be greater than deaths_max')
  resolution.require(ordered(injured_min, injured_max), 'injured_min', 'must not be greater than injured_max')
  const compares = deaths_min !== undefined || deaths_max !== undefined
  for (const name of ['deaths_basis', 'deaths_group'] as const) {
    resolution.require(
      query[name] === undefined || compares,
      name,
      'needs deaths_min or deaths_max beside it',
    )
  }
  if (bbox) {
    const [, south = 0, , north = 0] = bbox
    const latitudes = south >= -90 && north <= 90 && south <= north
    resolution.require(latitudes, 'bbox', 'must be west,south,east,north with -90 <= south <= north <= 90')
  }
  if (near)
    resolution.require(
      Math.abs(near[0] ?? 0) <= 90,
      'near',
      'must be latitude,longitude with a latitude from -90 to 90',
    )
  resolution.require(
    (near === undefined) === (radius_km === undefined),
    near ? 'radius_km' : 'near',
    'is required: near and radius_km go together',
  )
}
