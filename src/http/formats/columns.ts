/** A cell's value: a number, a text, or nothing. */
export type Cell = string | number | null

/** What the cells of a column hold; a `list` is the text of several items. */
export type ColumnType = 'text' | 'list' | 'count' | 'degrees' | 'date' | 'instant'

/** A flat, documented column of a record: what CSV and Parquet have of it. */
export interface Column<T> {
  name: string
  /** The dot path in the JSON record that the column repeats. */
  path: string
  type: ColumnType
  description: string
  value: (record: T) => Cell
}

/** The columns that any of the dot paths selects; all of them when no path is given. */
export function selectColumns<T>(
  columns: readonly Column<T>[],
  paths: readonly string[] | undefined,
): readonly Column<T>[] {
  if (!paths) return columns
  return columns.filter(({ path }) =>
    paths.some((wanted) => path === wanted || path.startsWith(`${wanted}.`)),
  )
}
