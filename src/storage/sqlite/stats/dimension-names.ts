import { isMissing, type NamedValue, type SumValue } from '../../../stats/stats.rows.ts'
import type { Dimension } from '../../../stats/stats.schema.ts'
import type { Connection } from '../database/connection.ts'

const PLACES = { from: 'places AS named ON named.id', id: 'named.id', name: `named.document ->> '$.name'` }
const term = (field: string) => ({
  from: `terms AS named ON named.field = '${field}' AND named.id`,
  id: 'named.id',
  name: 'named.name',
})

/** The identities of actors, each by the least key of its actors. */
const IDENTITIES = `(SELECT actors.key, coalesce(identities.id, actors.id) AS id,
  coalesce(identities.name, document ->> '$.name') AS name FROM actors LEFT JOIN identities USING (key))`

/** Where the names of a dimension's values are: what follows JOIN, ending with the column that the values are of. */
const NAMED: Partial<Record<Dimension, { from: string; id: string; name: string }>> = {
  country: PLACES,
  admin1: PLACES,
  city: PLACES,
  conflict: term('conflict'),
  dyad: term('dyad'),
  actor: { from: `${IDENTITIES} AS named ON named.key`, id: 'named.id', name: 'named.name' },
}

/** Looks up what values of a dimension are called; undefined for one whose values have no names. */
export function lookUpNames(
  connection: Connection,
  dimension: Dimension,
  values: readonly SumValue[],
): Map<SumValue, NamedValue> | undefined {
  const source = NAMED[dimension]
  if (!source) return undefined
  const rows = connection.all<NamedValue & { value: SumValue }>(
    `SELECT wanted.value AS value, ${source.id} AS id, ${source.name} AS name
     FROM json_each(?) AS wanted CROSS JOIN ${source.from} = wanted.value`,
    JSON.stringify([...new Set(values)].filter((value) => !isMissing(value))),
  )
  return new Map(rows.map(({ value, id, name }) => [value, { id, name }]))
}
