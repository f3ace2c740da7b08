import { type FindName, isMissing, type NamedValue, type SumValue } from '../../../stats/stats.rows.ts'
import type { Dimension } from '../../../stats/stats.schema.ts'
import type { Connection } from '../database/connection.ts'

/** The tables that have the names of a dimension's values, and the column that the values are of. */
const IDENTITIES = `(SELECT actors.key, coalesce(identities.id, actors.id) AS id, coalesce(identities.name, document ->> '$.name') AS name
  FROM actors LEFT JOIN identities USING (key))`

const NAMED: Partial<Record<Dimension, { table: string; column: string; name?: string }>> = {
  country: { table: 'places', column: 'id' },
  admin1: { table: 'places', column: 'id' },
  city: { table: 'places', column: 'id' },
  actor: { table: IDENTITIES, column: 'key', name: 'name' },
}

/** Looks up the names of all values that dimensions have in a result, one query a dimension. */
export function lookUpNames(
  connection: Connection,
  values: readonly (readonly [Dimension, readonly (SumValue | undefined)[]])[],
): FindName {
  const found = new Map(
    values.map(([dimension, given]) => {
      const wanted = [...new Set(given)].flatMap((value) => (isMissing(value) ? [] : [value]))
      return [dimension, lookUpDimension(connection, dimension, wanted)] as const
    }),
  )
  return (dimension, value) => {
    const names = found.get(dimension)
    return names && (names.get(value) ?? null)
  }
}

function lookUpDimension(
  connection: Connection,
  dimension: Dimension,
  values: readonly SumValue[],
): Map<SumValue, NamedValue> | undefined {
  const source = NAMED[dimension]
  if (!source) return undefined
  const rows = connection.all<NamedValue & { value: SumValue }>(
    `SELECT named.${source.column} AS value, named.id, named.${source.name ?? "document ->> '$.name'"} AS name
     FROM json_each(?) AS wanted CROSS JOIN ${source.table} AS named ON named.${source.column} = wanted.value`,
    JSON.stringify(values),
  )
  return new Map(rows.map(({ value, id, name }) => [value, { id, name }]))
}
