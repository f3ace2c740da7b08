import { GROUPS } from '../../../figures/figure.schema.ts'
import { cellEdges } from '../../../places/grid.ts'
import { type SerializedJson, serialize } from '../../../records.ts'
import { endOf } from '../../../stats/intervals.ts'
import type { CasualtySum, Dimension, StatsRow, StatsTotal, Sum } from '../../../stats/stats.schema.ts'
import type { StatsQuery } from '../../../stats/stats.store.ts'
import type { Connection, SqlValue } from '../database/connection.ts'

/** A row of sums, as `sums.ts` names them. */
export type SumRow = Record<string, SqlValue>

/** What the values of dimensions stand for; names of places and actors are looked up once. */
export class StatsNames {
  readonly #named = new Map<string, Named | null>()

  constructor(private readonly connection: Connection) {}

  /** The place or actor of a value; undefined where the dimension is neither. */
  named(dimension: Dimension, value: SqlValue): Named | null | undefined {
    switch (dimension) {
      case 'country':
      case 'admin1':
      case 'city':
        return this.#look('places', 'id', value)
      case 'actor':
        return this.#look('actors', 'key', value)
      default:
        return undefined
    }
  }

  /** A value as filters take it, and as it is shown. */
  shown(dimension: Dimension, value: SqlValue): { value: string; name: string } {
    const { id, name } = this.named(dimension, value) ?? { id: String(value), name: String(value) }
    return { value: id, name }
  }

  #look(table: 'places' | 'actors', column: 'id' | 'key', value: SqlValue): Named | null {
    const key = `${table} ${value}`
    const known = this.#named.get(key)
    if (known !== undefined) return known
    const found =
      this.connection.get<Named>(
        `SELECT id, document ->> '$.name' AS name FROM ${table} WHERE ${column} = ?`,
        value,
      ) ?? null
    this.#named.set(key, found)
    return found
  }
}

interface Named {
  id: string
  name: string
}

/** Renders a row of sums by dimensions `g0`, `g1` and so on. */
export function renderRow(
  row: SumRow,
  query: StatsQuery,
  groupBy: readonly Dimension[],
  names: StatsNames,
): SerializedJson<StatsRow> {
  const value = (dimension: Dimension, given: SqlValue | undefined): unknown => {
    if (isMissing(given)) return null
    if (dimension === 'cell') return cellEdges(Number(given), query.cellSize)
    if (dimension === 'date') return { from: given, to: endOf(String(given), query.interval) }
    const named = names.named(dimension, given)
    return named === undefined ? given : named
  }
  const by = groupBy.map((dimension, index) => [dimension, value(dimension, row[`g${index}`])])
  return serialize({
    by: Object.fromEntries(by),
    ...(groupBy.includes('cell') && { position: positionOf(row) }),
    ...readSums(row, query),
  })
}

function positionOf({ records, latitude, longitude }: SumRow) {
  if (records === 0 || latitude === null) return null
  return { latitude: Number(latitude), longitude: Number(longitude) }
}

/** The sums of a row, those that are asked for. */
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

/** Whether a value stands for what records do not say. */
export function isMissing(value: SqlValue | undefined): value is '' | 0 | null | undefined {
  return value === '' || value === 0 || value === undefined || value === null
}
