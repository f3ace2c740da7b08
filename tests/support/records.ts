import fc from 'fast-check'
import { ATTRIBUTIONS, ROLES } from '../../src/actors/actor.schema.ts'
import type { CuratedIdentity } from '../../src/actors/identity.schema.ts'
import { TAXONOMY } from '../../src/event-types/event-type.schema.ts'
import type { Casualties, Figure } from '../../src/figures/figure.schema.ts'
import {
  DATE_PRECISIONS,
  GEO_PRECISIONS,
  type Incident,
  VIOLENCE_TYPES,
} from '../../src/incidents/incident.schema.ts'
import type { IncidentPlace, PlaceRecord } from '../../src/places/place.schema.ts'
import { readSeed } from '../../src/seed/seed.ts'
import type { RecordBatch, RecordInput } from '../../src/storage/contract/storage.ts'

/** The seed, whose gazetteer, code book, actors and sources invented incidents refer to. */
export const SEED = readSeed()

const PLACES = new Map(SEED.places.map((place) => [place.id, place]))

/** Places of every kind, including Baghdad and one of its districts. */
const PLACE_IDS = [
  'iso3166:IQ',
  'geonames:IQ.07',
  'geonames:98182',
  'geonames:IQ.07.sadr-city',
  'geonames:91597',
  'iso3166:FJ',
]

function buildPlace(id: string): IncidentPlace {
  const chain: Partial<Record<PlaceRecord['kind'], string>> = {}
  for (let at = PLACES.get(id); at; at = PLACES.get(at.parent_id ?? '')) chain[at.kind] = at.name
  const { name, kind, country_code } = PLACES.get(id) as RecordInput<PlaceRecord>
  const { district = null, city = null, admin1 = null, country = '' } = chain
  return { id, name, kind, area: null, district, city, admin1, country, country_code }
}

const number = fc.oneof(fc.nat(12), fc.nat(200))

/** Any figure, even out of order: data sets break low ≤ best ≤ high, and figures are kept as given. */
const figure: fc.Arbitrary<Figure> = fc.record({
  low: number,
  best: number,
  high: fc.option(number),
  claims: fc.constant([]),
})

const casualties: fc.Arbitrary<Casualties> = fc
  .tuple(
    figure,
    fc.record({
      civilians: fc.option(figure),
      security_forces: fc.option(figure),
      assailants: fc.option(figure),
      unknown: fc.option(figure),
    }),
  )
  .map(([total, by_group]) => ({ ...total, by_group }))

const day = (from: string, to: string) =>
  fc
    .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
    .map((moment) => moment.toISOString().slice(0, 10))

const eventType = fc.option(
  fc.constantFrom(
    ...Object.entries(TAXONOMY).flatMap(([type, subs]) => [[type, null], ...subs.map((sub) => [type, sub])]),
  ),
)

const actor = fc
  .tuple(fc.constantFrom(...SEED.actors), fc.constantFrom(...ROLES), fc.constantFrom(...ATTRIBUTIONS))
  .map(([{ id, name }, role, attribution]) => ({
    id,
    name,
    role,
    attribution: role === 'perpetrator' ? attribution : null,
  }))

const words = fc.constantFrom(
  'bomb',
  'Sāmarrāʾ',
  'قنبلة',
  'взрыв',
  '=1+1',
  "'quoted",
  'a,b',
  'line\nbreak',
  '"',
  '爆炸',
)

/** Points where cells, the poles and the antimeridian meet, and some next to them. */
export const CORNERS: readonly (readonly [latitude: number, longitude: number])[] = [
  [90, 180],
  [-90, -180],
  [0, 180],
  [0, -180],
  [6, 12],
  [33.25, 44.25],
  [33.249999, 44.250001],
  [33.3, 44.4],
]

/** Conflicts, dyads and weapons of invented incidents. */
export const CONFLICTS = [
  { id: 'ucdp:259', name: 'Iraq: Government' },
  { id: 'ucdp:506', name: 'IS - Civilians' },
] as const
export const DYADS = [
  { id: 'ucdp:524', name: 'Government of Iraq - IS' },
  { id: 'ucdp:735', name: 'IS - Civilians' },
] as const
export const WEAPONS = ['car bomb', 'Mörser', 'قنبلة'] as const

/** An incident as a data set might have it, with properties of every shape that the schema permits. */
export const incident: fc.Arbitrary<RecordInput<Incident>> = fc
  .record({
    kind: fc.constantFrom('incident' as const, 'group' as const),
    title: fc.option(fc.array(words, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' '))),
    description: fc.option(words),
    dates: fc.tuple(day('2016-12-20', '2017-01-10'), day('2016-12-20', '2017-01-10')),
    date_precision: fc.constantFrom(...DATE_PRECISIONS),
    place: fc.constantFrom(...PLACE_IDS).map(buildPlace),
    point: fc.option(
      fc.oneof(
        fc.record({
          latitude: fc.double({ min: -90, max: 90, noNaN: true }),
          longitude: fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(-180, 180, 0)),
        }),
        fc.constantFrom(...CORNERS).map(([latitude, longitude]) => ({ latitude, longitude })),
      ),
    ),
    geo_precision: fc.constantFrom(...GEO_PRECISIONS),
    type: eventType,
    violence_type: fc.option(fc.constantFrom(...VIOLENCE_TYPES)),
    conflict: fc.option(fc.constantFrom(...CONFLICTS)),
    dyad: fc.option(fc.constantFrom(...DYADS)),
    weapons: fc.subarray([...WEAPONS]),
    actors: fc.uniqueArray(actor, { maxLength: 3, selector: ({ id, role }) => `${id} ${role}` }),
    fatalities: fc.option(casualties),
    injured: fc.option(casualties),
    source_ids: fc.subarray(SEED.sources.map(({ id }) => id)),
  })
  .map(({ dates, point, type, ...rest }) => {
    const [date_start = '', date_end = ''] = [...dates].sort()
    return {
      id: '',
      dataset: 'seed',
      ...rest,
      date_start,
      date_end,
      latitude: point?.latitude ?? null,
      longitude: point?.longitude ?? null,
      part_of_day: null,
      sites: [],
      incident_count: rest.kind === 'group' ? { low: 2, high: null } : { low: 1, high: 1 },
      event_type: (type?.[0] ?? null) as Incident['event_type'],
      sub_event_type: (type?.[1] ?? null) as Incident['sub_event_type'],
      part_of: [],
    }
  })

/** Generates a fixed sample of incidents with unique ids. */
export function sampleIncidents(size: number, seed = 1): RecordInput<Incident>[] {
  return fc
    .sample(incident, { numRuns: size, seed })
    .map((record, index) => ({ ...record, id: `seed:made-${index}` }))
}

/** Two actors of the seed that invented records may both have, as one identity; the others have no identity. */
const FORCES: CuratedIdentity = {
  id: 'forces-of-iraq',
  name: 'Forces of Iraq',
  kind: 'state_forces',
  ucdp_id: null,
  names: { seed: ['Police Forces of Iraq', 'Security Forces of Iraq'] },
}

/** Finds the identity of an actor in batches of {@link buildBatch}. */
export const findIdentity = (id: string): string =>
  ['seed:police-of-iraq', 'seed:security-forces-of-iraq'].includes(id) ? FORCES.id : id

/** Builds a batch of the seed with these incidents instead of its own, two actors as one, and no reported totals. */
export function buildBatch(incidents: readonly RecordInput<Incident>[]): RecordBatch {
  return {
    ...SEED,
    identities: [FORCES],
    incidents: incidents.map((record) => ({ record, claims: [] })),
    tolls: [],
  }
}
