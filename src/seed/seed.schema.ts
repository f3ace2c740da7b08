import type { Static } from 'typebox'
import { ActorRecord, IncidentActor } from '../actors/actor.schema.ts'
import { CuratedIdentity } from '../actors/identity.schema.ts'
import { Dataset } from '../datasets/dataset.schema.ts'
import { EventType } from '../event-types/event-type.schema.ts'
import { Claim } from '../figures/claim.schema.ts'
import { Incident } from '../incidents/incident.schema.ts'
import { PlaceRecord } from '../places/place.schema.ts'
import { SourceRecord } from '../sources/source.schema.ts'
import { TollRecord } from '../tolls/toll.schema.ts'
import { Type } from '../validation/schema.ts'
import { id, list } from '../validation/types.ts'

const strict = { additionalProperties: false }

/** Claims are nested in their record; their ids are derived from its id. */
const claims = list(Type.Omit(Claim, ['id'], strict), {
  description: 'Claims, the most authoritative first.',
})
const place_id = id({ description: 'Id of a place of seed/places.json.' })

/** Schema of an incident in seed/incidents.json: figures are derived from claims, names from ids. */
const SeedIncident = Type.Object(
  {
    ...Type.Omit(Incident, [
      'dataset',
      'place',
      'actors',
      'violence_type',
      'conflict',
      'dyad',
      'incident_count',
      'fatalities',
      'injured',
      'same_as',
      'flags',
      'updated_at',
    ]).properties,
    place_id,
    actors: list(Type.Omit(IncidentActor, ['name'], strict), { description: 'Actors.' }),
    claims,
  },
  strict,
)

/** Schema of a reported total in seed/tolls.json. */
const SeedToll = Type.Object(
  {
    ...Type.Omit(TollRecord, ['dataset', 'place', 'fatalities', 'updated_at']).properties,
    place_id,
    claims,
  },
  strict,
)

/** Schemas of the files of seed/, by file name without extension. */
export const SEED_FILES = {
  datasets: Type.Array(Type.Omit(Dataset, ['files', 'imported_at', 'incidents', 'tolls'], strict)),
  sources: Type.Array(Type.Omit(SourceRecord, ['dataset', 'updated_at'], strict)),
  actors: Type.Array(Type.Omit(ActorRecord, ['dataset', 'updated_at'], strict)),
  'actor-identities': Type.Array(CuratedIdentity),
  'event-types': Type.Array(Type.Omit(EventType, ['incidents'], strict)),
  places: Type.Array(Type.Omit(PlaceRecord, ['dataset', 'updated_at'], strict)),
  incidents: Type.Array(SeedIncident),
  tolls: Type.Array(SeedToll),
} as const

/** The content of seed/, file by file. */
export type Seed = { [File in keyof typeof SEED_FILES]: Static<(typeof SEED_FILES)[File]> }
