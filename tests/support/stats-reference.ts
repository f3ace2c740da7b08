import { GROUPS, type Range } from '../../src/figures/figure.schema.ts'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import type { Interval } from '../../src/stats/intervals.ts'
import type { Dimension, StatsTotal } from '../../src/stats/stats.schema.ts'
import type { StatsQuery } from '../../src/stats/stats.store.ts'
import { findIdentity } from './records.ts'

/** The figures that are summed, by name, and how each is read from a record. */
const FIGURES: Record<string, (incident: Incident) => Range | null> = {
  incidents: ({ incident_count: { low, high } }) => ({ low, best: low, high }),
  fatalities: ({ fatalities }) => fatalities,
  injured: ({ injured }) => injured,
  ...Object.fromEntries(
    (['fatalities', 'injured'] as const).flatMap((measure) =>
      GROUPS.map((group) => [
        `${measure} ${group}`,
        (incident: Incident) => incident[measure]?.by_group[group] ?? null,
      ]),
    ),
  ),
}

/** Computes statistics, implemented plainly from the rules in the documentation. */
export class StatsReference {
  constructor(readonly all: readonly Incident[]) {}

  /** Sums the figures of records, each counted once. */
  sumRecords(records: readonly Incident[], { metrics, byGroup, groupBy, interval }: StatsQuery): StatsTotal {
    const bounds = (name: string) => {
      const counted = records.map((record) => this.#computeShare(record, name))
      const stated = counted.filter((range) => range !== null)
      const add = (bound: 'low' | 'best' | 'high') =>
        stated.reduce((sum, range) => sum + (range[bound] ?? 0), 0)
      return {
        isStated: stated.length > 0,
        sums: {
          low: add('low'),
          best: add('best'),
          high: stated.some(({ high }) => high === null) ? null : add('high'),
          high_known: add('high'),
        },
        unstated: counted.length - stated.length,
      }
    }
    const sum = (name: string) => {
      const { isStated, sums, unstated } = bounds(name)
      return isStated ? { ...sums, unstated } : null
    }
    const casualties = (name: string) => {
      const total = sum(name)
      if (!total || !byGroup) return total
      return {
        ...total,
        by_group: Object.fromEntries(GROUPS.map((group) => [group, sum(`${name} ${group}`)])),
      }
    }
    const spread = records.filter(
      (record) =>
        findIntervalStart(record.date_end, interval) > findIntervalStart(record.date_start, interval),
    )
    return {
      records: records.length,
      ...(groupBy.includes('date') && { spread: spread.length }),
      ...(metrics.includes('incidents') && { incidents: bounds('incidents').sums }),
      ...(metrics.includes('fatalities') && { fatalities: casualties('fatalities') }),
      ...(metrics.includes('injured') && { injured: casualties('injured') }),
    } as StatsTotal
  }

  /** Computes what a record adds to a sum: its own figure, or the remainder once its parts are counted. */
  #computeShare(record: Incident, name: string): Range | null {
    const own = FIGURES[name]?.(record) ?? null
    const parts = this.all.filter(({ part_of }) => record.kind === 'group' && part_of.includes(record.id))
    if (!own || parts.length === 0) return own
    const counted = parts.map((part) => this.#findTotal(part, name)).filter((range) => range !== null)
    const sum = (bound: 'low' | 'best' | 'high') =>
      counted.reduce((total, range) => total + (range[bound] ?? 0), 0)
    const isOpen = counted.some(({ high }) => high === null)
    return {
      low: Math.max(own.low - sum('low'), 0),
      best: Math.max(own.best - sum('best'), 0),
      high: own.high === null ? null : isOpen ? 0 : Math.max(own.high - sum('high'), 0),
    }
  }

  /** Computes the figure of a record with all its parts. */
  #findTotal(record: Incident, name: string): Range | null {
    const key = `${name} ${record.id}`
    if (!this.#known.has(key)) this.#known.set(key, this.#computeTotal(record, name))
    return this.#known.get(key) ?? null
  }

  readonly #known = new Map<string, Range | null>()

  #computeTotal(record: Incident, name: string): Range | null {
    const own = FIGURES[name]?.(record) ?? null
    const parts = this.all.filter(({ part_of }) => record.kind === 'group' && part_of.includes(record.id))
    const ranges = [
      this.#computeShare(record, name),
      ...parts.map((part) => this.#findTotal(part, name)),
    ].filter((range) => range !== null)
    if (parts.length === 0 || ranges.length === 0) return own
    const sum = (bound: 'low' | 'best' | 'high') =>
      ranges.reduce((total, range) => total + (range[bound] ?? 0), 0)
    return {
      low: sum('low'),
      best: sum('best'),
      high: ranges.some(({ high }) => high === null) ? null : sum('high'),
    }
  }

  /** Groups records into rows, by their group key as JSON. */
  groupRecords(
    records: readonly Incident[],
    query: StatsQuery,
    groupBy: readonly Dimension[],
  ): Map<string, Incident[]> {
    const rows = new Map<string, Incident[]>()
    for (const record of records) {
      for (const key of listKeys(record, query, groupBy)) rows.set(key, [...(rows.get(key) ?? []), record])
    }
    return rows
  }
}

/** Lists the group keys of a record; several if it has several actors. */
function listKeys(
  record: Incident,
  { filter, interval, cellSize }: StatsQuery,
  groupBy: readonly Dimension[],
): string[] {
  const roles = filter.actor?.roles
  const actors = [
    ...new Set(
      record.actors.filter(({ role }) => roles?.includes(role) ?? true).map(({ id }) => findIdentity(id)),
    ),
  ]
  const values: { [D in Dimension]: () => unknown[] } = {
    date: () => [findIntervalStart(record.date_start, interval)],
    country: () => [record.place.country],
    admin1: () => [record.place.admin1],
    city: () => [record.place.city],
    event_type: () => [record.event_type],
    sub_event_type: () => [record.sub_event_type],
    violence_type: () => [record.violence_type],
    conflict: () => [record.conflict && { id: record.conflict.id, name: record.conflict.name }],
    dyad: () => [record.dyad && { id: record.dyad.id, name: record.dyad.name }],
    date_precision: () => [record.date_precision],
    geo_precision: () => [record.geo_precision],
    actor: () => (actors.length > 0 ? actors : [null]),
    dataset: () => [record.dataset],
    kind: () => [record.kind],
    cell: () => [findCorner(record, cellSize)],
  }
  return groupBy
    .reduce<unknown[][]>(
      (keys, dimension) => keys.flatMap((key) => values[dimension]().map((value) => [...key, value])),
      [[]],
    )
    .map((key) => JSON.stringify(key))
}

/** Finds the south-western corner of the cell of a record. */
function findCorner({ latitude, longitude }: Incident, size: number): number[] | null {
  if (latitude === null || longitude === null) return null
  const edge = (degrees: number, first: number) => Math.floor((degrees - first) / size) * size + first
  return [edge(longitude, -180), edge(latitude, -90)]
}

/** Finds the first day of an interval by stepping back day by day. */
export function findIntervalStart(day: string, interval: Interval): string {
  const isStart: Record<Interval, (date: Date) => boolean> = {
    day: () => true,
    week: (date) => date.getUTCDay() === 1,
    month: (date) => date.getUTCDate() === 1,
    quarter: (date) => date.getUTCDate() === 1 && date.getUTCMonth() % 3 === 0,
    year: (date) => date.getUTCDate() === 1 && date.getUTCMonth() === 0,
  }
  const date = new Date(`${day}T00:00:00Z`)
  while (!isStart[interval](date)) date.setUTCDate(date.getUTCDate() - 1)
  return date.toISOString().slice(0, 10)
}
