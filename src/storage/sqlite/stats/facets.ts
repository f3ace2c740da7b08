import type { FacetQuery, FacetStore } from '../../../facets/facet.store.ts'
import type { Connection, SqlValue } from '../database/connection.ts'
import { isMissing, StatsNames } from './stats-rows.ts'
import { chooseSource } from './stats-source.ts'

type Answer = Awaited<ReturnType<FacetStore['facets']>>

interface ValueRow {
  value: SqlValue
  records: number
}

/** The values of fields among matching records; see `FacetStore.facets`. */
export function countFacets(connection: Connection, { filter, fields, limit }: FacetQuery): Answer {
  const names = new StatsNames(connection)
  const source = (dimensions: FacetQuery['fields']) =>
    chooseSource({
      filter,
      dimensions,
      interval: 'year',
      cellSize: 1,
      spread: false,
      figures: [],
      without: [],
    })
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
      return {
        field,
        values: known.slice(0, limit).map(({ value, records }) => ({
          ...names.shown(field, value),
          records,
        })),
        distinct: known.length,
        unknown: rows.find(({ value }) => isMissing(value))?.records ?? 0,
      }
    }),
  }
}
