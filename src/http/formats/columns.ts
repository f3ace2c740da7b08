/** A cell's value: a number, a text, or nothing. */
export type Cell = string | number | null

/** The type of a column's cells; a `list` is several items joined to one text. */
export type ColumnType = 'text' | 'list' | 'count' | 'degrees' | 'date' | 'instant'

/** A column of the flat formats. */
export interface Column<T> {
  name: string
  /** The dot path of the value in the JSON record. */
  path: string
  type: ColumnType
  /** The meaning, units and what null means, as one or more sentences. */
  description: string
  value: (record: T) => Cell
  /** The items of a list, before they are joined; of lists only. */
  items?: (record: T) => readonly (string | null)[]
}

/** Selects the columns whose path is one of the dot paths or below it; all of them without paths. */
export function selectColumns<T>(
  columns: readonly Column<T>[],
  paths: readonly string[] | undefined,
): readonly Column<T>[] {
  if (!paths) return columns
  return columns.filter(({ path }) =>
    paths.some((wanted) => path === wanted || path.startsWith(`${wanted}.`)),
  )
}
