/** A value that a database stores. */
export type SqlValue = string | number | null

/** A piece of SQL and the values of its placeholders, in order. */
export interface SqlFragment {
  sql: string
  values: readonly SqlValue[]
}

/** `column = ?` for one value, `column IN (…)` for several, never true for none. */
export function oneOf(column: string, values: readonly SqlValue[]): SqlFragment {
  if (values.length === 0) return { sql: 'FALSE', values }
  if (values.length === 1) return { sql: `${column} = ?`, values }
  return { sql: `${column} IN (${values.map(() => '?').join(', ')})`, values }
}

/** Fragments that all must hold; always true for none. */
export function allOf(fragments: readonly SqlFragment[]): SqlFragment {
  return {
    sql: fragments.map(({ sql }) => `(${sql})`).join(' AND ') || 'TRUE',
    values: fragments.flatMap(({ values }) => values),
  }
}

/** Fragments of which one must hold; never true for none. */
export function anyOf(fragments: readonly SqlFragment[]): SqlFragment {
  return {
    sql: fragments.map(({ sql }) => `(${sql})`).join(' OR ') || 'FALSE',
    values: fragments.flatMap(({ values }) => values),
  }
}

/** The fragments of a filter's given parameters, each by its row in a table of clauses. */
export function clausesOf<Filter extends object>(
  clauses: { [K in keyof Filter]-?: (value: NonNullable<Filter[K]>) => SqlFragment },
  filter: Filter,
): SqlFragment {
  const given = (Object.keys(clauses) as (keyof Filter)[]).flatMap((name) => {
    const value = filter[name]
    return value === undefined || value === null ? [] : [clauses[name](value as NonNullable<typeof value>)]
  })
  return allOf(given)
}
