import fc from 'fast-check'
import { ROLES } from '../../src/actors/actor.schema.ts'
import { EVENT_TYPES, SUB_EVENT_TYPES } from '../../src/event-types/event-type.schema.ts'
import { BOUNDS, GROUPS } from '../../src/figures/figure.schema.ts'
import {
  DATE_PRECISIONS,
  GEO_PRECISIONS,
  INCIDENT_KINDS,
  VIOLENCE_TYPES,
} from '../../src/incidents/incident.schema.ts'
import type { IncidentFilter } from '../../src/incidents/incident.store.ts'
import type { PlaceScope } from '../../src/places/place.store.ts'
import type { SourceScope } from '../../src/sources/source.store.ts'
import { fold } from '../../src/text/fold.ts'
import { CORNERS, DYADS, findIdentity, SEED, WEAPONS } from './records.ts'

/** A time between two loads of a test. */
export const LATER = '2026-01-02T00:00:00Z'

const scope = fc.constantFrom<PlaceScope>(
  { kind: 'country', id: 'iso3166:IQ' },
  { kind: 'country', id: 'iso3166:FJ' },
  { kind: 'admin1', id: 'geonames:IQ.07' },
  { kind: 'city', id: 'geonames:98182' },
  { kind: 'city', id: 'geonames:91597' },
  { kind: 'district', id: 'geonames:IQ.07.sadr-city' },
)
const someOf = <T>(item: fc.Arbitrary<T>) => fc.uniqueArray(item, { maxLength: 3 })
const day = fc
  .integer({ min: 18, max: 42 })
  .map((n) => new Date(Date.UTC(2016, 11, n)).toISOString().slice(0, 10))
const limits = { min: fc.nat(30), max: fc.nat(30) }
/** A limit is a minimum, a maximum or both. */
const hasLimit = ({ min, max }: { min?: number; max?: number }) => min !== undefined || max !== undefined
const degrees = (limit: number) => fc.integer({ min: -limit, max: limit })

const span = fc.constantFrom(0, 0.1, 0.5, 3, 10, 40)

/** Any filter, with any of its parameters. */
const filter = fc.record(
  {
    id: someOf(fc.nat(400).map((n) => `seed:made-${n}`)),
    kind: someOf(fc.constantFrom(...INCIDENT_KINDS)),
    dataset: someOf(fc.constantFrom('seed', 'geonames')),
    event_type: someOf(fc.constantFrom(...EVENT_TYPES)),
    sub_event_type: someOf(fc.constantFrom(...SUB_EVENT_TYPES)),
    violence_type: someOf(fc.constantFrom(...VIOLENCE_TYPES)),
    conflict: someOf(fc.constantFrom('ucdp:259', 'ucdp:506', 'ucdp:1')),
    dyad: someOf(fc.constantFrom(...DYADS.map(({ id }) => id))),
    weapon: someOf(fc.constantFrom(...WEAPONS.map(fold), 'none')),
    date_precision: someOf(fc.constantFrom(...DATE_PRECISIONS)),
    date_known_to: someOf(fc.constantFrom(...DATE_PRECISIONS)),
    geo_precision: someOf(fc.constantFrom(...GEO_PRECISIONS)),
    city: someOf(scope),
    place: someOf(scope),
    admin1: someOf(scope),
    country: someOf(scope),
    source: someOf(
      fc.constantFrom<SourceScope>(
        ...SEED.sources.flatMap(({ id, publisher }) => [{ id }, { publisher }]),
        { id: 'seed:none' },
        { publisher: 'Nobody' },
      ),
    ),
    actor: fc.record(
      {
        ids: someOf(fc.constantFrom(...SEED.actors.map(({ id }) => id))),
        identities: someOf(fc.constantFrom(...new Set(SEED.actors.map(({ id }) => findIdentity(id))))),
        roles: someOf(fc.constantFrom(...ROLES)),
      },
      { requiredKeys: [] },
    ),
    date_from: day,
    date_to: day,
    deaths: fc
      .record(
        { ...limits, basis: fc.constantFrom(...BOUNDS), group: fc.constantFrom(...GROUPS) },
        { requiredKeys: ['basis'] },
      )
      .filter(hasLimit),
    injured: fc
      .record({ ...limits, basis: fc.constant('best' as const) }, { requiredKeys: ['basis'] })
      .filter(hasLimit),
    bbox: fc.oneof(
      fc
        .tuple(degrees(180), degrees(90), degrees(180), degrees(90))
        .map(([west, a, east, b]) => [west, Math.min(a, b), east, Math.max(a, b)] as const),
      fc.tuple(fc.constantFrom(...CORNERS), span, span).map(([[latitude, longitude], high, wide]) => {
        const [west, east] = [longitude - wide, longitude + wide]
        return [
          west < -180 ? west + 360 : west,
          Math.max(-90, latitude - high),
          east > 180 ? east - 360 : east,
          Math.min(90, latitude + high),
        ] as const
      }),
    ),
    near: fc.oneof(
      fc.record({ latitude: degrees(90), longitude: degrees(180), radiusKm: fc.nat(20_000) }),
      fc
        .tuple(fc.constantFrom(...CORNERS), fc.constantFrom(0.5, 30, 500, 2000))
        .map(([[latitude, longitude], radiusKm]) => ({ latitude, longitude, radiusKm })),
    ),
    updated_since: fc.constantFrom('1970-01-01T00:00:00Z', LATER, '2999-01-01T00:00:00Z'),
    words: someOf(
      fc.constantFrom('bomb', 'samarra', 'bagh', 'قنبله', '1', '爆', 'взрыв', 'near', 'or', 'islamic'),
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<IncidentFilter>

/** Filters of at most three parameters, because more rarely match anything. */
export const sparseFilter = fc
  .tuple(filter, fc.uniqueArray(fc.nat(25), { maxLength: 3 }))
  .map(([full, kept]) =>
    Object.fromEntries(Object.entries(full).filter((_, index) => kept.includes(index))),
  ) as fc.Arbitrary<IncidentFilter>
