import { BOUNDS } from '../../../figures/figure.schema.ts'
import { serialize } from '../../../records.ts'
import type { StoredTotals } from '../../contract/storage.ts'
import type { Connection } from '../database/connection.ts'

/** The records whose totals are wanted: those of data sets in countries, without some. */
export interface TotalsRequest {
  datasets: readonly string[]
  countryIds: readonly string[]
  without: readonly string[]
}

const SUMS = ['deaths', 'injured'].flatMap((figure) =>
  BOUNDS.map((bound) => `total(${figure}_${bound}) AS ${figure}_${bound}`),
)

interface CountryRow {
  country: string
  records: number
  first: string
  last: string
  [sum: string]: string | number
}

/** Sums up records from their columns, as a transaction has written them so far. */
export function selectStoredTotals(
  connection: Connection,
  { datasets, countryIds, without }: TotalsRequest,
): StoredTotals {
  const rows = connection.all<CountryRow>(
    `SELECT (SELECT document ->> '$.name' FROM places WHERE id = incidents.country_id) AS country, count(*) AS records,
       min(date_start) AS first, max(date_end) AS last, ${SUMS.join(', ')}
     FROM incidents
     WHERE dataset IN (SELECT value FROM json_each(?)) AND country_id IN (SELECT value FROM json_each(?))
       AND id NOT IN (SELECT value FROM json_each(?))
     GROUP BY country_id`,
    ...[datasets, countryIds, without].map((list) => serialize(list)),
  )
  const sum = (column: string) => rows.reduce((total, row) => total + Number(row[column]), 0)
  const figure = (name: string) => ({
    low: sum(`${name}_low`),
    best: sum(`${name}_best`),
    high: sum(`${name}_high`),
  })
  return {
    records: sum('records'),
    fatalities: figure('deaths'),
    injured: figure('injured'),
    first: rows.map(({ first }) => first).sort()[0] ?? null,
    last:
      rows
        .map(({ last }) => last)
        .sort()
        .at(-1) ?? null,
    countries: new Map(rows.map(({ country, records }) => [country, records])),
  }
}
