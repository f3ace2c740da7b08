import { TAXONOMY } from '../../event-types/event-type.schema.ts'
import type { Claim } from '../../figures/claim.schema.ts'
import type { Incident } from '../../incidents/incident.schema.ts'
import type { SourceRecord } from '../../sources/source.schema.ts'
import type { CellFault } from '../contract/importer.ts'

/** A record of an export of ours, with what the export carried beside it; null is what it did not carry. */
export interface Exported {
  record: Incident
  claims: Claim[] | null
  sources: SourceRecord[] | null
}

/** A record that was read, or everything that is wrong with its row. */
export type ExportedFate = Exported | { faults: CellFault[] }

/** What several properties must be together, which no schema tells. */
interface Rule {
  /** The property that is told to be wrong, first, and those that it is held against. */
  of: readonly (keyof Incident)[]
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
 * Where a record contradicts itself: the property and what is wrong with it. Properties that are `wrong` by
 * themselves are held against nothing.
 */
export function contradictionsIn(
  record: Incident,
  wrong: ReadonlySet<string>,
): { property: string; reason: string }[] {
  return RULES.filter(({ of, holds }) => !of.some((name) => wrong.has(name)) && !holds(record)).map(
    ({ of: [property = ''], reason }) => ({ property, reason }),
  )
}
