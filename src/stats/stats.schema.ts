import type { Static } from 'typebox'
import { EVENT_TYPES, SUB_EVENT_TYPES } from '../event-types/event-type.schema.ts'
import {
  DATE_PRECISIONS,
  GEO_PRECISIONS,
  INCIDENT_KINDS,
  VIOLENCE_TYPES,
} from '../incidents/incident.schema.ts'
import { Type } from '../validation/schema.ts'
import { component, date, enumeration, id, list, nullable, sum, text } from '../validation/types.ts'

/** The dimensions that records can be grouped by. */
export const DIMENSIONS = [
  'date',
  'country',
  'admin1',
  'city',
  'event_type',
  'sub_event_type',
  'violence_type',
  'conflict',
  'dyad',
  'date_precision',
  'geo_precision',
  'actor',
  'dataset',
  'kind',
  'cell',
] as const
/** The dimensions that records can be grouped by. */
export type Dimension = (typeof DIMENSIONS)[number]

/** Edges of cells in degrees, the smallest first: powers of two, so that no position falls between two cells. */
export const CELL_SIZES = [...[1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2], ...[1, 2, 4, 8, 16, 32]] as const

/** The metrics that can be summed. */
export const METRICS = ['incidents', 'fatalities', 'injured'] as const
/** A metric that can be summed. */
export type Metric = (typeof METRICS)[number]

const whole = (description: string) => sum({ description })

const bounds = {
  low: whole('The sum of the lowest numbers stated.'),
  best: whole('The sum of the best supported numbers.'),
  high: nullable(whole(''), {
    description:
      'The sum of the highest numbers stated; null when of any record no upper bound was stated. Null is never zero.',
  }),
  high_known: whole('The sum of the highest numbers of those records of which one was stated.'),
}

/** Schema of a sum of numbers of people. */
export const Sum = component(
  'Sum',
  { ...bounds, unstated: whole('Records that do not state the figure.') },
  { description: 'A sum of numbers of people with its uncertainty, no one counted twice.' },
)
/** A sum of numbers of people with its uncertainty. */
export type Sum = Static<typeof Sum>

const groupSum = (what: string) => nullable(Sum, { description: `${what}; null where no record states it.` })

/** Schema of a sum in total and by group. */
export const CasualtySum = component(
  'CasualtySum',
  {
    ...Sum.properties,
    by_group: Type.Optional(
      Type.Object(
        {
          civilians: groupSum('Civilians'),
          security_forces: groupSum('Police, army and allied armed forces'),
          assailants: groupSum('Attackers'),
          unknown: groupSum('People whose group is not reported'),
        },
        { additionalProperties: false, description: 'The same sum split by group; under `expand=by_group`.' },
      ),
    ),
  },
  {
    description:
      'A sum of numbers of people, attackers included, with the split by group where it is asked for.',
  },
)
/** A sum of numbers of people in total and by group. */
export type CasualtySum = Static<typeof CasualtySum>

/** Schema of a number of attacks. */
export const AttackSum = component('AttackSum', bounds, {
  description:
    'A number of attacks with its uncertainty: an incident is one, a group as many as its `incident_count` says. Best is low: what is certain.',
})
/** A number of attacks with its uncertainty. */
export type AttackSum = Static<typeof AttackSum>

const metrics = {
  records: whole('The records that are counted here: incidents and groups.'),
  spread: Type.Optional(
    whole(
      'Of these records, those that end in a later interval: they are counted whole in that of their first day. Where records are grouped by date.',
    ),
  ),
  incidents: Type.Optional(AttackSum),
  fatalities: Type.Optional(
    nullable(CasualtySum, { description: 'The killed; null where no record states it.' }),
  ),
  injured: Type.Optional(
    nullable(CasualtySum, { description: 'The injured; null where no record states it.' }),
  ),
}

const named = (what: string) =>
  Type.Optional(
    nullable(
      Type.Object(
        {
          id: id({ description: 'The id.' }),
          name: text(500, { description: 'The name.' }),
        },
        { additionalProperties: false },
      ),
      { description: `${what}; null where the records do not have one.` },
    ),
  )

const degrees = (limit: number, description: string) =>
  Type.Number({
    minimum: -limit,
    maximum: limit,
    format: 'double',
    description: `${description}, in degrees.`,
  })

