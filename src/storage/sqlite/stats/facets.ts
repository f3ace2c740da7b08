import type { FacetQuery, FacetStore } from '../../../facets/facet.store.ts'
import { isMissing, type SumValue } from '../../../stats/stats.rows.ts'
import type { Connection } from '../database/connection.ts'
import { lookUpNames } from './dimension-names.ts'
import { chooseSource } from './stats-source.ts'

interface ValueRow {
  value: SumValue
  records: number
}

/** Counts the values of fields among matching records; see `FacetStore.facets`. */
export function countFacets(
  connection: Connection,
  { filter, fields, limit }: FacetQuery,
): Awaited<ReturnType<FacetStore['facets']>> {
  const source = (dimensions: FacetQuery['fields']) =>
    chooseSource({ filter, dimensions, figures: [], excluded: [] })
  const all = source([])
  return {
    records:
      connection.get<{ records: number | null }>(
        `SELECT ${all.sums.records} AS records FROM ${all.from.sql}`,
        ...all.from.values,
      )?.records ?? 0,
    facets: fields.map((field) => {
      const { from, dimension, sums } = source([field])
      const rows = connection.all<ValueRow>(
        `SELECT ${dimension(field)} AS value, ${sums.records} AS records FROM ${from.sql}
         GROUP BY 1 ORDER BY 2 DESC, 1`,
        ...from.values,
      )
      const known = rows.filter(({ value }) => !isMissing(value))
      const shown = known.slice(0, limit)
      const findName = lookUpNames(connection, [[field, shown.map(({ value }) => value)]])
      return {
        field,
        values: shown.map(({ value, records }) => {
          const { id, name } = findName(field, value) ?? { id: String(value), name: String(value) }
          return { value: id, name, records }
        }),
        distinct: known.length,
        unknown: rows.find(({ value }) => isMissing(value))?.records ?? 0,
      }
    }),
  }
}
