import { GROUPS } from '../figures/figure.schema.ts'
import { cellEdges } from '../places/grid.ts'
import { type SerializedJson, serialize } from '../records.ts'
import { endOf } from './intervals.ts'
import type { CasualtySum, Dimension, StatsRow, StatsTotal, Sum } from './stats.schema.ts'
import type { StatsQuery } from './stats.store.ts'

/** A value of a column of sums. */
export type SumValue = string | number | null
/**
 * The sums of one group as an engine selects them: the values of the dimensions as `g0`, `g1`, …; `records`; `spread`
 * under a date; `incidents_low`, `_high` and `_open`; and of each figure (`deaths`, `injured`, or these with a group,
 * such as `deaths_civilians`) `_low`, `_best`, `_high`, `_open` and `_unstated`. A high sums what was stated, `open`
 * counts the records of which no upper bound was; a low is null where no record has the figure.
 */
export type SumRow = Record<string, SumValue>

/** A place or actor that a row is of. */
export interface NamedValue {
  id: string
  name: string
}

/** Finds the place or actor of a value; undefined for a dimension that is neither, null for one that is gone. */
export type FindName = (dimension: Dimension, value: SumValue) => NamedValue | null | undefined

/** The columns of the figures that a query needs. */
export function listFigures({ metrics, byGroup, sort }: StatsQuery): string[] {
  const names = { fatalities: 'deaths', injured: 'injured', incidents: null }
  const asked = metrics.flatMap((metric) => names[metric] ?? [])
  const sorted = names[sort.replace('-', '') as keyof typeof names]
  const groups = byGroup ? asked.flatMap((figure) => GROUPS.map((group) => `${figure}_${group}`)) : []
  return [...new Set([...asked, ...groups, ...(sorted ? [sorted] : [])])]
}

/** Renders the row of one group. */
export function renderRow(
  row: SumRow,
  query: StatsQuery,
  groupBy: readonly Dimension[],
  findName: FindName,
): SerializedJson<StatsRow> {
  const readValue = (dimension: Dimension, value: SumValue | undefined): unknown => {
    if (isMissing(value)) return null
    if (dimension === 'cell') return cellEdges(Number(value), query.cellSize)
    if (dimension === 'date') return { from: value, to: endOf(String(value), query.interval) }
    const named = findName(dimension, value)
    return named === undefined ? value : named
  }
  const by = groupBy.map((dimension, index) => [dimension, readValue(dimension, row[`g${index}`])])
  return serialize({
    by: Object.fromEntries(by),
    ...(groupBy.includes('cell') && { position: readPosition(row) }),
    ...readSums(row, query),
  })
}

function readPosition({ records, latitude, longitude }: SumRow) {
  if (records === 0 || latitude === null) return null
  return { latitude: Number(latitude), longitude: Number(longitude) }
}

/** Reads the sums that a query asks for. */
export function readSums(row: SumRow, { metrics, byGroup, groupBy }: StatsQuery): StatsTotal {
  const number = (name: string) => Number(row[name] ?? 0)
  const high = (name: string) => ({
    high: number(`${name}_open`) > 0 ? null : number(`${name}_high`),
    high_known: number(`${name}_high`),
  })
  const sum = (name: string): Sum | null =>
    row[`${name}_low`] === null
      ? null
      : {
          low: number(`${name}_low`),
          best: number(`${name}_best`),
          ...high(name),
          unstated: number(`${name}_unstated`),
        }
  const casualties = (name: string): CasualtySum | null => {
    const all = sum(name)
    if (!all || !byGroup) return all
    const groups = GROUPS.map((group) => [group, sum(`${name}_${group}`)])
    return { ...all, by_group: Object.fromEntries(groups) }
  }
  return {
    records: number('records'),
    ...(groupBy.includes('date') && { spread: number('spread') }),
    ...(metrics.includes('incidents') && {
      incidents: { low: number('incidents_low'), best: number('incidents_low'), ...high('incidents') },
    }),
    ...(metrics.includes('fatalities') && { fatalities: casualties('deaths') }),
    ...(metrics.includes('injured') && { injured: casualties('injured') }),
  }
}

/** Whether a value of a dimension means that the records do not have it: empty text, of actors and cells 0. */
export function isMissing(value: SumValue | undefined): value is '' | 0 | null | undefined {
  return value === '' || value === 0 || value === undefined || value === null
}