const By = component(
  'StatsGroup',
  {
    date: Type.Optional(
      Type.Object(
        {
          from: date({ description: 'The first day of the interval.' }),
          to: date({ description: 'The last day of the interval.' }),
        },
        {
          additionalProperties: false,
          description: 'The interval. A record counts in that of its first day.',
        },
      ),
    ),
    country: named('The country'),
    admin1: named('The governorate or province'),
    city: named('The city'),
    event_type: Type.Optional(
      nullable(enumeration(EVENT_TYPES, { description: 'The event type; null where it is not known.' })),
    ),
    sub_event_type: Type.Optional(
      nullable(
        enumeration(SUB_EVENT_TYPES, { description: 'The sub-event type; null where it is not known.' }),
      ),
    ),
    violence_type: Type.Optional(
      nullable(
        enumeration(VIOLENCE_TYPES, { description: 'The type of violence; null where there is none.' }),
      ),
    ),
    conflict: named('The conflict'),
    dyad: named('The dyad'),
    date_precision: Type.Optional(
      enumeration(DATE_PRECISIONS, { description: 'How exactly the dates are known.' }),
    ),
    geo_precision: Type.Optional(
      enumeration(GEO_PRECISIONS, { description: 'How exactly the locations are known.' }),
    ),
    actor: named('The actor'),
    dataset: Type.Optional(text(60, { description: 'The data set.' })),
    kind: Type.Optional(enumeration(INCIDENT_KINDS, { description: 'The kind of record.' })),
    cell: Type.Optional(
      nullable(
        Type.Object(
          {
            west: degrees(180, 'Its western edge, which is in it'),
            south: degrees(90, 'Its southern edge, which is in it'),
            east: degrees(212, 'Its eastern edge, which is in the next'),
            north: degrees(102, 'Its northern edge, which is in the next'),
          },
          { additionalProperties: false },
        ),
        { description: 'The square cell, in WGS 84 degrees; null where the records have no position.' },
      ),
    ),
  },
  { description: 'The group of a row: one property for each dimension.' },
)

/** Schema of the sums of one group of records. */
export const StatsRow = component(
  'StatsRow',
  {
    by: By,
    position: Type.Optional(
      nullable(
        Type.Object(
          { latitude: degrees(90, 'The mean latitude'), longitude: degrees(180, 'The mean longitude') },
          { additionalProperties: false },
        ),
        {
          description:
            'The mean position of the records, WGS 84; null without any. Where records are grouped by cell.',
        },
      ),
    ),
    ...metrics,
  },
  { description: 'The sums of one group of records.' },
)
/** The sums of one group of records. */
export type StatsRow = Static<typeof StatsRow>

/** Schema of the sums of a data set. */
export const DatasetSum = component(
  'DatasetSum',
  { dataset: text(60, { description: 'The data set.' }), ...metrics },
  { description: 'The sums of all matching records of one data set.' },
)
/** The sums of a data set. */
export type DatasetSum = Static<typeof DatasetSum>

/** Schema of the sums of all records. */
export const StatsTotal = component('StatsTotal', metrics, {
  description: 'The sums of all matching records, each counted once however the rows split or repeat it.',
})
/** The sums of all records. */
export type StatsTotal = Static<typeof StatsTotal>

/** Schema of how data sets were combined. */
export const Combination = component(
  'Combination',
  {
    rule: text(2000, { description: 'The rule, as it was asked for.' }),
    events: whole('Events that records of different data sets describe, by accepted links.'),
    merged: whole('Records that are left out because another data set counts for their event.'),
    undecided: whole(
      'Suggested links between matching records without a decision: as long as these are open, a death may be counted twice.',
    ),
  },
  { description: 'How records of several data sets were combined.' },
)
/** How data sets were combined. */
export type Combination = Static<typeof Combination>

/** The codes of notes. */
export const NOTES = [
  'several_datasets',
  'less_precise',
  'partly_outside_period',
  'began_before_period',
  'spread_over_intervals',
  'several_actors',
  'tolls_not_compared',
] as const

/** Schema of the records that a note is about. */
const NotedRecords = component(
  'NotedRecords',
  {
    dataset: text(60, { description: 'The data set.' }),
    records: whole('The number of records.'),
    fatalities: Type.Object(
      { low: bounds.low, best: bounds.best, high_known: bounds.high_known },
      {
        additionalProperties: false,
        description: 'The killed of these records; zero where none states them.',
      },
    ),
  },
  { description: 'The records of a data set that a note is about.' },
)

/** Schema of a note. */
export const Note = component(
  'Note',
  {
    code: enumeration(NOTES, { description: 'The code of the note.' }),
    message: text(1000, { description: 'The note.' }),
    of: Type.Optional(
      list(NotedRecords, {
        description: 'The records that it is about, by data set, where it is about some of them.',
        maxItems: 1000,
      }),
    ),
  },
  { description: 'What a reader needs to know to interpret the sums correctly.' },
)
/** What a reader needs to know to interpret the sums correctly. */
export type Note = Static<typeof Note>

/** Schema of a list of notes. */
export const Notes = list(Note, {
  description: 'What a reader needs to know to interpret the sums correctly; empty when there is nothing.',
  maxItems: 10,
})
