import { OperatorError } from '../../errors.ts'
import { INCIDENT_COLUMNS } from '../../incidents/incident.columns.ts'
import { suggest } from '../../text/suggest.ts'
import { foldColumn } from '../contract/columns.ts'

/** The cells of a row by the name of their column, as they are written in the file. */
export type RowCells = (column: string) => string

const NAMES = INCIDENT_COLUMNS.map(({ name }) => name)
const KNOWN: ReadonlySet<string> = new Set(NAMES)

/** Whether most columns of a header are those of our CSV: then it is our own export, or meant to be one. */
export function isExportHeader(header: readonly string[]): boolean {
  return 2 * header.filter((name) => KNOWN.has(foldColumn(name))).length > header.length
}

/**
 * Maps the columns of a header of our CSV: all of them, in any order. Returns what reads the rows under it.
 * @throws OperatorError that names every column that is missing, unknown or repeated
 */
export function mapColumns(header: readonly string[]): (row: readonly string[]) => RowCells {
  const names = header.map(foldColumn)
  const missing = NAMES.filter((name) => !names.includes(name))
  const unknown = names.flatMap((name, index) => {
    if (KNOWN.has(name)) return []
    const [near] = suggest(name, missing)
    return [near ? `${header[index]} (did you mean ${near}?)` : `${header[index]}`]
  })
  const repeated = NAMES.filter((name) => names.indexOf(name) !== names.lastIndexOf(name))
  const wrong = Object.entries({
    missing,
    unknown,
    repeated,
  }).flatMap(([what, columns]) => (columns.length > 0 ? [`${what}: ${columns.join(', ')}`] : []))
  if (wrong.length > 0) {
    throw new OperatorError(
      `An export is read back with all its columns and no others (${wrong.join('; ')}): export without fields, and remove columns that you have added`,
    )
  }
  const positions = new Map(names.map((name, index) => [name, index]))
  return (row) => (column) => row[positions.get(column) ?? -1] ?? ''
}
