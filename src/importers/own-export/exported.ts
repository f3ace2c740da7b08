import { TAXONOMY } from '../../event-types/event-type.schema.ts'
import type { Claim } from '../../figures/claim.schema.ts'
import type { Incident } from '../../incidents/incident.schema.ts'
import type { SourceRecord } from '../../sources/source.schema.ts'
import type { CellError } from '../reading/rows/file-row.ts'

/** A record of our own export, with its claims and sources; null where the export does not hold them. */
export interface Exported {
  record: Incident
  claims: Claim[] | null
  sources: SourceRecord[] | null
}

/** A record, or all errors of its row. */
export type ExportedResult = Exported | { errors: CellError[] }

/** A rule about several properties, which a schema cannot express. */
interface Rule {
  /** The property that the error names, first, and those with which it is compared. */
  of: readonly string[]
  holds: (record: Incident) => boolean
  reason: string
}

const RULES: readonly Rule[] = [
  {
    of: ['id', 'dataset'],
    holds: ({ id, dataset }) => id.startsWith(`${dataset}:`),
    reason: 'must begin with the data set and a colon',
  },
  {
    of: ['same_as', 'dataset'],
    holds: ({ same_as, dataset }) => !same_as.some((id) => id.startsWith(`${dataset}:`)),
    reason: 'must name records of other data sets',
  },
  {
    of: ['date_end', 'date_start'],
    holds: ({ date_start, date_end }) => date_start <= date_end,
    reason: 'must not be before date_start',
  },
  {
    of: ['country', 'area', 'place'],
    holds: ({ place }) => (place.country === null) !== (place.area === null),
    reason: 'is required, unless there is an area instead',
  },
  {
    of: ['country_code', 'country', 'place'],
    holds: ({ place }) => (place.country === null) === (place.country_code === null),
    reason: 'is required where there is a country, and only there',
  },
  {
    of: ['latitude', 'longitude'],
    holds: ({ latitude, longitude }) => latitude !== null || longitude === null,
    reason: 'is required where there is a longitude',
  },
  {
    of: ['longitude', 'latitude'],
    holds: ({ latitude, longitude }) => longitude !== null || latitude === null,
    reason: 'is required where there is a latitude',
  },
  {
    of: ['sub_event_type', 'event_type'],
    holds: ({ event_type, sub_event_type }) => {
      const subs: readonly string[] = event_type === null ? [] : TAXONOMY[event_type]
      return sub_event_type === null || subs.includes(sub_event_type)
    },
    reason: 'must be a sub-event type of event_type',
  },
]

/**
 * Finds contradictions within a record. Rules about properties that are `wrong` in themselves are skipped.
 */
export function findContradictions(
  record: Incident,
  wrong: ReadonlySet<string>,
): { property: string; reason: string }[] {
  return RULES.filter(({ of, holds }) => !of.some((name) => wrong.has(name)) && !holds(record)).map(
    ({ of: [property = ''], reason }) => ({ property, reason }),
  )
}
