import { readFileSync } from 'node:fs'
import { COMMON } from '../actors/identity.schema.ts'
import { OperatorError } from '../errors.ts'
import type { Claim } from '../figures/claim.schema.ts'
import { deriveCasualties, deriveIncidentCount } from '../figures/rules.ts'
import type { IncidentPlace, PlaceRecord } from '../places/place.schema.ts'
import type { RecordBatch, RecordInput } from '../storage/contract/storage.ts'
import { fold } from '../text/fold.ts'
import { findIssues } from '../validation/validate.ts'
import { listCountries } from './countries.ts'
import { SEED_FILES, type Seed } from './seed.schema.ts'

const FOLDER = new URL('../../seed/', import.meta.url)

/**
 * Reads and validates seed/ and completes its records: figures from claims, names from ids.
 * @throws OperatorError with the file and all its errors
 */
export function readSeed(folder: URL = FOLDER): Required<RecordBatch> {
  const files = Object.keys(SEED_FILES) as (keyof Seed)[]
  const seed = Object.fromEntries(files.map((file) => [file, readFile(folder, file)])) as unknown as Seed
  return complete(seed)
}

function readFile(folder: URL, file: keyof Seed): unknown {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(new URL(`${file}.json`, folder), 'utf8'))
  } catch (error) {
    throw new OperatorError(`seed/${file}.json cannot be read: ${(error as Error).message}`, { cause: error })
  }
  const issues = findIssues(SEED_FILES[file], content)
  if (issues.length > 0) {
    const list = issues.map(({ parameter, reason }) => `${parameter} ${reason}`).join('; ')
    throw new OperatorError(`seed/${file}.json is not valid: ${list}`)
  }
  return content
}

function complete(seed: Seed): Required<RecordBatch> {
  const places = [...listCountries(), ...seed.places.map((place) => ({ ...place, dataset: 'geonames' }))]
  const placesById = indexById(places, 'places')
  const actors = indexById(seed.actors, 'actors')
  const sources = indexById(seed.sources, 'sources')
  const groupsAndTolls = indexById(
    [...seed.tolls, ...seed.incidents.filter(({ kind }) => kind === 'group')],
    'groups and tolls',
  )
  const inSeed = <T extends object>(record: T) => ({ ...record, dataset: 'seed' })

  return {
    datasets: seed.datasets,
    eventTypes: seed['event-types'],
    identities: checkIdentities(seed['actor-identities']),
    sources: seed.sources.map((source) => inSeed(source)),
    actors: seed.actors.map((actor) => inSeed(actor)),
    places,
    incidents: seed.incidents.map(({ place_id, claims: written, ...incident }) => {
      const claims = numberClaims(incident.id, written)
      for (const id of incident.source_ids) sources.get(id)
      for (const id of incident.part_of) groupsAndTolls.get(id)
      return {
        record: {
          ...inSeed(incident),
          place: describePlace(place_id, placesById),
          // Codes of UCDP, which an article does not give.
          violence_type: null,
          conflict: null,
          dyad: null,
          incident_count: deriveIncidentCount(claims),
          actors: incident.actors.map(({ id, ...rest }) => ({ id, name: actors.get(id).name, ...rest })),
          fatalities: deriveCasualties(claims, 'killed'),
          injured: deriveCasualties(claims, 'injured'),
        },
        claims,
      }
    }),
    tolls: seed.tolls.map(({ place_id, claims: written, ...toll }) => {
      const claims = numberClaims(toll.id, written)
      const fatalities = deriveCasualties(claims, 'killed')
      if (!fatalities)
        throw new OperatorError(`seed/tolls.json: ${toll.id} has no claim with a number of people killed`)
      return { record: { ...inSeed(toll), place: describePlace(place_id, placesById), fatalities }, claims }
    }),
  }
}

/** @throws OperatorError when an id occurs twice, or a name of a data set is in two identities */
function checkIdentities(identities: Seed['actor-identities']): Seed['actor-identities'] {
  indexById(identities, 'identities of actors')
  const owners = new Map<string, string>()
  for (const { id, names } of identities) {
    for (const [list, listed] of Object.entries(names)) {
      if (list === COMMON) continue
      for (const name of listed) {
        const key = `${list}: ${fold(name)}`
        const owner = owners.get(key) ?? id
        if (owner !== id)
          throw new OperatorError(
            `seed/actor-identities.json: ${id} and ${owner} both have the name "${name}" of ${list}`,
          )
        owners.set(key, id)
      }
    }
  }
  return identities
}

function numberClaims(recordId: string, claims: readonly Omit<Claim, 'id'>[]): Claim[] {
  return claims.map((claim, index) => ({ id: `${recordId}#${index + 1}`, ...claim }))
}

/** Indexes records by id. `get` throws an OperatorError for an unknown id, with the file that should have it. */
function indexById<T extends { id: string }>(records: readonly T[], what: string) {
  const map = new Map(records.map((record) => [record.id, record]))
  if (map.size < records.length) throw new OperatorError(`seed: an id occurs twice among ${what}`)
  return {
    get(id: string): T {
      const record = map.get(id)
      if (!record) throw new OperatorError(`seed: ${id} is not among ${what}`)
      return record
    },
  }
}

/** Completes a place with the names of the places that contain it. */
function describePlace(id: string, places: { get(id: string): RecordInput<PlaceRecord> }): IncidentPlace {
  const { name, kind, country_code } = places.get(id)
  const chain = new Map<string, string>()
  for (let current: string | null = id; current; current = places.get(current).parent_id)
    chain.set(places.get(current).kind, places.get(current).name)
  return {
    id,
    name,
    kind,
    area: null,
    district: chain.get('district') ?? null,
    city: chain.get('city') ?? null,
    admin1: chain.get('admin1') ?? null,
    country: chain.get('country') ?? null,
    country_code,
  }
}
